"""Keeps one small JSON file per resource, found by ARN, so that a stop or a kill loses none."""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local.aws.timeline import Timeline
from local.record import read_record, write_record

Record = Mapping[str, Any]
Times = Mapping[str, tuple[float, float]]
Timelines = dict[str, Timeline]
TIMES = ("CreationTime", "LastModifiedTime")


class Records:
    """All resources; a record is never changed, only replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._kept: dict[str, Record] = {record["arn"]: record for record in _read(folder)}
        self._kinds: dict[str, Timelines] = {
            kind: {name: Timeline((record[name], record["arn"]) for record in records) for name in TIMES}
            for kind, records in _by_kind(self._kept.values()).items()
        }

    def find(self, arn: str) -> Record | None:
        """The record of this ARN."""
        return self._kept.get(arn)

    def those(self, prefix: str) -> list[Record]:
        """All records whose ARN begins so."""
        with self._lock:
            return [self._kept[arn] for arn in self._arns(prefix) if arn.startswith(prefix)]

    def within(self, prefix: str, times: Times) -> list[Record]:
        """Those of one kind that the narrowest of these spans of times leaves, both ends included.

        The other spans are left to who asks: an account keeps its jobs for ever, and each step is for few of them.
        """
        with self._lock:
            lines = self._kinds.get(prefix, {})
            spans = [(lines[name], span) for name, span in times.items() if lines]
            if not spans:
                return self.those(prefix)
            line, span = min(spans, key=lambda pair: pair[0].count(*pair[1]))
            return [self._kept[arn] for arn in line.between(*span)]

    def add(self, arn: str, record: Record) -> bool:
        """Keep a new record; False when there is one of this ARN."""
        now = time.time()
        with self._lock:
            if arn in self._kept:
                return False
            self._keep(arn, {"CreationTime": now, "LastModifiedTime": now, **record, "arn": arn})
            return True

    def change(self, arn: str, **members: Any) -> Record | None:
        """Replace some members; None when the record is gone."""
        with self._lock:
            known = self._kept.get(arn)
            if known is None:
                return None
            return self._keep(arn, {**known, "LastModifiedTime": time.time(), **members})

    def remove(self, arn: str) -> None:
        """Forget a record."""
        with self._lock:
            self._order(self._kept.pop(arn, None), None)
            self._path(arn).unlink(missing_ok=True)

    @property
    def lock(self) -> threading.RLock:
        """Held by who must read and then write in one step."""
        return self._lock

    def _keep(self, arn: str, record: dict[str, Any]) -> Record:
        path = self._path(arn)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_record(path, record)
        self._order(self._kept.get(arn), record)
        self._kept[arn] = record  # in one step: `find` takes no lock
        return record

    def _order(self, old: Record | None, new: Record | None) -> None:
        """Move a record to its place in the order of each time."""
        if old is not None:
            for name, line in self._timelines(old["arn"]).items():
                line.remove(old[name], old["arn"])
        if new is not None:
            for name, line in self._timelines(new["arn"]).items():
                line.add(new[name], new["arn"])

    def _timelines(self, arn: str) -> Timelines:
        return self._kinds.setdefault(_kind(arn), {name: Timeline() for name in TIMES})

    def _arns(self, prefix: str) -> list[str]:
        """At least those that begin so, oldest first in each kind."""
        kinds = [_kind(prefix)] if "/" in prefix else list(self._kinds)
        return [arn for kind in kinds if kind in self._kinds for arn in self._kinds[kind]["CreationTime"].between()]

    def _path(self, arn: str) -> Path:
        _, _, _, region, account, resource = arn.split(":", 5)
        return self._folder / account / region / f"{resource}.json"


def _kind(arn: str) -> str:
    """What the ARNs of its kind, account and region begin with."""
    return arn.partition("/")[0] + "/"


def _by_kind(records: Iterable[Record]) -> dict[str, list[Record]]:
    kinds: dict[str, list[Record]] = {}
    for record in records:
        kinds.setdefault(_kind(record["arn"]), []).append(record)
    return kinds


def _read(folder: Path) -> Iterator[Record]:
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".json") and (record := read_record(Path(place, name))) is not None:
                yield record
