"""Becomes another program that dies with the one that started it.

`python leash.py [--environment FILE] [--death SIGNAL] PROGRAM [ARGUMENT…]`: FILE is a JSON object that replaces the
environment, SIGNAL is what the kernel sends to the program when its parent ends, TERM unless told.
Run by path in isolated mode and with the standard library only, so that it costs some 20 ms a process.
"""

import ctypes
import json
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; it survives exec, and a fork of ours does not inherit it


def on_leash(*command: str) -> list[str]:
    """The command so that it dies with the process that starts it."""
    return [sys.executable, "-I", "-S", __file__, *command]


def die_with(parent: int, *, by: signal.Signals) -> None:
    """Ask the kernel for the signal when the parent ends; where there is no prctl, change nothing."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)
    except (AttributeError, OSError):
        return
    if os.getppid() != parent:  # it ended before the kernel knew
        sys.exit(128 + by)


def main(arguments: list[str]) -> None:
    """Tie this process to its parent and become the program."""
    parent, environment, death = os.getppid(), dict(os.environ), signal.SIGTERM
    while arguments[0] in ("--environment", "--death"):
        option, value, *arguments = arguments
        if option == "--environment":
            with open(value, encoding="utf-8") as file:
                environment = json.load(file)
        else:
            death = signal.Signals[f"SIG{value}"]
    die_with(parent, by=death)
    os.execvpe(arguments[0], arguments, environment)  # noqa: S606 - an argument list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
