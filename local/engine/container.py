"""One container from its start to its exit code."""

import logging
import threading
from contextlib import suppress

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from local.engine.containers import Owner, give_back, remove
from local.engine.contract import Run
from local.engine.daemon import UNREACHABLE

log = logging.getLogger(__name__)

KILLED = 128 + 9
NOT_STARTED = 125  # what the docker command says of a container that it could not start


class RunningContainer:
    """A container whose output is appended to the run's log; gone from Docker once it has ended."""

    def __init__(self, client: docker.DockerClient, container: Container, run: Run, *, owner: Owner) -> None:
        self._client, self._container, self._run, self._owner = client, container, run, owner
        self._code = NOT_STARTED
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"container {container.short_id}", daemon=True)

    def start(self) -> "RunningContainer":
        """Start the container; one that cannot be started ends at once, with the reason in its log."""
        self._run.log.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._container.start()
        except APIError as error:
            self._tell(f"cannot start the container: {error.explanation}\n".encode())
        self._thread.start()
        return self

    @property
    def pid(self) -> int:
        """The first process of the container, as this machine sees it; 0 when it has ended."""
        with suppress(*UNREACHABLE):
            self._container.reload()
        return int(self._container.attrs["State"]["Pid"])

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None when it still runs after so many seconds."""
        return self._code if self._ended.wait(timeout) else None

    def terminate(self) -> None:
        """Send SIGTERM to the program."""
        with suppress(*UNREACHABLE):  # it has ended
            self._container.kill("SIGTERM")

    def kill(self) -> None:
        """Remove the container, running or not."""
        try:
            remove(self._container)
        except UNREACHABLE as error:
            log.warning("%s cannot be killed: %s", self._container.name, error)

    def _live(self) -> None:
        try:
            self._follow()
            self._code = self._exit_code()
            remove(self._container)
            give_back(self._client, self._container, owner=self._owner)
        except UNREACHABLE as error:
            self._tell(f"Docker does not answer any more: {error}\n".encode())
        finally:
            self._ended.set()

    def _follow(self) -> None:
        """Append what it says until it says no more; a killed one breaks off."""
        with suppress(NotFound):
            for piece in self._container.logs(stream=True, follow=True):
                self._tell(piece)

    def _exit_code(self) -> int:
        """What Docker says, also of one that was never started; a removed one was killed."""
        try:
            code = int(self._container.wait()["StatusCode"])
            self._container.reload()
        except NotFound:
            return KILLED
        return code or (NOT_STARTED if self._container.status == "created" else 0)

    def _tell(self, words: bytes) -> None:
        with self._run.log.open("ab") as file:
            file.write(words)
