"""The two paths that SageMaker asks for: GET /ping and POST /invocations."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from modelway_runtime.errors import ContainerError
from modelway_runtime.formats import JSON
from modelway_runtime.serving.answer import Answer, Question, Responder
from modelway_runtime.serving.attributes import HEADER, custom_attributes
from modelway_runtime.serving.worker import Worker

UNKNOWN_TYPE = "application/octet-stream"  # what a body without a Content-Type is (RFC 9110, 8.3)


class Service:
    """A model on its way to answering, and then answering."""

    def __init__(self, load: Callable[[], Responder], *, environ: Mapping[str, str]) -> None:
        self.failure: ContainerError | None = None
        self._load = load
        self._responder: Responder | None = None
        self._worker = Worker()
        attributes = custom_attributes(environ)
        self._headers = {HEADER: attributes} if attributes else {}
        self._default_accept = environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)

    async def start(self, *, on_failure: Callable[[], None]) -> None:
        """Load the model; until then /ping says 503."""
        try:
            self._responder = await self._worker.run(self._load)
        except ContainerError as error:
            self.failure = error
            on_failure()

    async def ping(self, _request: Request) -> Response:
        """200 and nothing else once the model is loaded, also while a prediction takes its time."""
        return Response(status_code=200 if self._responder else 503)

    async def invoke(self, request: Request) -> Response:
        """The model's answer, or a text that says what is wrong."""
        question = await self._question(request)
        responder = self._responder
        if responder is None:
            return PlainTextResponse("the model is not loaded yet; ask /ping first", 503, headers=self._headers)
        answer: Answer = await self._worker.run(lambda: responder(question))
        return Response(answer.body, answer.status, media_type=answer.media_type, headers=self._headers)

    async def _question(self, request: Request) -> Question:
        headers = request.headers
        accept = headers.get("accept", "")
        return Question(
            body=await request.body(),
            content_type=headers.get("content-type", UNKNOWN_TYPE).split(";")[0].strip().lower(),
            accept=self._default_accept if accept in ("", "*/*") else accept,
        )


def application(service: Service, *, on_failure: Callable[[], None]) -> Starlette:
    """The ASGI application; `on_failure` is called when the model cannot be loaded."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        loading = asyncio.create_task(service.start(on_failure=on_failure))
        yield
        loading.cancel()

    routes = [Route("/ping", service.ping), Route("/invocations", service.invoke, methods=["POST"])]
    return Starlette(routes=routes, lifespan=lifespan)
