"""Training jobs that run nothing and end when the bench says so."""

import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from local.aws.records import Records
from local.aws.sagemaker.place import name_of
from local.aws.sagemaker.training_status import transition


class Endings:
    """Which jobs may end: their names, a line each, come through a named pipe."""

    def __init__(self, pipe: Path) -> None:
        self._events: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self._lock = threading.Lock()
        self._pipe = pipe
        threading.Thread(target=self._read, name="endings", daemon=True).start()

    def of(self, job: str) -> threading.Event:
        """Set when the job may end."""
        with self._lock:
            return self._events[job]

    def release(self) -> None:
        """Let all end."""
        with self._lock:
            for event in self._events.values():
                event.set()

    def _read(self) -> None:
        while True:  # a pipe ends with each of its writers
            with self._pipe.open(encoding="utf-8") as lines:
                for line in lines:
                    self.of(line.strip()).set()


@dataclass(frozen=True)
class HeldRun:
    """One job from its start to its end."""

    arn: str
    records: Records
    endings: Endings

    def __call__(self, stop: threading.Event) -> None:
        """Train until it may end; a bench stops no job."""
        self._enter("Training")
        self.endings.of(name_of(self.arn)).wait()
        self._enter("Completed")

    def _enter(self, secondary: str) -> None:
        with self.records.lock:
            record = self.records.find(self.arn) or {}
            self.records.change(self.arn, **transition(record, secondary))
