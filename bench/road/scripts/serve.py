"""What somebody without Modelway would write to serve a model: `serve.py MODEL_DIR PORT`."""

# mypy: disable-error-code="import-not-found,import-untyped"
import sys

import inference
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(model_dir: str, port: str) -> None:
    """Answer /ping and /invocations until SIGTERM."""
    model = inference.model_fn(model_dir)

    async def ping(_: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        rows = inference.input_fn((await request.body()).decode(), request.headers["content-type"])
        body, kind = inference.output_fn(inference.predict_fn(rows, model), "application/json")
        return Response(body, media_type=kind)

    routes = [Route("/ping", ping), Route("/invocations", invocations, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
