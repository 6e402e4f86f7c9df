"""A model server that is started, awaited, asked once and stopped."""

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.errors import BenchError

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PATIENCE = 60.0


@contextmanager
def serving(command: Sequence[str], *, port: int, cwd: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The server's address, as soon as it answers /ping."""
    url = f"http://127.0.0.1:{port}"
    with awaited(command, f"{url}/ping", cwd=cwd, environment=environment):
        yield url


@contextmanager
def awaited(command: Sequence[str], health: str, *, cwd: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """The server, from when it answers at this address."""
    process = subprocess.Popen(list(command), cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL)
    try:
        _await(process, health)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ask(url: str, body: bytes) -> bytes:
    """The answer to rows of CSV."""
    request = urllib.request.Request(f"{url}/invocations", body, {"Content-Type": "text/csv"})  # noqa: S310 - our own
    with DIRECT.open(request, timeout=PATIENCE) as answer:
        content: bytes = answer.read()
    return content


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(process: "subprocess.Popen[bytes]", health: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(health):
        if process.poll() is not None or time.monotonic() > deadline:
            raise BenchError(f"{process.args!r} never answered at {health}; its exit code is {process.poll()}")
        time.sleep(0.02)


def _answers(url: str) -> bool:
    try:
        DIRECT.open(url, timeout=PATIENCE).close()
    except (urllib.error.URLError, OSError):
        return False
    return True
