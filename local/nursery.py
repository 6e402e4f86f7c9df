"""`python -m local.nursery SOCKET SERVICES MODULE…`: imports the modules, then forks each step from itself.

A command's imports cost it half a second; here they are made once, while an earlier step runs.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from typing import Any, NoReturn

from local.descriptions import read_descriptions
from local.leash import die_with


def serve(connection: socket.socket) -> None:
    """Fork a process for each order until the other end is closed."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, 2**20, 2)
        if not message:
            return
        output, status = descriptors
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become(json.loads(message), output=output, status=status)
        os.close(output)
        _, ended = os.waitpid(pid, 0)
        os.write(status, f"{os.waitstatus_to_exitcode(ended)}\n".encode())
        os.close(status)


def _become(order: dict[str, Any], *, output: int, status: int) -> NoReturn:
    """Run the module as its own process group; says first who it is, for then it can be ended."""
    die_with(os.getppid(), by=signal.SIGTERM)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for standard in (1, 2):
        os.dup2(output, standard)
    os.write(status, f"{os.getpid()}\n".encode())
    os.close(status)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
    sys.exit()


def main(descriptor: str, services: str, *modules: str) -> None:
    """Import, then serve."""
    die_with(os.getppid(), by=signal.SIGTERM)
    for name in modules:
        importlib.import_module(name)
    read_descriptions(dict.fromkeys(services.split(",")))
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as connection:
        serve(connection)


if __name__ == "__main__":
    main(*sys.argv[1:])
