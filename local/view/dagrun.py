"""A DAG run's tasks, read from Airflow's REST API."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.health import DIRECT

TIMEOUT = 3


@dataclass(frozen=True)
class Run:
    """One run of a DAG, and its page."""

    dag: str
    id: str
    url: str = ""


@dataclass(frozen=True)
class Task:
    """One task as it stands; a state of none means that its turn has not come."""

    id: str
    state: str | None
    title: str


class DagRuns:
    """Reads runs; a token is fetched once and again when it is refused."""

    def __init__(self, airflow_url: str) -> None:
        self._url = airflow_url
        self._token = ""

    def tasks(self, run: Run) -> list[Task]:
        """The run's tasks; none while Airflow does not answer."""
        found = self._get(f"{_path(run)}/taskInstances?limit=100") or {}
        return (
            [Task(each["task_id"], each["state"], each["task_display_name"]) for each in found["task_instances"]]
            if found
            else []
        )

    def under_way(self, dag: str, *, conf: Mapping[str, str]) -> Run | None:
        """A run with this conf, whatever else is in it, that has not ended."""
        dag_path = f"/dags/{urllib.parse.quote(dag)}"
        found = self._get(f"{dag_path}/dagRuns?state=queued&state=running&order_by=-start_date&limit=100") or {}
        for each in found.get("dag_runs", []):
            if conf.items() <= (each["conf"] or {}).items():
                return Run(
                    dag, each["dag_run_id"], f"{self._url}{dag_path}/runs/{urllib.parse.quote(each['dag_run_id'])}"
                )
        return None

    def left(self, run: Run, task: str, *, key: str = "return_value") -> Any:
        """What the task left for the others; none where it left nothing."""
        found = self._get(f"{_path(run)}/taskInstances/{task}/xcomEntries/{key}")
        return None if found is None else found.get("value")

    def _get(self, path: str) -> dict[str, Any] | None:
        try:
            return self._read(path)
        except urllib.error.HTTPError as error:
            self._token = "" if error.code == 401 else self._token
        except (OSError, ValueError):  # it restarts, or answers with less than JSON
            pass
        return None

    def _read(self, path: str) -> dict[str, Any]:
        if not self._token:
            self._token = _json(urllib.request.Request(f"{self._url}/auth/token"))["access_token"]  # noqa: S310 - ours
        headers = {"Authorization": f"Bearer {self._token}"}
        return _json(urllib.request.Request(f"{self._url}/api/v2{path}", headers=headers))  # noqa: S310 - ours


def _path(run: Run) -> str:
    return f"/dags/{urllib.parse.quote(run.dag)}/dagRuns/{urllib.parse.quote(run.id)}"


def _json(request: urllib.request.Request) -> dict[str, Any]:
    with DIRECT.open(request, timeout=TIMEOUT) as response:
        content: dict[str, Any] = json.load(response)
    return content
