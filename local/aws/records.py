"""Keeps one small JSON file per resource, found by ARN, so that a stop or a kill loses none."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.record import read_record, write_record

Record = Mapping[str, Any]


class Records:
    """All resources; a record is never changed, only replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._kept: dict[str, Record] = {}
        for path in sorted(folder.rglob("*.json")):
            record = read_record(path)
            if record is not None:
                self._kept[record["arn"]] = record

    def find(self, arn: str) -> Record | None:
        """The record of this ARN."""
        return self._kept.get(arn)

    def those(self, prefix: str) -> list[Record]:
        """All records whose ARN begins so."""
        with self._lock:
            return [record for arn, record in self._kept.items() if arn.startswith(prefix)]

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
            self._kept.pop(arn, None)
            self._path(arn).unlink(missing_ok=True)

    @property
    def lock(self) -> threading.RLock:
        """Held by who must read and then write in one step."""
        return self._lock

    def _keep(self, arn: str, record: dict[str, Any]) -> Record:
        path = self._path(arn)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_record(path, record)
        self._kept[arn] = record
        return record

    def _path(self, arn: str) -> Path:
        _, _, _, region, account, resource = arn.split(":", 5)
        return self._folder / account / region / f"{resource}.json"
