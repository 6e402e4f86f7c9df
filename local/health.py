"""Asks the parts of a platform whether they work."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any

# A proxy in the user's environment must not see calls to this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


def answers(url: str) -> bool:
    """Whether an HTTP server answers there, with whatever status."""
    try:
        DIRECT.open(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def unhealthy_parts(airflow_url: str) -> list[str]:
    """The parts of Airflow that do not report themselves healthy."""
    try:
        report = _get(f"{airflow_url}/api/v2/monitor/health")
    except (OSError, ValueError):
        return ["api-server"]
    return [part for part in PARTS if (report.get(part) or {}).get("status") != "healthy"]


def parsed_files(airflow_url: str) -> tuple[set[str], dict[str, str]]:
    """The DAG files that Airflow knows, and those that it cannot import with the last line of why."""
    token = _get(f"{airflow_url}/auth/token")["access_token"]
    dags = _get(f"{airflow_url}/api/v2/dags?limit=100&exclude_stale=true", token=token)["dags"]
    errors = _get(f"{airflow_url}/api/v2/importErrors?limit=100", token=token)["import_errors"]
    known = {str(dag["relative_fileloc"]) for dag in dags}
    return known, {_last_part(error["filename"]): _last_line(error["stack_trace"]) for error in errors}


def _last_part(filename: str) -> str:
    return filename.rpartition("/")[2]


def _last_line(trace: str) -> str:
    return next(reversed(trace.strip().splitlines() or [""]))


def _get(url: str, *, token: str | None = None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - always http on this machine
    with DIRECT.open(request, timeout=5) as response:
        content: dict[str, Any] = json.load(response)
    return content


def unknown_files(names: Iterable[str], airflow_url: str) -> tuple[set[str], dict[str, str]]:
    """Which of these DAG files Airflow has not looked at yet, and which it could not import."""
    try:
        known, broken = parsed_files(airflow_url)
    except (OSError, ValueError):  # it restarts, or answers with less than JSON
        return set(names), {}
    return set(names) - known - set(broken), broken
