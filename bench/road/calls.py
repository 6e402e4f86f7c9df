"""What was asked of the local AWS, from its own record."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.road.program import Span


@dataclass(frozen=True)
class Call:
    """One answered call; `at` is in seconds since the epoch."""

    at: float
    service: str
    operation: str
    resource: str = ""


def read_calls(record: Path, *, within: Span) -> list[Call]:
    """The calls of this time, in order."""
    with record.open(encoding="utf-8") as lines:
        calls = [_call(line) for line in lines]
    return [call for call in calls if within.begin <= call.at <= within.end]


def _call(line: str) -> Call:
    told = json.loads(line)
    at = datetime.fromisoformat(told["time"]).timestamp()
    return Call(at, told["service"], told["operation"], told["resource"])
