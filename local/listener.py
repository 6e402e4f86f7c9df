"""Which program listens on a port, as far as this user may know."""

import pwd
import shlex
from pathlib import Path

import psutil

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTEN = "0A"  # TCP_LISTEN of linux/net/tcp_states.h
LONGEST = 70


def listener_words(port: int) -> str:
    """The listener in words: its command and pid, else whose it is, else no more than that there is one."""
    for connection in psutil.net_connections(kind="tcp"):
        if connection.laddr and connection.laddr.port == port and connection.pid is not None:
            return f"{_command(connection.pid)} (pid {connection.pid})"
    owner = _owner(port)
    return f"a program of user {owner}" if owner else "another program"


def _command(pid: int) -> str:
    try:
        command = shlex.join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return "a program"
    return f"`{command if len(command) <= LONGEST else command[: LONGEST - 1] + '…'}`"


def _owner(port: int) -> str | None:
    for path in TABLES:
        rows = [row.split() for row in path.read_text().splitlines()[1:]] if path.exists() else []
        for row in rows:
            if row[3] == LISTEN and int(row[1].rpartition(":")[2], 16) == port:
                return _name(int(row[7]))
    return None


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
