"""One process behind a production variant: started, kept running, spoken to over kept connections."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from local.aws.sagemaker.jobs import POLL
from local.aws.sagemaker.log_stream import LogStream
from local.engine import Engine, Image, ImageError, Process, Run

log = logging.getLogger(__name__)
HOST = "127.0.0.1"
PING_EVERY = 0.1
PING_WITHIN = 2.0
FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
CONNECTIONS = 32


@dataclass(frozen=True)
class Answer:
    """What the model's process answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unanswered(Exception):
    """The process is down or took too long; `text` is for the caller."""


class Replica:
    """The process of a variant. However many instances are asked for, the local platform starts one."""

    def __init__(
        self, engine: Engine, image: Image, run: Run, *, stream: Callable[[], LogStream], start_limit: float
    ) -> None:
        self._engine, self._image, self._run = engine, image, run
        self._stream = stream
        self._start_limit = start_limit
        self._healthy, self._failed, self._stopping = threading.Event(), threading.Event(), threading.Event()
        self._process: Process | None = None
        self._was_healthy = False
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._thread = threading.Thread(target=self._keep, name=f"replica {run.opt}", daemon=True)

    def start(self) -> None:
        """Start the process and keep it running."""
        self._thread.start()

    @property
    def healthy(self) -> bool:
        """Whether it answers pings now."""
        return self._healthy.is_set()

    @property
    def failed(self) -> bool:
        """Whether its first start came to nothing."""
        return self._failed.is_set()

    def wait_healthy(self, halted: Callable[[], bool]) -> bool:
        """Wait until it answers a ping of now; False when a start takes too long or the caller is halted."""
        deadline = time.monotonic() + self._start_limit
        while not self._answers_now():
            if self.failed or halted() or time.monotonic() > deadline:
                return False
            time.sleep(PING_EVERY)
        return True

    def _answers_now(self) -> bool:
        """`healthy` is a moment late where the process has just died."""
        pool = self._pool
        return self.healthy and pool is not None and answers_ping(pool.port or 0)

    def ask_to_stop(self) -> None:
        """Send SIGTERM and let it not come back."""
        self._stopping.set()
        self._healthy.clear()
        if self._process is not None:
            self._process.terminate()

    def stop(self, grace: float) -> None:
        """Return when the process has ended, killed after the grace if it must be."""
        self.ask_to_stop()
        self._thread.join(grace)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
            self._thread.join()

    def post(self, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Answer:
        """POST /invocations; raises Unanswered."""
        return self._ask("POST", "/invocations", timeout=timeout, body=body, headers=dict(headers))

    def get(self, path: str, *, timeout: float) -> Answer:
        """GET another path; raises Unanswered."""
        return self._ask("GET", path, timeout=timeout)

    def _ask(self, method: str, path: str, *, timeout: float, **content: Any) -> Answer:
        pool = self._pool
        if pool is None or not self.healthy:
            raise Unanswered("it is starting")
        try:
            answer = pool.urlopen(method, path, timeout=timeout, retries=False, redirect=False, **content)
        except urllib3.exceptions.NewConnectionError as error:  # which is a time-out to urllib3, too
            raise Unanswered("it is down") from error
        except urllib3.exceptions.TimeoutError as error:
            raise Unanswered(f"it took longer than {timeout:g} seconds") from error
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(f"its connection broke: {error}") from error
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)

    def _keep(self) -> None:
        try:
            self._live()
        finally:
            if not self._was_healthy:
                self._failed.set()

    def _live(self) -> None:
        """Start the process again and again; a first start that comes to nothing is the last."""
        delay = FIRST_DELAY
        stream = self._stream()
        while not self._stopping.is_set():
            try:
                became_healthy = self._serve(stream)
            except (OSError, ImageError):
                log.exception("%s cannot be started", self._run.opt)
                became_healthy = False
            if not self._was_healthy:
                return
            delay = FIRST_DELAY if became_healthy else min(delay * 2, LONGEST_DELAY)
            self._stopping.wait(delay)

    def _serve(self, stream: LogStream) -> bool:
        """One life of the process; whether it ever became healthy."""
        port = free_port()
        # There is no container around the process: nobody but this machine may ask it.
        reach = {"SAGEMAKER_BIND_TO_PORT": str(port), "MODELWAY_BIND_HOST": "127.0.0.1"}
        environment = {**self._run.environment, **reach}
        run = Run(self._run.opt, self._run.log, self._run.arguments, self._run.entrypoint, environment)
        process = self._process = self._engine.start(self._image, run)
        if self._stopping.is_set():
            process.terminate()
        became = self._await_ping(process, port)
        if became:
            self._pool = urllib3.HTTPConnectionPool(HOST, port, maxsize=CONNECTIONS)
            self._was_healthy = True
            self._healthy.set()
        elif not self._stopping.is_set():
            process.kill()
        while process.wait(POLL) is None:
            stream.pump()
        self._healthy.clear()
        stream.close()
        if not self._stopping.is_set():
            log.warning("%s ended by itself with exit code %s", self._run.opt, process.wait(0))
        return became

    def _await_ping(self, process: Process, port: int) -> bool:
        deadline = time.monotonic() + self._start_limit
        while not self._stopping.is_set() and time.monotonic() < deadline:
            if answers_ping(port):
                return process.wait(0) is None
            if process.wait(PING_EVERY) is not None:
                return False
        return False


def answers_ping(port: int) -> bool:
    """Whether GET /ping on this port answers 200."""
    pool = urllib3.HTTPConnectionPool(HOST, port, maxsize=1)
    try:
        return pool.urlopen("GET", "/ping", timeout=PING_WITHIN, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False
    finally:
        pool.close()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
