"""Where the parts of a platform listen, on 127.0.0.1 only."""

import random
import shlex
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from local.errors import PortTaken
from local.listener import listener_words

# Below the range that Linux hands out to outgoing connections (ip_local_port_range), so that
# a port kept in platform.json is not lent to a browser while the platform is down.
RANGE = range(20_000, 32_000)


@dataclass(frozen=True)
class Ports:
    """One port a listening part."""

    aws: int
    airflow: int
    smtp: int
    inbox: int
    supervisor: int


def is_free(port: int) -> bool:
    """Whether a program could listen there now."""
    with socket.socket() as probe:
        # A server that just stopped leaves connections in TIME_WAIT, which do not keep a new one from listening.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def pick_ports() -> Ports:
    """Ports that nobody listens on."""
    candidates = _free_ports()
    return Ports(*(next(candidates) for _ in range(5)))


def pick_port() -> int:
    """A port that nobody listens on."""
    return next(_free_ports())


def _free_ports() -> Iterator[int]:
    return (port for port in random.SystemRandom().sample(RANGE, len(RANGE)) if is_free(port))


def check_free(ports: Ports, *, record: Path) -> None:
    """Refuse to start where another program listens; shells hold our addresses, so new ones are not picked unasked."""
    for part, port in asdict(ports).items():
        if not is_free(port):
            raise PortTaken(
                f"port {port}, kept for {part}, is taken by {listener_words(port)}; end that, or let the next `up` "
                f'pick new ports: `rm {shlex.quote(str(record))}` (and `eval "$(python -m local env)"` again after it)'
            )
