"""Ports, and waiting for who listens there."""

import random
import socket
import time
from collections.abc import Callable

# Below what Linux lends to outgoing connections, and below the platforms' own ports: nobody takes one by chance.
RANGE = range(10_000, 20_000)


def free_port() -> int:
    """A port that nobody listens on."""
    for port in random.sample(RANGE, len(RANGE)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError(f"somebody listens on every port of {RANGE}")


def wait_for(done: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
    """Return once it is so, fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for: {what}"
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
