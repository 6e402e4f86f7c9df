"""Start one run of a DAG on MWAA, or read one: the door between GitLab and Airflow."""

from __future__ import annotations

import functools
import json
import os
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

RUN_ID = re.compile(r"t-[0-9a-f]{16}")
PATH_LENGTH = 64  # InvokeRestApi's limit, which botocore does not check
CONF_BYTES = 64 * 1024
ATTEMPTS = 4
FIRST_DELAY = 0.4  # seconds, doubled at each attempt
RESERVE = 1.0  # seconds kept back to answer before Lambda's own time-out


class TriggerError(Exception):
    """What the caller reads as errorType and errorMessage."""


class InvalidEvent(TriggerError):
    """The event does not say what to start."""


class UnknownDag(TriggerError):
    """The environment has no such DAG."""


class BrokenDag(TriggerError):
    """The DAG's file cannot be imported."""


class PausedDag(TriggerError):
    """A run of this DAG would be accepted and never start."""


class EnvironmentUnavailable(TriggerError):
    """The MWAA environment cannot be reached, or is not ready."""


class ConfConflict(TriggerError):
    """The run id is taken by a run with another conf."""


class AirflowRefused(TriggerError):
    """Airflow or AWS said no, in their own words."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class AirflowBusy(AirflowRefused):
    """Airflow or AWS said no for a reason that passes: the same event may be sent again."""


class Context(Protocol):
    """The part of Lambda's context that is used here."""

    def get_remaining_time_in_millis(self) -> int: ...


def handler(event: object, context: Context) -> dict[str, str]:
    """Answer one event, as docs/architecture.md says."""
    request = parse(event, allowed=_allowed_dags())
    airflow = connect(deadline=time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE)
    if request.conf is None:
        return read(airflow, request)
    return start(airflow, request, conf=request.conf)


@dataclass(frozen=True)
class Request:
    """A run to start, or to read where there is no conf."""

    dag_id: str
    run_id: str
    conf: dict[str, Any] | None

    @property
    def dag_path(self) -> str:
        return f"/dags/{self.dag_id}"

    @property
    def runs_path(self) -> str:
        return f"{self.dag_path}/dagRuns"

    @property
    def run_path(self) -> str:
        return f"{self.runs_path}/{self.run_id}"


def parse(event: object, *, allowed: list[str]) -> Request:
    """Return the request of a valid event; raise InvalidEvent for any other."""
    if not isinstance(event, dict):
        raise InvalidEvent(f"the event is {_shown(event)}; send a JSON object with dag_id, conf and run_id")
    action = event.get("action")
    if action not in (None, "status"):
        raise InvalidEvent(f"action is {_shown(action)}; send 'status', or leave it out to start a run")
    known = {"dag_id", "run_id", "action" if action else "conf"}
    if unknown := sorted(str(key) for key in event.keys() - known):
        raise InvalidEvent(f"the event has {', '.join(unknown)[:200]}; send only {', '.join(sorted(known))}")
    dag_id = _dag_id(event.get("dag_id"), allowed=allowed)
    conf = None if action else _conf(event.get("conf"))
    return _within_path_length(Request(dag_id, _run_id(event.get("run_id")), conf))


def start(airflow: Airflow, request: Request, *, conf: dict[str, Any]) -> dict[str, str]:
    """Start the run, or find it started by an earlier delivery of the same event."""
    _refuse_unless_available(airflow)
    _refuse_unless_runnable(airflow, request)
    # Airflow answers 422 where logical_date is left out; with null, runs cannot collide on their date.
    body = {"dag_run_id": request.run_id, "logical_date": None, "conf": conf}
    try:
        run = airflow.call("POST", request.runs_path, body=body)
    except AirflowRefused as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        run = _same_run(airflow, request, conf=conf)
    return _answer(airflow, request, run)


def read(airflow: Airflow, request: Request) -> dict[str, str]:
    """Say what has become of a run."""
    try:
        run = airflow.call("GET", request.run_path)
    except AirflowRefused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        raise AirflowRefused(
            f"DAG {request.dag_id} has no run {request.run_id}; start it first, or look for it at {airflow.url}"
        ) from error
    return _answer(airflow, request, run)


def _allowed_dags() -> list[str]:
    names = os.environ.get("ALLOWED_DAGS", "").split(",")
    return [name.strip() for name in names if name.strip()]


def _dag_id(value: object, *, allowed: list[str]) -> str:
    if not isinstance(value, str) or value not in allowed:
        known = ", ".join(allowed) or "none, set the function's ALLOWED_DAGS"
        raise InvalidEvent(f"dag_id is {_shown(value)}; allowed are: {known}")
    return value


def _run_id(value: object) -> str:
    if not isinstance(value, str) or not RUN_ID.fullmatch(value):
        raise InvalidEvent(f"run_id is {_shown(value)}; send 't-' and 16 hex digits, such as t-0123456789abcdef")
    return value


def _conf(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidEvent(f"conf is {_shown(value)}; send a JSON object with project, model and version")
    size = len(json.dumps(value).encode())
    if size > CONF_BYTES:
        raise InvalidEvent(f"conf has {size} bytes; send at most {CONF_BYTES}, and larger values through the bucket")
    return value


def _within_path_length(request: Request) -> Request:
    if len(request.run_path) > PATH_LENGTH:
        longest = PATH_LENGTH - len(request.run_path) + len(request.dag_id)
        raise InvalidEvent(
            f"dag_id {request.dag_id!r} makes a path of {len(request.run_path)} characters, MWAA takes {PATH_LENGTH}; "
            f"give the DAG a name of at most {longest} characters"
        )
    return request


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _refuse_unless_available(airflow: Airflow) -> None:
    if airflow.status != "AVAILABLE":
        raise EnvironmentUnavailable(
            f"MWAA environment {airflow.environment} is {airflow.status}, not AVAILABLE; wait until its update is over "
            "and try again, or look at it in the MWAA console"
        )


def _refuse_unless_runnable(airflow: Airflow, request: Request) -> None:
    dag = _dag(airflow, request.dag_id, path=request.dag_path)
    if dag.get("has_import_errors"):
        _refuse_if_broken(airflow, request.dag_id, file=str(dag.get("relative_fileloc") or dag.get("fileloc")))
        raise BrokenDag(f"DAG {request.dag_id} has import errors; mend its file, they stand at {airflow.url}")
    if dag.get("is_paused"):
        raise PausedDag(
            f"DAG {request.dag_id} is paused, a run of it would wait for ever; "
            f"unpause it at {airflow.url}/dags/{request.dag_id}"
        )


def _dag(airflow: Airflow, dag_id: str, *, path: str) -> dict[str, Any]:
    try:
        return airflow.call("GET", path)
    except AirflowRefused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        # A file that was never parsed has no DAG; one file holds one DAG of the same name.
        _refuse_if_broken(airflow, dag_id, file=f"{dag_id}.py")
        raise UnknownDag(
            f"environment {airflow.environment} has no DAG {dag_id}; copy dags/{dag_id}.py to its bucket "
            "and wait until it is parsed"
        ) from error


def _refuse_if_broken(airflow: Airflow, dag_id: str, *, file: str) -> None:
    name = PurePosixPath(file).name
    found = airflow.call("GET", "/importErrors", query={"limit": 100}).get("import_errors", [])
    for error in found:
        if PurePosixPath(error["filename"]).name == name:
            raise BrokenDag(
                f"DAG {dag_id}: {error['filename']} cannot be imported: {_ends(error['stack_trace'])}; mend it"
            )


def _ends(trace: str) -> str:
    lines = [line.strip() for line in trace.splitlines() if line.strip()] or ["no trace"]
    ends = [lines[0]] if len(lines) == 1 else [lines[0], lines[-1]]
    return " … ".join(line[:200] for line in ends)


def _same_run(airflow: Airflow, request: Request, *, conf: dict[str, Any]) -> dict[str, Any]:
    run = airflow.call("GET", request.run_path)
    if run.get("conf") != conf:
        raise ConfConflict(
            f"run {request.run_id} of DAG {request.dag_id} exists with conf {_shown(run.get('conf'))}, "
            f"asked was {_shown(conf)}; send another run_id"
        )
    return run


def _answer(airflow: Airflow, request: Request, run: dict[str, Any]) -> dict[str, str]:
    url = f"{airflow.url}/dags/{request.dag_id}/runs/{request.run_id}"
    return {"dag_id": request.dag_id, "dag_run_id": request.run_id, "state": run["state"], "url": url}


def connect(*, deadline: float) -> Airflow:
    """Look the environment up; deadline is on the monotonic clock, in seconds."""
    name = os.environ.get("MWAA_ENVIRONMENT", "")
    if not name:
        raise EnvironmentUnavailable("MWAA_ENVIRONMENT is not set; set it in the function's configuration")
    found = _patiently(lambda: _client().get_environment(Name=name), environment=name, deadline=deadline)["Environment"]
    address = found.get("WebserverUrl", "")
    # AWS gives a bare host name; the local platform gives http://127.0.0.1:port.
    url = address if "://" in address else f"https://{address}"
    return Airflow(environment=name, status=found.get("Status", "unknown"), url=url.rstrip("/"), deadline=deadline)


class Mwaa(Protocol):
    """The part of boto3's client that is used here."""

    def get_environment(self, **asked: str) -> dict[str, Any]: ...

    def invoke_rest_api(self, **asked: object) -> dict[str, Any]: ...


@functools.cache
def _client() -> Mwaa:
    # MWAA cuts a REST call after 10 s. Retries are ours: botocore knows neither the inner status nor the time left.
    config = Config(connect_timeout=2, read_timeout=12, retries={"mode": "standard", "total_max_attempts": 1})
    client: Mwaa = boto3.client("mwaa", config=config)
    return client


@dataclass(frozen=True)
class Airflow:
    """Airflow's REST API behind one MWAA environment."""

    environment: str
    status: str
    url: str
    deadline: float

    def call(
        self, method: str, path: str, *, body: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return Airflow's JSON answer; raise AirflowRefused with its words."""
        asked: dict[str, Any] = {"Name": self.environment, "Method": method, "Path": path}
        asked |= {"Body": body} if body is not None else {}
        asked |= {"QueryParameters": query} if query else {}
        answer = _patiently(
            lambda: _client().invoke_rest_api(**asked), environment=self.environment, deadline=self.deadline
        )
        found: dict[str, Any] = answer.get("RestApiResponse") or {}
        return found


def _patiently(call: Callable[[], dict[str, Any]], *, environment: str, deadline: float) -> dict[str, Any]:
    """Repeat a call that failed on the other side; a repeated POST is safe, since the second one is a 409."""
    for attempt in range(ATTEMPTS):
        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            delay = FIRST_DELAY * 2**attempt * random.uniform(0.5, 1)  # noqa: S311 - spreads retries, guards nothing
            last = attempt == ATTEMPTS - 1 or time.monotonic() + delay > deadline
            if last or not _may_pass(error):
                raise _translated(error, environment=environment) from error
            time.sleep(delay)
    raise AssertionError("the last attempt returns or raises")


def _may_pass(error: ClientError | BotoCoreError) -> bool:
    if isinstance(error, ClientError):
        return _passes(_status(error)) or error.response["Error"]["Code"] == "ThrottlingException"
    # A connection kept from before Lambda froze the container may be dead by now.
    return isinstance(error, ConnectionClosedError)


def _passes(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _status(error: ClientError) -> int:
    """Return Airflow's own status code where there is one: the outer one is 400 for all its refusals."""
    response: dict[str, Any] = dict(error.response)
    return int(response.get("RestApiStatusCode") or response["ResponseMetadata"]["HTTPStatusCode"])


def _translated(error: ClientError | BotoCoreError, *, environment: str) -> TriggerError:
    if not isinstance(error, ClientError):
        return EnvironmentUnavailable(
            f"MWAA environment {environment} is out of reach: {error}; check the function's region and, in a VPC, "
            "its way to MWAA's endpoints, then send the same run_id again"
        )
    code, words = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if "RestApiStatusCode" in error.response:
        return _refusal(_status(error), error.response.get("RestApiResponse"))
    if code == "ResourceNotFoundException":
        return EnvironmentUnavailable(
            f"there is no MWAA environment {environment} ({words}); set the function's MWAA_ENVIRONMENT to one there is"
        )
    kind = AirflowBusy if _may_pass(error) else AirflowRefused
    return kind(
        f"AWS refuses the call to MWAA environment {environment}: {code}: {words}; "
        "look at the function's role and at MWAA's health"
    )


def _refusal(status: int, response: object) -> AirflowRefused:
    detail = response.get("detail", response) if isinstance(response, dict) else response
    words = detail if isinstance(detail, str) else json.dumps(detail)
    said = f"Airflow answers {status}: {words[:500]}"
    if _passes(status):
        return AirflowBusy(f"{said}; try again with the same run_id", status=status)
    return AirflowRefused(f"{said}; look at the DAG's own demands", status=status)
