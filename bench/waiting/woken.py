"""Airflow's database, read beside Airflow: which tasks wait, and when each was woken."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DAG_ID = "waiting"

FAILED = "__fail__"  # what Airflow calls after a trigger that raised
TASKS = "SELECT run_id, state, scheduled_dttm, next_method FROM task_instance WHERE dag_id = ?"
WAITING = """SELECT COUNT(*) FROM task_instance JOIN trigger ON trigger.id = task_instance.trigger_id
    WHERE triggerer_id NOT NULL"""
HELD = "SELECT COUNT(*) FROM task_instance WHERE state IN ('queued', 'running')"


@dataclass(frozen=True)
class Woken:
    """A task that its trigger's event has reached; `at` is in seconds since the epoch."""

    at: float
    has_failed: bool


@dataclass(frozen=True)
class Database:
    """The metadata database of the bench."""

    file: Path

    def woken(self) -> dict[str, Woken]:
        """The tasks that are to be resumed, by the job each waited for."""
        rows = self._rows(TASKS, DAG_ID)
        return {job: Woken(_epoch(at), then == FAILED) for job, state, at, then in rows if state == "scheduled"}

    def waiting(self) -> int:
        """How many tasks' triggers a triggerer has taken."""
        return int(self._rows(WAITING)[0][0])

    def slots_held(self) -> int:
        """How many tasks keep a worker, or the place of one, busy."""
        return int(self._rows(HELD)[0][0])

    def _rows(self, query: str, *values: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)) as connection:
            rows: list[tuple[str, ...]] = connection.execute(query, values).fetchall()
            return rows


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
