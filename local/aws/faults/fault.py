"""One fault: which calls it may befall, which of them it does befall, and what it does to them."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.aws.call import Call
from local.aws.rules_file import RulesUnreadable
from local.aws.rules_table import NUMBER, Kinds, checked

THROTTLING = ("ThrottlingException", "Throttling", "TooManyRequestsException")
KINDS: Kinds = {
    "service": (str,),
    "operation": (str,),
    "role": (str,),
    "resource": (str,),
    "code": (str,),
    "message": (str,),
    "when": (str,),
    "status": (int,),
    "seed": (int,),
    "times": (int,),
    "seconds": NUMBER,
    "probability": NUMBER,
    "nth": (list,),
}
RANGES: Mapping[str, tuple[float, float]] = {"probability": (0, 1), "status": (400, 599), "seconds": (0, 3600)}
CHOICES = ("probability", "nth", "times")


class When(enum.Enum):
    """On which side of the work a fault strikes."""

    BEFORE = "before"  # the call is refused, or only late
    AFTER = "after"  # it is done, and nobody gets the answer


@dataclass(frozen=True)
class Fault:
    """A `[[fault]]` of the file; names are patterns such as `Describe*`."""

    service: str
    operation: str = "*"
    role: str = "*"
    resource: str = "*"
    probability: float | None = None
    seed: int = 0
    nth: tuple[int, ...] | None = None
    times: int | None = None
    when: When = When.BEFORE
    code: str = ""
    status: int = 400
    message: str = ""
    seconds: float = 0.0

    def may_befall(self, call: Call) -> bool:
        """Whether the call is one of those that the fault is about."""
        pairs = (
            (call.service, self.service),
            (call.operation, self.operation),
            (call.role, self.role),
            (call.resource, self.resource),
        )
        return all(fnmatchcase(name, pattern) for name, pattern in pairs)

    @property
    def words(self) -> str:
        """What the caller reads."""
        return self.message or ("Rate exceeded" if self.code in THROTTLING else "a fault that faults.toml asks for")

    @property
    def effect(self) -> str:
        """What the call log says of it."""
        return "answer lost" if self.when is When.AFTER else self.code or "late"


def fault_of(content: Any) -> Fault:
    """The fault that a table describes; raises RulesUnreadable."""
    table = checked(content, thing="a fault", kinds=KINDS)
    for key, (low, high) in RANGES.items():
        if key in table and not low <= table[key] <= high:
            raise RulesUnreadable(f"{key} = {table[key]!r} must lie between {low} and {high}")
    if "service" not in table:
        raise RulesUnreadable("a fault needs a service, such as service = 'sagemaker'")
    if len(given := [key for key in CHOICES if key in table]) > 1:
        raise RulesUnreadable(f"a fault goes by one of {', '.join(CHOICES)}; leave all but one of {given} out")
    fault = Fault(**{**table, "nth": _nth(table), "when": _when(table)})
    if fault.when is When.AFTER and fault.code:
        raise RulesUnreadable(
            f"code = {fault.code!r} is never answered: when = 'after' loses the answer; leave one out"
        )
    if fault.when is When.BEFORE and not fault.code and not fault.seconds:
        raise RulesUnreadable(
            "a fault needs a code, such as code = 'ThrottlingException', or seconds, or when = 'after'"
        )
    return fault


def _nth(table: Mapping[str, Any]) -> tuple[int, ...] | None:
    numbers = table.get("nth")
    if numbers is None:
        return None
    if not all(type(number) is int and number > 0 for number in numbers):
        raise RulesUnreadable(f"nth = {numbers!r} must be numbers of calls from 1, such as nth = [1, 3]")
    return tuple(numbers)


def _when(table: Mapping[str, Any]) -> When:
    try:
        return When(table.get("when", "before"))
    except ValueError as error:
        raise RulesUnreadable(f"when = {table['when']!r} must be 'before' or 'after'") from error
