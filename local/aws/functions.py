"""Lambda's Invoke, with the real handler behind it; all else of Lambda is moto's."""

import json
import logging
import re
import threading
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from werkzeug import Request, Response

from local.aws.function_log import FunctionLog, lines_of, tail_of
from local.aws.function_pool import FunctionPool
from local.aws.function_process import Outcome
from local.aws.function_spec import FunctionSpec
from local.aws.refusal import json_error
from local.aws.saver import Saver
from local.aws.scope import Scope

log = logging.getLogger(__name__)

PATH = re.compile(r"/2015-03-31/functions/(?P<name>.+)/invocations/?")
LARGEST_EVENT = 6_291_456
TYPES = ("RequestResponse", "Event", "DryRun")


class Functions:
    """Answers Invoke: RequestResponse, Event and DryRun."""

    def __init__(self, pool: FunctionPool, *, lock: threading.RLock, saver: Saver) -> None:
        self.pool = pool
        self.lock = lock
        self.saver = saver
        self.log = FunctionLog(lock=lock, saver=saver)

    def __call__(self, request: Request) -> Response:
        """The answer to one invocation."""
        try:
            function = self.find(request)
            event = event_of(request)
        except UnknownFunctionException as error:
            return json_error(status=404, code="ResourceNotFoundException", message=error.message, Type="User")
        except ValueError as error:
            return json_error(status=400, code="InvalidRequestContentException", message=str(error), Type="User")
        if len(request.get_data()) > LARGEST_EVENT:
            message = f"Request must be smaller than {LARGEST_EVENT} bytes for the InvokeFunction operation"
            return json_error(status=413, code="RequestTooLargeException", message=message)
        return self.run(function, event, request=request)

    def find(self, request: Request) -> LambdaFunction:
        """The function that the path names by name, ARN or either with a version."""
        match = PATH.fullmatch(unquote(request.path))
        assert match is not None, "the front sends only invocations here"
        with self.lock:
            backend = lambda_backends[DEFAULT_ACCOUNT_ID][Scope.of(request.environ).region]
            return backend.get_function(match["name"], request.args.get("Qualifier"))

    def run(self, function: LambdaFunction, event: Any, *, request: Request) -> Response:
        """Run the handler now, later or not at all, as the request asks."""
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        request_id = str(uuid4())
        if kind == "DryRun":
            return accepted(204, request_id=request_id)
        if kind == "Event":
            threading.Thread(target=self.run_later, args=(function, event, request_id), daemon=True).start()
            return accepted(202, request_id=request_id)
        if kind != "RequestResponse":
            message = f"Value {kind!r} at 'invocationType' must be one of {', '.join(TYPES)}"
            return json_error(status=400, code="InvalidParameterValueException", message=message, Type="User")
        outcome, lines = self.invoke(function, event, request_id=request_id)
        return answered(outcome, lines, request_id=request_id, tail=request.headers.get("X-Amz-Log-Type") == "Tail")

    def notify(self, arn: str, event: Any) -> None:
        """Invoke the function of that ARN after the caller has gone; SNS forgets what no function takes."""
        region = arn.split(":")[3]
        try:
            function = lambda_backends[DEFAULT_ACCOUNT_ID][region].get_function(arn)
        except UnknownFunctionException:
            log.warning("SNS has a message for %s, which is not there", arn)
            return
        threading.Thread(target=self.run_later, args=(function, event, str(uuid4())), daemon=True).start()

    def run_later(self, function: LambdaFunction, event: Any, request_id: str) -> None:
        """Run the handler after the caller has gone; unlike Lambda, a failure is not tried again."""
        try:
            self.invoke(function, event, request_id=request_id)
        except Exception:
            log.exception("the event for %s was lost", function.function_name)

    def invoke(self, function: LambdaFunction, event: Any, *, request_id: str) -> tuple[Outcome, list[str]]:
        """Run the handler and write its log."""
        outcome, stream = self.pool.invoke(function, event, request_id=request_id)
        self.saver.touch("sts")
        spec = FunctionSpec.of(function)
        lines = lines_of(spec, outcome, request_id=request_id)
        self.log.write(spec, lines, stream=stream)
        return outcome, lines


def event_of(request: Request) -> Any:
    """The event in the body, an empty one when there is none; ValueError when it is not JSON."""
    body = request.get_data()
    try:
        return json.loads(body) if body else {}
    except ValueError as error:
        raise ValueError(f"Could not parse request body into json: {error}") from error


def accepted(status: int, *, request_id: str) -> Response:
    """The answer to a call that does not wait."""
    return Response(status=status, headers={"x-amzn-RequestId": request_id})


def answered(outcome: Outcome, lines: list[str], *, request_id: str, tail: bool) -> Response:
    """The handler's answer; its failure is a header, as in Lambda."""
    headers = {"x-amzn-RequestId": request_id, "X-Amz-Executed-Version": "$LATEST"}
    if outcome.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    if tail:
        headers["X-Amz-Log-Result"] = tail_of(lines)
    return Response(outcome.payload, headers=headers, content_type="application/json")
