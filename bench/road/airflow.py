"""Airflow's own REST API: runs to start and await, and when each task began and ended."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bench.errors import BenchError
from bench.road.program import Span

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LOOK_EVERY = 0.2
PATIENCE = 600.0


@dataclass(frozen=True)
class Task:
    """When one task of a run was last queued, began and ended; one that deferred was queued again after its wait."""

    name: str
    queued: float
    begin: float
    end: float

    @property
    def has_deferred(self) -> bool:
        """Whether it gave its worker back and was called again."""
        return self.queued > self.begin


@dataclass(frozen=True)
class Airflow:
    """One Airflow, asked as its page asks it."""

    url: str

    def start(self, dag_id: str) -> str:
        """Start a run; its id."""
        return str(self._ask(f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": {}})["dag_run_id"])

    def await_success(self, dag_id: str, run_id: str) -> None:
        """Return when the run has ended well; raises BenchError for any other end."""
        deadline = time.monotonic() + PATIENCE
        while (state := self._ask(f"/dags/{dag_id}/dagRuns/{run_id}")["state"]) in ("queued", "running"):
            if time.monotonic() > deadline:
                raise BenchError(f"run {run_id} of {dag_id} is still {state} after {PATIENCE:.0f} s; see {self.url}")
            time.sleep(LOOK_EVERY)
        if state != "success":
            raise BenchError(f"run {run_id} of {dag_id} ended as {state}; run the bench again and look at its tasks")

    def last_run(self, dag_id: str, *, within: Span) -> tuple[str, Span]:
        """The id of the one run that was asked for in this time, and when it was queued and ended."""
        runs = self._ask(f"/dags/{dag_id}/dagRuns?order_by=-run_after&limit=2")["dag_runs"]
        found = [run for run in runs if within.begin <= _epoch(run["queued_at"]) <= within.end]
        if len(found) != 1 or found[0]["state"] != "success":
            raise BenchError(f"{len(found)} runs of {dag_id} came of one command, {[run['state'] for run in found]}")
        return str(found[0]["dag_run_id"]), Span(_epoch(found[0]["queued_at"]), _epoch(found[0]["end_date"]))

    def tasks(self, dag_id: str, run_id: str) -> list[Task]:
        """The tasks of a run that ran, in the order of their ends."""
        answer = self._ask(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=100")["task_instances"]
        times = ("queued_when", "start_date", "end_date")
        tasks = [Task(one["task_id"], *(_epoch(one[at]) for at in times)) for one in answer if one["queued_when"]]
        return sorted(tasks, key=lambda task: task.end)

    @cached_property
    def _token(self) -> str:
        with DIRECT.open(f"{self.url}/auth/token", timeout=10) as answer:
            return str(json.load(answer)["access_token"])

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v2{path}", data, headers)  # noqa: S310 - always http, this machine
        try:
            with DIRECT.open(request, timeout=30) as answer:
                content: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            words = error.read().decode(errors="replace")
            raise BenchError(f"Airflow answers {error.code} to {path}: {words[:500]}; see {self.url}") from error
        return content


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
