"""The conditions of a policy's statements, as far as ours use them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Context = Mapping[str, Sequence[str]]
Test = Callable[[str, str], bool]


@cache
def pattern(text: str, *, cased: bool = True) -> re.Pattern[str]:
    """IAM's wildcards, of which there are two: `*` is any text, `?` any character."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(each, re.escape(each)) for each in text), re.S if cased else re.S | re.I)


def fits(value: str, text: str, *, cased: bool = True) -> bool:
    """Whether the whole value is what the text with its wildcards stands for."""
    return pattern(text, cased=cased).fullmatch(value) is not None


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
TESTS: dict[str, Test] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": fits,
    "ArnEquals": fits,  # behaves as ArnLike, the page says
    "ArnLike": fits,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
}


@dataclass(frozen=True)
class Condition:
    """One key with the values that it may have."""

    test: str
    key: str
    values: tuple[str, ...]
    if_exists: bool = False

    @classmethod
    def of(cls, operator: str, key: str, values: Sequence[str]) -> "Condition":
        """The condition as a policy writes it; ValueError for an operator that nobody here has needed yet."""
        test = operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
        if test not in TESTS:
            raise ValueError(f"the condition operator {operator!r} of {key!r} is not known; add it to conditions.TESTS")
        return cls(test, key.lower(), tuple(values), if_exists=operator.endswith("IfExists"))

    def is_met(self, context: Context, *, unknown: bool) -> bool:
        """Whether one of the key's values is a wanted one; `unknown` is the answer where nothing is said of the key.

        A key without values is one that the request surely does not carry.
        """
        known = {name.lower(): values for name, values in context.items()}
        if self.key not in known:
            return self.if_exists or unknown
        if not known[self.key]:
            return self.if_exists
        return any(TESTS[self.test](value, wanted) for value in known[self.key] for wanted in self.values)
