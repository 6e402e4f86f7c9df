"""Records that somebody is told about whenever one is new or has changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.aws.records import Record, Records

Watcher = Callable[[Record | None, Record], None]


class WatchedRecords(Records):
    """Records with a watcher, which gets what a record was and is, in the order in which they change."""

    def __init__(self, folder: Path, watcher: Watcher) -> None:
        super().__init__(folder)
        self._watcher = watcher

    def add(self, arn: str, record: Record) -> bool:
        """Keep a new record; False when there is one of this ARN."""
        with self.lock:
            added = super().add(arn, record)
            if added and (kept := self.find(arn)) is not None:
                self._watcher(None, kept)
            return added

    def change(self, arn: str, **members: Any) -> Record | None:
        """Replace some members; None when the record is gone."""
        with self.lock:
            before = self.find(arn)
            after = super().change(arn, **members)
            if after is not None:
                self._watcher(before, after)
            return after
