"""A serving container on a free port, asked over HTTP."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.container.box import DEADLINE, Box
from tests.sockets import free_port

JSON = "application/json"

# A model that gives back what it is asked; files in its folder make it slow, or fail.
ECHO = """
import time
from pathlib import Path

def model_fn(model_dir):
    while Path(model_dir, "hold-load").exists():
        time.sleep(0.02)
    return Path(model_dir)

def predict_fn(data, model):
    while (model / "hold-predict").exists():
        (model / "predicting").touch()
        time.sleep(0.02)
    return data
"""


@dataclass(frozen=True)
class Endpoint:
    """A started serving container."""

    process: "subprocess.Popen[str]"
    url: str
    model: Path

    def ping(self) -> httpx.Response:
        """Within SageMaker's two seconds, or it raises."""
        return httpx.get(f"{self.url}/ping", timeout=2)

    def invoke(
        self, body: str | bytes, content_type: str | None = "application/json", **headers: str
    ) -> httpx.Response:
        """The answer to one request."""
        typed = {"content-type": content_type} if content_type else {}
        return httpx.post(f"{self.url}/invocations", content=body, headers=typed | headers, timeout=DEADLINE)

    def wait_for(self, *statuses: int) -> httpx.Response:
        """The first ping that is answered with one of the statuses."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                answer = self.ping()
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code in statuses:
                return answer
            time.sleep(0.05)
        raise AssertionError(f"no answer {statuses} from {self.url}; the process ended with {self.process.poll()}")


def start(box: Box, program: str = ECHO, **environ: str) -> Endpoint:
    """Start serving the program; its model folder is empty."""
    box.write("inference.py", program)
    model = box.ml / "model"
    model.mkdir(parents=True, exist_ok=True)
    port = free_port()
    process = box.start("serve", SAGEMAKER_BIND_TO_PORT=str(port), **environ)
    return Endpoint(process, f"http://127.0.0.1:{port}", model)


def wait_until_there(path: Path) -> None:
    """Until another process has made the file."""
    end = time.monotonic() + DEADLINE
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.02)
