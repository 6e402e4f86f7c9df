"""MWAA's API in front of the local Airflow.

boto3 has to be told not to put `env.` and `api.` before the host: AWS_DISABLE_HOST_PREFIX_INJECTION=true.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from werkzeug import Request, Response

from local.aws.airflow import AirflowAnswer, AirflowApi, AirflowSilent
from local.aws.operation import operation_name
from local.aws.refusal import json_error
from local.aws.scope import Scope

ENVIRONMENT = "modelway"
AIRFLOW_VERSION = "3.0.6"
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
LONGEST_PATH = 64
REST_API = re.compile(r"/restapi/([^/]+)")
ONE_ENVIRONMENT = re.compile(r"/environments/([^/]+)")


class Refused(Exception):
    """The request is answered with one of MWAA's errors."""

    def __init__(self, status: int, code: str, message: str, **members: object) -> None:
        super().__init__(message)
        self.response = json_error(status=status, code=code, message=message, **members)


@dataclass(frozen=True)
class AirflowCall:
    """What InvokeRestApi asks of Airflow."""

    method: str
    path: str
    query: dict[str, Any]
    body: Any

    @classmethod
    def read(cls, request: Request) -> "AirflowCall":
        """The call in the request's body, checked as MWAA checks it."""
        try:
            asked = json.loads(request.get_data())
        except ValueError as error:
            raise Refused(400, "ValidationException", "The request body is not JSON") from error
        call = cls(
            asked.get("Method", ""), asked.get("Path", ""), asked.get("QueryParameters") or {}, asked.get("Body")
        )
        call.check()
        return call

    def check(self) -> None:
        """Raise ValidationException as MWAA does."""
        if self.method not in METHODS:
            raise invalid("method", self.method, f"Member must satisfy enum value set: [{', '.join(METHODS)}]")
        if len(self.path) > LONGEST_PATH:
            raise invalid("path", self.path, f"Member must have length less than or equal to {LONGEST_PATH}")
        if not self.path.startswith("/"):
            raise invalid("path", self.path, "Member must start with a slash")


class Mwaa:
    """InvokeRestApi, GetEnvironment and ListEnvironments of the one environment `modelway`."""

    def __init__(self, airflow: AirflowApi) -> None:
        self.airflow = airflow

    def __call__(self, request: Request) -> Response:
        """The answer to one MWAA request."""
        try:
            return self.answer(request)
        except Refused as refused:
            return refused.response

    def answer(self, request: Request) -> Response:
        """The answer of the operation that method and path name."""
        if request.method == "POST" and (match := REST_API.fullmatch(request.path)):
            return self.invoke(match[1], request)
        if request.method == "GET" and (match := ONE_ENVIRONMENT.fullmatch(request.path)):
            return self.describe(match[1], region=Scope.of(request.environ).region)
        if request.method == "GET" and request.path == "/environments":
            return as_json({"Environments": [ENVIRONMENT]})
        message = f"{operation_name(request)} is not available in the local MWAA; its environment is always there"
        raise Refused(400, "UnknownOperationException", message)

    def describe(self, name: str, *, region: str) -> Response:
        """GetEnvironment: AVAILABLE as soon as Airflow serves its API."""
        check_name(name)
        environment = {
            "Name": ENVIRONMENT,
            "Arn": f"arn:aws:airflow:{region}:{DEFAULT_ACCOUNT_ID}:environment/{ENVIRONMENT}",
            "Status": "AVAILABLE" if self.airflow.serves() else "UNAVAILABLE",
            "WebserverUrl": self.airflow.url,
            "AirflowVersion": AIRFLOW_VERSION,
            "WebserverAccessMode": "PUBLIC_ONLY",
        }
        return as_json({"Environment": environment})

    def invoke(self, name: str, request: Request) -> Response:
        """InvokeRestApi: Airflow's own answer, its refusals as MWAA's two exceptions."""
        check_name(name)
        call = AirflowCall.read(request)
        try:
            path = f"/api/v2{call.path}"
            return answered(self.airflow.call(call.method, path, query=call.query, body=call.body))
        except AirflowSilent as error:
            content = {"detail": str(error)}
            raise Refused(
                400, "RestApiServerException", str(error), RestApiStatusCode=503, RestApiResponse=content
            ) from error


def answered(answer: AirflowAnswer) -> Response:
    """Airflow's answer as InvokeRestApi gives it."""
    members = {"RestApiStatusCode": answer.status, "RestApiResponse": answer.content}
    if answer.status < 400:
        return as_json(members)
    code = "RestApiClientException" if answer.status < 500 else "RestApiServerException"
    raise Refused(400, code, f"Airflow answered {answer.status}", **members)


def check_name(name: str) -> None:
    """Refuse the name of an environment that is not there."""
    if name != ENVIRONMENT:
        raise Refused(404, "ResourceNotFoundException", f"No environment found with name {name}")


def invalid(member: str, value: object, constraint: str) -> Refused:
    """A validation error in AWS's words."""
    message = f"1 validation error detected: Value {value!r} at {member!r} failed to satisfy constraint: {constraint}"
    return Refused(400, "ValidationException", message)


def as_json(value: object) -> Response:
    """A REST-JSON answer."""
    return Response(json.dumps(value), content_type="application/json")
