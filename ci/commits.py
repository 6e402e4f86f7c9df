"""What commits ask of the next version, by https://www.conventionalcommits.org."""

import re
from collections.abc import Iterable

from modelway.versions import Bump

# ASCII: a letter that only looks like one is none.
_SUBJECT = re.compile(r"(?P<type>[a-z]+)(\([^()\n]+\))?(?P<breaks>!)?: +\S", re.ASCII | re.IGNORECASE)
_FOOTER = re.compile(r"BREAKING[ -]CHANGE(: | #)\S", re.ASCII)
_ORDER = tuple(Bump)


def bump_of(messages: Iterable[str]) -> Bump:
    """The most that any of the messages asks for; a patch when there is none."""
    return max(map(_bump, messages), key=_ORDER.index, default=Bump.PATCH)


def _bump(message: str) -> Bump:
    # Only a line feed ends a line; the other characters that Unicode calls line breaks are text.
    subject, *rest = message.lstrip("\n").split("\n")
    found = _SUBJECT.match(subject)
    if (found and found["breaks"]) or any(map(_FOOTER.match, rest)):
        return Bump.MAJOR
    return Bump.MINOR if found and found["type"].lower() == "feat" else Bump.PATCH
