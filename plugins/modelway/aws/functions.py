"""The Lambda function between GitLab and Airflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from modelway.errors import InputError, ModelwayError, NotFound, Refused

FINAL = frozenset({"success", "failed"})
# What is not here may pass by itself: an environment being updated, a time-out.
_ERRORS: Mapping[str, type[ModelwayError]] = {
    "InvalidEvent": InputError,
    "UnknownDag": NotFound,
    "BrokenDag": Refused,
    "PausedDag": Refused,
    "ConfConflict": Refused,
    "AirflowRefused": Refused,
}
_PASSING = frozenset({"TooManyRequestsException", "ServiceException", "ThrottlingException"})


@dataclass(frozen=True)
class Run:
    """A DAG run as the function tells of it."""

    dag_id: str
    id: str
    state: str
    url: str

    @property
    def ended(self) -> bool:
        """Whether its state is final."""
        return self.state in FINAL


def start(client: Any, function: str, *, dag_id: str, run_id: str, conf: Mapping[str, str]) -> Run:
    """Start the run; a second start of the same run is the same run."""
    return _run(client, function, {"dag_id": dag_id, "run_id": run_id, "conf": dict(conf)})


def read(client: Any, function: str, *, run: Run) -> Run:
    """The run as it is now."""
    return _run(client, function, {"action": "status", "dag_id": run.dag_id, "run_id": run.id})


def _run(client: Any, function: str, event: Mapping[str, object]) -> Run:
    answer = _invoke(client, function, event)
    return Run(answer["dag_id"], answer["dag_run_id"], answer["state"], answer["url"])


def _invoke(client: Any, function: str, event: Mapping[str, object]) -> Mapping[str, str]:
    try:
        answer = _answer(client, function, json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read())
    except ClientError as error:
        raise _refusal(error, function) from error
    except BotoCoreError as error:
        raise ModelwayError(
            f"function {function} does not answer: {error}; see in Airflow whether the run has started"
            " before you run the job again"
        ) from error
    if "FunctionError" in answer:
        raise _failure(payload, function)
    found: Mapping[str, str] = payload
    return found


def _answer(client: Any, function: str, event: bytes) -> dict[str, Any]:
    """The function's answer; the same event again is the same run, so a lost answer is asked for once more."""
    try:
        first: dict[str, Any] = client.invoke(FunctionName=function, Payload=event)
    except BotoCoreError:
        again: dict[str, Any] = client.invoke(FunctionName=function, Payload=event)
        return again
    return first


def _refusal(error: ClientError, function: str) -> ModelwayError:
    code, words = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == "ResourceNotFoundException":
        return NotFound(f"there is no Lambda function {function} ({words}); pass its name with --function")
    kind = ModelwayError if code in _PASSING else Refused
    return kind(f"function {function} cannot be called: {code}: {words}; look at the job's role")


def _failure(payload: Mapping[str, str], function: str) -> ModelwayError:
    name, words = payload.get("errorType", "a time-out"), payload.get("errorMessage", "no words")
    return _ERRORS.get(name, ModelwayError)(f"{function} answers {name}: {words}")
