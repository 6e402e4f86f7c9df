"""The server process: the model behind uvicorn on SageMaker's port."""

import logging
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import uvicorn

from modelway_runtime.errors import ConfigurationError
from modelway_runtime.folders import Folders
from modelway_runtime.program import load_model, load_program
from modelway_runtime.serving.answer import Responder
from modelway_runtime.serving.application import Service, application

PORT = 8080
EVERYWHERE = "0.0.0.0"  # noqa: S104 (SageMaker asks from outside the container)
GRACE_SECONDS = 25  # SageMaker kills 30 seconds after SIGTERM
KEEP_ALIVE_SECONDS = 120  # longer than the caller keeps a connection, so that it is the caller who closes it

log = logging.getLogger(__name__)


def serve(folders: Folders, environ: Mapping[str, str]) -> int:
    """Answer until SIGTERM; 1 when the model cannot be loaded."""
    signal.signal(signal.SIGTERM, _end)
    service = Service(lambda: _load(folders), environ=environ)
    server = _server(service, environ)
    server.run()
    if service.failure:
        raise service.failure
    return 0


def _load(folders: Folders) -> Responder:
    program = load_program(Path.cwd())
    responder = Responder(program, load_model(program, folders.model))
    log.info("The model in %s is loaded", folders.model)
    return responder


def _server(service: Service, environ: Mapping[str, str]) -> uvicorn.Server:
    server: uvicorn.Server

    def stop() -> None:
        server.should_exit = True

    server = uvicorn.Server(
        uvicorn.Config(
            application(service, on_failure=stop),
            host=environ.get("MODELWAY_BIND_HOST", EVERYWHERE),
            port=_port(environ),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    return server


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("SAGEMAKER_BIND_TO_PORT") or str(PORT)
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise ConfigurationError(f"SAGEMAKER_BIND_TO_PORT is {text!r}; use a port such as {PORT}")
    return int(text)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Uvicorn raises the signal again after its shutdown: then, and before it runs, SIGTERM is a good end."""
    sys.exit(0)
