"""The attributes that a change is about, in words; a sensitive one has a name and no value."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

SENSITIVE = "(sensitive)"
LONGEST = 60


def differences(change: Mapping[str, Any]) -> Iterator[str]:
    """Yield each attribute that differs: short values before and after, and whether it is what asks for a new one."""
    before, after, unknown = (change.get(key) or {} for key in ("before", "after", "after_unknown"))
    shown_before = unveiled(before, change.get("before_sensitive"))
    shown_after = unveiled(after, change.get("after_sensitive"))
    forcing = {str(path[0]) for path in change.get("replace_paths", []) if path}
    for name in sorted(before.keys() | after.keys() | unknown.keys()):
        if name in forcing or unknown.get(name) or before.get(name) != after.get(name):
            words = _words(name, shown_before.get(name), shown_after.get(name), known=not unknown.get(name))
            yield f"{words} (asks for a new one)" if name in forcing else words


def unveiled(value: Any, sensitive: Any) -> Any:
    """Return the value with all that Terraform marks as sensitive left out."""
    if sensitive is True:
        return SENSITIVE
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {name: unveiled(each, sensitive.get(name)) for name, each in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *[None] * len(value)]
        return [unveiled(each, mark) for each, mark in zip(value, marks, strict=False)]
    return value


def _words(name: str, before: Any, after: Any, *, known: bool) -> str:
    if not known:
        return f"{name}: known after apply"
    if SENSITIVE in (before, after):
        return f"{name}: {SENSITIVE}"
    texts = [json.dumps(value, ensure_ascii=False) for value in (before, after)]
    return name if any(len(text) > LONGEST for text in texts) else f"{name}: {texts[0]} \N{RIGHTWARDS ARROW} {texts[1]}"
