"""Waits for a state, with a limit and an eye on what could make it impossible."""

import time
from collections.abc import Callable

from local.errors import StartFailed


def wait_until(
    done: Callable[[], bool], *, what: str, seconds: float, check: Callable[[], None] = lambda: None, pause: float = 0.1
) -> None:
    """Return once it is done; `check` raises when it can never be."""
    deadline = time.monotonic() + seconds
    while not done():
        check()
        if time.monotonic() > deadline:
            raise StartFailed(f"{what} took more than {seconds:.0f} s; see `python -m local logs`")
        time.sleep(pause)
