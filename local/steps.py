"""The steps of a road, each a process of its own, forked from one that has imported everything."""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from local.leash import on_leash
from local.run import begun


class Step:
    """A process that the nursery has forked; it is waited for through a pipe, being no child of ours."""

    def __init__(self, pid: int, *, stdout: IO[bytes], status: IO[bytes]) -> None:
        self.pid = pid
        self.stdout = stdout
        self._status = status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stdout.close()
        self._status.close()

    def poll(self) -> int | None:
        """Its exit code once it has ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._status, selectors.EVENT_READ)
            return self._code if selector.select(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code when it has ended; subprocess.TimeoutExpired after that many seconds."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._status, selectors.EVENT_READ)
            if not selector.select(timeout):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return self._code

    @cached_property
    def _code(self) -> int:
        """What the nursery says; where it is gone, it has taken the step along."""
        return int(self._status.readline() or -signal.SIGTERM)


class Steps:
    """Starts `python -m MODULE ARGUMENT…` again and again, in one environment that each start may add to."""

    def __init__(
        self, module: str, *, imports: Sequence[str], services: Sequence[str], environment: Mapping[str, str], cwd: Path
    ) -> None:
        self._module = module
        self._environment = environment
        self._cwd = cwd
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = on_leash(sys.executable, "-m", "local.nursery", str(theirs.fileno()), ",".join(services), *imports)
        with theirs:
            self._nursery = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(environment),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ours.close()
        self._nursery.terminate()
        self._nursery.wait()

    def begun(self, arguments: Sequence[str], *, variables: Mapping[str, str]) -> "Step | subprocess.Popen[bytes]":
        """Start the module with these arguments; without a nursery, which may have been killed, in the plain way."""
        environment = {**self._environment, **variables}
        with suppress(OSError):
            if step := self._forked(arguments, environment=environment):
                return step
        return begun(on_leash(sys.executable, "-m", self._module, *arguments), environment=environment, cwd=self._cwd)

    def _forked(self, arguments: Sequence[str], *, environment: Mapping[str, str]) -> Step | None:
        order = {"module": self._module, "arguments": list(arguments), "environment": dict(environment)}
        output, their_output = os.pipe()
        status, their_status = os.pipe()
        try:
            socket.send_fds(self._ours, [json.dumps(order).encode()], [their_output, their_status])
        finally:
            os.close(their_output)
            os.close(their_status)
        says, heard = os.fdopen(status, "rb", buffering=0), os.fdopen(output, "rb", buffering=0)
        if pid := says.readline():
            return Step(int(pid), stdout=heard, status=says)
        says.close()
        heard.close()
        return None
