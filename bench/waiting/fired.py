"""What the triggerer logs of each trigger: when its event came, before Airflow has written it to its database."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

RUN, FIRED = "run_id=", "Trigger fired event"


def fired(logs: Path) -> dict[str, float]:
    """When each job's trigger fired, in seconds since the epoch; one that raised has not."""
    found: dict[str, float] = {}
    for file in logs.rglob("*.trigger.*.log"):
        job = next(part.removeprefix(RUN) for part in file.parts if part.startswith(RUN))
        for time in _times(file):
            found[job] = time
    return found


def _times(file: Path) -> Iterator[float]:
    with file.open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if line["event"] == FIRED:
                yield datetime.fromisoformat(line["timestamp"]).replace(tzinfo=UTC).timestamp()
