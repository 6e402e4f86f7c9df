"""All faults of the file, with the calls that each has seen."""

import random
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.aws.call import Call
from local.aws.faults.fault import Fault, fault_of
from local.aws.rules_file import RulesFile, RulesUnreadable
from local.aws.rules_table import tables


class Plan:
    """Faults in the file's order; each counts the calls that it could befall from when the file was read."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._lock = threading.Lock()
        self._turns = [Turn(fault) for fault in faults]

    def fault_for(self, call: Call) -> Fault | None:
        """The first fault that befalls this call; the call counts for all that it matches."""
        with self._lock:
            due = [turn.fault for turn in self._turns if turn.fault.may_befall(call) and turn.comes()]
        return due[0] if due else None


class Turn:
    """Which of its calls a fault befalls."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._calls = 0
        self._chance = random.Random(fault.seed)  # noqa: S311 - a seed makes a test's faults the same each time

    def comes(self) -> bool:
        """Count one more call, and say whether it is befallen."""
        self._calls += 1
        if self.fault.probability is not None:
            return self._chance.random() < self.fault.probability
        if self.fault.nth is not None:
            return self._calls in self.fault.nth
        return self.fault.times is None or self._calls <= self.fault.times


class Faults:
    """The faults of a platform, as its `faults.toml` has them at each call."""

    def __init__(self, path: Path) -> None:
        self._file = RulesFile(path, plan_of)

    def fault_for(self, call: Call) -> Fault | None:
        """The fault that befalls this call."""
        return self._file.rules().fault_for(call)


def plan_of(document: Mapping[str, Any]) -> Plan:
    """The plan that the file describes; raises RulesUnreadable."""
    if strange := sorted(set(document) - {"fault"}):
        raise RulesUnreadable(f"{', '.join(strange)} is not known here; the file has [[fault]] tables only")
    return Plan(tuple(fault_of(table) for table in tables(document, "fault")))
