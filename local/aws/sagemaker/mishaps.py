"""What befalls jobs on demand: no capacity, an internal error, an interrupted spot instance."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.aws.rules_file import RulesUnreadable
from local.aws.rules_table import NUMBER, Kinds, checked

# The words of AWS after the code. People find the first in FailureReason; the second is what a retry may mend.
REASONS: Mapping[str, str] = {
    "CapacityError": (
        "CapacityError: Unable to provision requested ML compute capacity. "
        "Please retry using a different ML instance type."
    ),
    "InternalServerError": "InternalServerError: We encountered an internal error. Please try again.",
}
FAILURE: Kinds = {
    "code": (str,),
    "kind": (str,),
    "instance_type": (str,),
    "name": (str,),
    "jobs": (int,),
    "seconds": NUMBER,
}
INTERRUPTION: Kinds = {"name": (str,), "jobs": (int,), "times": (int,), "seconds": NUMBER, "away": NUMBER}


@dataclass(frozen=True)
class Failure:
    """A `[[failure]]`: the next `jobs` that fit fail after so many seconds in Starting."""

    code: str
    kind: str = "*"  # training, processing, transform
    instance_type: str = "*"
    name: str = "*"
    jobs: int | None = None
    seconds: float = 0.0

    @property
    def reason(self) -> str:
        """The job's FailureReason."""
        return REASONS[self.code]

    def may_befall(self, kind: str, instance_type: str, name: str) -> bool:
        """Whether a job of this kind, instance type and name is one of those."""
        pairs = ((kind, self.kind), (instance_type, self.instance_type), (name, self.name))
        return all(fnmatchcase(given, pattern) for given, pattern in pairs)


@dataclass(frozen=True)
class Interruption:
    """An `[[interruption]]`: the next `jobs` on spot instances lose theirs `times` times, `seconds` after a start."""

    name: str = "*"
    jobs: int | None = None
    times: int = 1
    seconds: float = 0.0
    away: float = 0.0  # until there is an instance again


class Mishaps:
    """All that the file wants to happen, with the jobs that each has befallen."""

    def __init__(self, *, failures: tuple[Failure, ...] = (), interruptions: tuple[Interruption, ...] = ()) -> None:
        self._failures, self._interruptions = failures, interruptions
        self._lock = threading.Lock()
        self._befallen: dict[int, int] = {}

    def failure_of(self, kind: str, *, instance_type: str, name: str) -> Failure | None:
        """The failure of a job that starts now."""
        fitting = [failure for failure in self._failures if failure.may_befall(kind, instance_type, name)]
        return next((failure for failure in fitting if self._takes(failure)), None)

    def interruption_of(self, name: str) -> Interruption | None:
        """The interruptions of a spot job that starts now."""
        fitting = [interruption for interruption in self._interruptions if fnmatchcase(name, interruption.name)]
        return next((interruption for interruption in fitting if self._takes(interruption)), None)

    def _takes(self, mishap: Failure | Interruption) -> bool:
        with self._lock:
            count = self._befallen[id(mishap)] = self._befallen.get(id(mishap), 0) + 1
        return mishap.jobs is None or count <= mishap.jobs


def failure_of(content: Any) -> Failure:
    """The failure that a table describes; raises RulesUnreadable."""
    table = checked(content, thing="a failure", kinds=FAILURE)
    if table.get("code") not in REASONS:
        raise RulesUnreadable(f"code = {table.get('code')!r} of a failure must be one of {', '.join(REASONS)}")
    return Failure(**table)


def interruption_of(content: Any) -> Interruption:
    """The interruption that a table describes; raises RulesUnreadable."""
    return Interruption(**checked(content, thing="an interruption", kinds=INTERRUPTION))
