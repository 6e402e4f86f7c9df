"""What the emulated services hold, kept in one file a service."""

import json
import threading
import time
from pathlib import Path

import moto

from local.aws.backends import KEPT, backends_in_use
from local.aws.mended import mend
from local.aws.pickling import from_bytes, to_bytes
from local.record import write_atomically

HEADER = {"kind": "modelway local aws state", "moto": moto.__version__}
TRIES = 5


class UnreadableState(Exception):
    """A state file cannot be used; the message names the file and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        remedy = f"put back a good copy, or remove {path.parent.parent} to start with an empty local AWS"
        super().__init__(f"the state file {path} cannot be read: {reason}; {remedy}")


class StateFolder:
    """The state files of a home, read once at start and replaced as a whole."""

    def __init__(self, folder: Path, *, lock: threading.RLock) -> None:
        self.folder = folder
        self.lock = lock
        folder.mkdir(parents=True, exist_ok=True)

    def load(self) -> None:
        """Put what the files hold into moto's backends; raise UnreadableState rather than lose anything."""
        for service in KEPT:
            path = self.path_of(service)
            if path.exists():
                mend(service)
                restore(path)

    def save(self, service: str) -> None:
        """Replace the service's file, when the service is in use."""
        if content := self.snapshot(service):
            write_atomically(self.path_of(service), content)

    def snapshot(self, service: str) -> bytes:
        """The service's state now, empty when it was never used."""
        for _ in range(TRIES):
            try:
                with self.lock:
                    return state_of(service)
            except RuntimeError:  # SageMaker's jobs write logs and metrics outside the lock: a dictionary changed
                time.sleep(0.05)
        with self.lock:
            return state_of(service)

    def path_of(self, service: str) -> Path:
        """The file of a service."""
        return self.folder / f"{service}.state"


def state_of(service: str) -> bytes:
    """All backends of the service below a line that says who can read them."""
    backends = {name: vars(backend) for name, backend in backends_in_use(service)}
    return json.dumps(HEADER).encode() + b"\n" + to_bytes(backends) if backends else b""


def restore(path: Path) -> None:
    """Fill the backends that the file names."""
    header, _, content = path.read_bytes().partition(b"\n")
    check_header(path, header)
    try:
        for name, state in from_bytes(content).items():
            vars(name.find()).update(state)
    except Exception as error:  # a torn pickle raises nearly anything
        raise UnreadableState(path, f"{type(error).__name__}: {error}") from error


def check_header(path: Path, header: bytes) -> None:
    """Refuse a file of something else, or of a moto whose objects look different."""
    try:
        found = json.loads(header)
    except ValueError as error:
        raise UnreadableState(path, "its first line is not ours") from error
    if found != HEADER:
        raise UnreadableState(path, f"it was written by {found}, this is {HEADER}")
