"""InvokeEndpoint: from the caller to the model's process and back."""

import json
import re
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from local.aws.sagemaker.deployment import GROUP
from local.aws.sagemaker.endpoint_metrics import EndpointMetrics
from local.aws.sagemaker.fleet import Fleet, Variant
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.replica import Answer, Unanswered
from local.aws.sagemaker.traffic import Traffic

PATH = re.compile(r"/endpoints/(?P<name>[^/]+)/invocations")
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/(?P<region>[a-z0-9-]+)/")
MAX_BODY = 25 * 1024 * 1024
CUSTOM = "X-Amzn-SageMaker-Custom-Attributes"
VARIANT = "x-Amzn-Invoked-Production-Variant"
TARGET = "HTTP_X_AMZN_SAGEMAKER_TARGET_VARIANT"
PASSED_IN = {"CONTENT_TYPE": "Content-Type", "HTTP_ACCEPT": "Accept", "HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES": CUSTOM}
PASSED_BACK = {"content-type": "Content-Type", CUSTOM.lower(): CUSTOM}


class InvocationError(Exception):
    """One of the runtime's errors, as an answer."""

    def __init__(self, status: int, kind: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.status, self.kind = status, kind
        self.body = json.dumps({"Message": message, **members}).encode()


class Invocations:
    """A WSGI application for POST /endpoints/{name}/invocations."""

    def __init__(self, traffic: Traffic, metrics: EndpointMetrics, *, account: str, timeout: float) -> None:
        self._traffic, self._metrics = traffic, metrics
        self._account, self._timeout = account, timeout

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one invocation."""
        try:
            status, headers, body = self._invoke(environ)
        except InvocationError as error:
            status, body = error.status, error.body
            headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error.kind}
        rows = [*headers.items(), ("Content-Length", str(len(body)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", rows)
        return [body]

    def _invoke(self, environ: WSGIEnvironment) -> tuple[int, dict[str, str], bytes]:
        place, name = self._asked(environ)
        arn = place.arn("endpoint", name)
        body = _body(environ)
        headers = {name: environ[key] for key, name in PASSED_IN.items() if environ.get(key)}
        with self._traffic.request(arn) as fleet:
            variant = self._variant(fleet, name, environ.get(TARGET))
            answer = self._post(arn, variant, body, headers)
        back = {ours: answer.headers[theirs] for theirs, ours in PASSED_BACK.items() if theirs in answer.headers}
        return 200, {**back, VARIANT: variant.plan.name}, answer.body

    def _asked(self, environ: WSGIEnvironment) -> tuple[Place, str]:
        path = PATH.fullmatch(environ["PATH_INFO"])
        if path is None:
            raise InvocationError(400, "ValidationError", f"{environ['PATH_INFO']} is no path of an endpoint")
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        return Place(self._account, scope["region"] if scope else "us-east-1"), path["name"]

    def _variant(self, fleet: Fleet | None, name: str, target: str | None) -> Variant:
        if fleet is None:
            raise InvocationError(400, "ValidationError", f"Endpoint {name} of account {self._account} not found.")
        variant = fleet.pick(target)
        if variant is None:
            raise InvocationError(400, "ValidationError", f"Variant {target} not found for endpoint {name}.")
        return variant

    def _post(self, arn: str, variant: Variant, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The model's answer, when it is a success; raises InvocationError."""
        began = time.monotonic()
        try:
            answer = variant.replica.post(body, headers, timeout=self._timeout)
        except Unanswered as problem:
            self._metrics.count(arn, variant.plan.name, seconds=time.monotonic() - began, status=500)
            raise _unanswered(arn, variant, problem) from problem
        self._metrics.count(arn, variant.plan.name, seconds=time.monotonic() - began, status=answer.status)
        if answer.status >= 400:
            raise _model_error(arn, variant, answer.status, answer.body.decode("utf-8", "replace"))
        return answer


def _body(environ: WSGIEnvironment) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MAX_BODY:
        raise InvocationError(413, "ValidationError", f"The body has {length} bytes; {MAX_BODY} is the limit")
    content: bytes = environ["wsgi.input"].read(length)
    return content


def _unanswered(arn: str, variant: Variant, problem: Unanswered) -> InvocationError:
    if not variant.replica.healthy:
        return InvocationError(503, "ServiceUnavailable", f"Variant {variant.plan.name} is not available: {problem}")
    text = (
        f"Your invocation got no answer from container {variant.plan.name}: {problem}. Review its logs and try again."
    )
    return _model_error(arn, variant, 0, text)


def _model_error(arn: str, variant: Variant, status: int, text: str) -> InvocationError:
    """AWS's ModelError, which carries what the model said."""
    _, _, _, region, account, resource = arn.split(":", 5)
    group = f"{GROUP}/{resource.split('/', 1)[1]}"
    side = "client" if 400 <= status < 500 else "server"
    return InvocationError(
        424,
        "ModelError",
        f'Received {side} error ({status}) from {variant.plan.name} with message "{text}". '
        f"See log group {group} in account {account} for more information.",
        OriginalStatusCode=status,
        OriginalMessage=text,
        LogStreamArn=f"arn:aws:logs:{region}:{account}:log-group:{group}",
    )
