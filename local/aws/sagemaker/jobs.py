"""What training and processing share: jobs run in threads, are watched, stopped and survive the server as records."""

import enum
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from local.engine import Process

log = logging.getLogger(__name__)
POLL = 0.25
CLOSING_GRACE = 3.0
INTERRUPTED = (
    "InternalServerError: We encountered an internal error. Please try again. "
    "(The local platform ended while the job ran; start the job again.)"
)


class Ending(enum.Enum):
    """Why a job's process ended."""

    EXITED = "it exited"
    STOPPED = "it was stopped"
    TIMED_OUT = "it ran too long"
    INTERRUPTED = "its spot instance was taken away"


class PlatformStops(Exception):
    """The server ends while the job runs; its record stays as it is and is settled at the next start."""


@dataclass(frozen=True)
class Watch:
    """When a job has to end."""

    stop: threading.Event
    closing: threading.Event
    deadline: float  # on time.monotonic()
    grace: float
    interrupt_at: float = float("inf")


def supervise(process: Process, watch: Watch, *, pump: Callable[[], None]) -> tuple[Ending, int]:
    """Wait for the process, end it when it must, and carry its output meanwhile."""
    ending, kill_at = Ending.EXITED, float("inf")
    while (code := process.wait(POLL)) is None:
        pump()
        if ending is Ending.EXITED and (reason := _must_end(watch)) is not None:
            ending = reason
            kill_at = time.monotonic() + (CLOSING_GRACE if watch.closing.is_set() else watch.grace)
            process.terminate()
        if watch.closing.is_set():
            kill_at = min(kill_at, time.monotonic() + CLOSING_GRACE)
        if time.monotonic() > kill_at:
            process.kill()
    if watch.closing.is_set():
        raise PlatformStops
    return ending, code


def _must_end(watch: Watch) -> Ending | None:
    if watch.stop.is_set() or watch.closing.is_set():
        return Ending.STOPPED
    if time.monotonic() > watch.interrupt_at:
        return Ending.INTERRUPTED
    return Ending.TIMED_OUT if time.monotonic() > watch.deadline else None


class Jobs:
    """The jobs that run now, one thread each."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[str, tuple[threading.Thread, threading.Event]] = {}

    def start(self, arn: str, work: Callable[[threading.Event], None]) -> None:
        """Run the work in a thread; it gets the event that asks it to stop."""
        stop = threading.Event()
        thread = threading.Thread(target=self._run, args=(arn, work, stop), name=arn.rsplit(":", 1)[-1], daemon=True)
        with self._lock:
            self._running[arn] = (thread, stop)
        thread.start()

    def stop(self, arn: str) -> None:
        """Ask a job to stop."""
        with self._lock:
            running = self._running.get(arn)
        if running is not None:
            running[1].set()

    def close(self) -> None:
        """End all processes and wait until the threads know."""
        self.closing.set()
        with self._lock:
            threads = [thread for thread, _ in self._running.values()]
        for thread in threads:
            thread.join(CLOSING_GRACE * 2)

    def _run(self, arn: str, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
        try:
            work(stop)
        except PlatformStops:
            log.info("%s was interrupted: the server stops", arn)
        finally:
            with self._lock:
                self._running.pop(arn, None)
