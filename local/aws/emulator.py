"""moto, made safe for many clients at once and quick to say what it cannot do."""

import logging
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from flask import Flask
from moto.backends import SERVICE_NAMES
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from local.aws.lifecycle import OPERATIONS, Lifecycles
from local.aws.long_poll import answer_patiently, waiting_seconds
from local.aws.mended import mend
from local.aws.operation import may_write, operation_name
from local.aws.refusal import refuse
from local.aws.rest import rest_call
from local.aws.saver import Saver
from local.aws.scope import Scope

log = logging.getLogger(__name__)


class Emulator:
    """Answers from moto, one request at a time.

    moto has no locks of its own: two conditional puts of one S3 key could both win, and its state could not be
    saved while it changes. SageMaker requests stay outside the lock, since ours call back into this server.
    """

    def __init__(self, *, lock: threading.RLock, saver: Saver) -> None:
        self.lock = lock
        self.saver = saver
        self.lifecycles = Lifecycles(lock=lock, saver=saver)
        self.app = DomainDispatcherApplication(application_of)

    def answer(self, request: Request) -> Response:
        """moto's answer, or the error AWS gives for an operation that moto does not have."""
        seconds = waiting_seconds(request)
        return answer_patiently(request, self._answer, seconds=seconds) if seconds else self._answer(request)

    def _answer(self, request: Request) -> Response:
        scope = Scope.of(request.environ)
        call = rest_call(request, scope=scope.service)
        if call is not None and call.operation in OPERATIONS:
            return self.lifecycles.answer(request, call)
        try:
            with self.turn(scope):
                return Response.from_app(self.app, request.environ, buffered=True)
        except NotImplementedError as error:
            return unknown_operation(request, error)
        finally:
            if may_write(request):
                self.saver.touch(scope.service)

    def turn(self, scope: Scope) -> AbstractContextManager[Any]:
        """The lock a request of the service waits for."""
        return nullcontext() if scope.service == "sagemaker" else self.lock


def application_of(service: SERVICE_NAMES | None) -> Flask:
    """moto's application of one service, which refuses paths it does not know like operations it does not have."""
    if service is None:
        raise NotImplementedError("moto does not have this service")
    mend(service)
    app = create_backend_app(service)
    app.register_error_handler(404, refuse_unknown_path)
    return app


def refuse_unknown_path(error: NotFound) -> Any:
    """Let moto's own 404 answers through, but not the router's."""
    if type(error) is NotFound:
        raise NotImplementedError("moto does not have this path") from error
    return error


def unknown_operation(request: Request, error: NotImplementedError) -> Response:
    """400 at once: moto's own answer is 500, which SDKs retry until it looks like a hang."""
    log.warning("%s is not available: %s", operation_name(request), error)
    message = f"{operation_name(request)} is not available in the local AWS; use a real account for it ({error})"
    return refuse(request, status=400, code="UnknownOperationException", message=message)
