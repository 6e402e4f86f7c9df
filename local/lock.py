"""At most one `up`, one `demo` and one user of the local GitLab a home."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import PlatformError
from local.home import Home

LOCK = "demo.lock"


@contextmanager
def only_one_start(home: Home) -> Iterator[None]:
    """Two starts of one home would each take the other's half-started processes for its own."""
    busy = f"another `up` is starting {home.root}; wait for it, or end it and run `down`"
    with _alone(home.supervisor / "lock", busy=busy):
        yield


@contextmanager
def only_one_demo(home: Home) -> Iterator[None]:
    """A second demo would wipe what the first one runs on; where no demo was before, nothing may lie."""
    if not (home.root / LOCK).exists() and any(home.root.glob("*")):
        raise PlatformError(f"{home.root} holds what no demo has made; name an empty folder with --home")
    home.root.mkdir(parents=True, exist_ok=True)
    with _alone(home.root / LOCK, busy=f"another demo runs in {home.root}; wait for it, or name another --home"):
        yield


@contextmanager
def only_one_runner(home: Home) -> Iterator[None]:
    """The local GitLab's jobs run one after the other, in projects that belong to the one command that runs them."""
    busy = f"another command runs pipelines of {home.root}; wait for it, or end it"
    with _alone(home.root / "gitlab" / "runner.lock", busy=busy):
        yield


@contextmanager
def _alone(path: Path, *, busy: str) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PlatformError(busy) from error
        yield
