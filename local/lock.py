"""At most one `up` a home."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from local.errors import PlatformError
from local.home import Home


@contextmanager
def only_one_start(home: Home) -> Iterator[None]:
    """Two starts of one home would each take the other's half-started processes for its own."""
    with (home.supervisor / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PlatformError(
                f"another `up` is starting {home.root}; wait for it, or end it and run `down`"
            ) from error
        yield
