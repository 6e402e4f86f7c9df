"""The one door of the local AWS: sends each request to whom it belongs, by its credential scope."""

import logging
import re
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from local.aws.call import Callers
from local.aws.calls import CallLog
from local.aws.destination import stray_target
from local.aws.faults import Fault, Faults, When
from local.aws.refusal import refuse
from local.aws.registry.door import knocks
from local.aws.scope import Scope
from local.aws.server import AnswerLost

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

CONSOLE = "/-/"  # no S3 bucket can be named "-"
CONTROL = "/moto-api"  # its reset would be one click of any web page away
HEALTH = f"{CONSOLE}healthy"
FUNCTION_INVOCATION = re.compile(r"/2015-03-31/functions/.+/invocations/?")
ENDPOINT_INVOCATION = re.compile(r"/endpoints/[^/]+/invocations/?")

Answerer = Callable[[Request], Response]


class Front:
    """The WSGI application of the local AWS."""

    def __init__(
        self,
        *,
        emulator: Answerer,
        mwaa: Answerer,
        functions: Answerer,
        endpoints: Answerer,
        console: Answerer,
        registry: "WSGIApplication",
        calls: CallLog,
        faults: Faults,
    ) -> None:
        self.emulator = emulator
        self.mwaa = mwaa
        self.functions = functions
        self.endpoints = endpoints
        self.console = console
        self.registry = registry
        self.calls = calls
        self.callers = Callers()
        self.faults = faults

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request; the whole body is always read, so the connection can serve the next one."""
        if target := stray_target(environ):
            return misdirected(whole_request(environ), target)(environ, start_response)
        if knocks(environ):  # its bodies are layers, which nobody holds in memory
            return self.registry(environ, start_response)
        request = whole_request(environ)
        response = Response("ok\n") if request.path == HEALTH else self.logged_answer(request)
        return response(environ, start_response)

    def logged_answer(self, request: Request) -> Response:
        """The answer, written to the call log; raises AnswerLost where a fault wants it so."""
        started = time.monotonic()
        call = self.callers.call_of(request)
        fault = self.faults.fault_for(call)
        response = self.answer(request) if fault is None else self.faulty_answer(request, fault)
        effect = fault.effect if fault is not None else ""
        self.calls.record(call, status=response.status_code, seconds=time.monotonic() - started, fault=effect)
        if fault is not None and fault.when is When.AFTER:
            raise AnswerLost(f"{call.operation} was done; its answer is lost, as faults.toml asks")
        return response

    def faulty_answer(self, request: Request, fault: Fault) -> Response:
        """The answer of a call that a fault befalls: late, or a refusal in place of the work."""
        time.sleep(fault.seconds)
        if fault.code:
            return refuse(request, status=fault.status, code=fault.code, message=fault.words)
        return self.answer(request)

    def answer(self, request: Request) -> Response:
        """The answer of whom the request belongs to; a fault of theirs is AWS's InternalFailure."""
        if request.path.startswith(CONTROL):
            return refuse(request, status=403, code="AccessDenied", message="moto's own controls are closed here")
        try:
            return self.answerer_of(request)(request)
        except Exception as error:
            log.exception("%s %s failed", request.method, request.path)
            return refuse(request, status=500, code="InternalFailure", message=f"{type(error).__name__}: {error}")

    def answerer_of(self, request: Request) -> Answerer:
        """Who answers the request."""
        if request.path.startswith(CONSOLE):
            return self.console
        service = Scope.of(request.environ).service
        if service == "airflow":
            return self.mwaa
        if service == "lambda" and request.method == "POST" and FUNCTION_INVOCATION.fullmatch(request.path):
            return self.functions
        if service == "sagemaker" and ENDPOINT_INVOCATION.fullmatch(request.path):
            return self.endpoints
        return self.emulator


def whole_request(environ: "WSGIEnvironment") -> Request:
    """The request with its body in memory, where it can be read again and again."""
    body = Request(environ).get_data(cache=False)
    environ.update({"wsgi.input": BytesIO(body), "wsgi.input_terminated": False, "CONTENT_LENGTH": str(len(body))})
    request = Request(environ)
    request.get_data(cache=True)
    environ["wsgi.input"] = BytesIO(body)
    return request


def misdirected(request: Request, target: str) -> Response:
    """The refusal to carry a request to somebody else."""
    message = (
        f"the local AWS is no proxy: {target} is not its own address http://127.0.0.1:{request.environ['SERVER_PORT']}"
    )
    return refuse(request, status=403, code="AccessDenied", message=message)


def wsgi_answerer(app: Callable[..., Any]) -> Answerer:
    """A WSGI application as an answerer."""

    def answer(request: Request) -> Response:
        return Response.from_app(app, request.environ, buffered=True)

    return answer
