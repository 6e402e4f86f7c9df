"""The supervisord of one platform, driven by its XML-RPC."""

import http.client
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psutil

from local.configuration import addition, configuration
from local.environment import base_environment
from local.errors import StartFailed
from local.platform import Platform
from local.programs import Program
from local.record import write_atomically
from local.tail import last_lines
from local.waiting import wait_until

UNREACHABLE = (OSError, http.client.HTTPException, xmlrpc.client.Error)
ALIVE = ("STARTING", "RUNNING")
DEAD = ("FATAL", "EXITED", "UNKNOWN")
RESTING = ("STOPPED", *DEAD)  # supervisord itself retries one in BACKOFF
GONE = "supervisord ended; was the platform stopped meanwhile?"


@dataclass(frozen=True)
class Process:
    """One supervised process as it is now."""

    name: str
    address: str
    state: str
    pid: int
    since: float
    words: str


class _Patient(xmlrpc.client.Transport):
    """A transport that gives up instead of waiting for ever on a stopped supervisord."""

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        """Connect with a time limit."""
        connection = super().make_connection(host)
        connection.timeout = 10
        return connection


class Supervisor:
    """Starts, lists and stops the processes of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._file = platform.home.supervisor / "supervisord.conf"
        self._log = platform.home.supervisor / "launch.log"
        password, port = platform.keys.supervisor, platform.identity.ports.supervisor
        self._url = f"http://modelway:{password}@127.0.0.1:{port}/RPC2"

    def launch(self, programs: Iterable[Program]) -> None:
        """Start supervisord with nothing running in it yet, and wait until it answers."""
        write_atomically(self._file, configuration(self._platform, programs).encode())
        daemon = self._spawn()

        def check() -> None:
            if daemon.poll() is not None:
                raise StartFailed(
                    f"supervisord ended with {daemon.returncode}:\n" + "\n".join(last_lines(self._log, 5))
                )

        wait_until(self.is_ours, what="supervisord", seconds=20, check=check, pause=0.03)
        daemon.returncode = 0  # it outlives this command, so nobody here is to wait for it

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._file)],
                cwd=self._file.parent,
                env=base_environment(self._platform.identity),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the terminal's ctrl-C and its end are not for the platform
            )

    def _ask(self, method: str, *arguments: Any) -> Any:
        """One call on a connection of its own, so that nothing stays open."""
        with xmlrpc.client.ServerProxy(self._url, transport=_Patient()) as remote:
            return getattr(remote.supervisor, method)(*arguments)

    def is_ours(self) -> bool:
        """Whether this platform's supervisord answers, and no other program on its port."""
        try:
            return bool(self._ask("getIdentification") == self._platform.identity.id)
        except UNREACHABLE:
            return False

    def pid(self) -> int:
        """Of supervisord."""
        return int(self._ask("getPID"))

    def processes(self) -> list[Process]:
        """Each process in the order of start; none where supervisord is down."""
        try:
            return [_process(info) for info in self._ask("getAllProcessInfo")]
        except UNREACHABLE:
            return []

    def start(self, programs: Iterable[Program]) -> None:
        """Start what does not run."""
        resting = {process.name for process in self.processes() if process.state in RESTING}
        try:
            for program in programs:
                if program.name in resting:
                    self._ask("startProcess", program.address, False)
        except UNREACHABLE as error:
            raise StartFailed(f"{GONE} ({error})") from error

    def add(self, program: Program) -> None:
        """Let supervisord know a program besides those that it was launched with."""
        if any(process.name == program.name for process in self.processes()):
            return
        known = self._file.read_text()
        write_atomically(self._file, (known + addition(self._platform, program)).encode())
        try:
            self._ask("reloadConfig")
            self._ask("addProcessGroup", program.group)
        except UNREACHABLE as error:
            raise StartFailed(f"{GONE} ({error})") from error

    def fail_on_dead(self) -> None:
        """Raise when a process has ended or supervisord has given it up, with its last words."""
        if not (processes := self.processes()):
            raise StartFailed(GONE)
        for process in processes:
            if process.state in DEAD:
                log = self._platform.home.logs / f"{process.name}.log"
                raise StartFailed(
                    f"{process.name} ended ({process.words}); {log} ends:\n" + "\n".join(last_lines(log, 15))
                )

    def shutdown(self) -> psutil.Process | None:
        """Ask supervisord to stop all and itself; the process to wait for, none where it was down."""
        try:
            process = psutil.Process(self.pid())
            self._ask("shutdown")
        except (*UNREACHABLE, psutil.NoSuchProcess):
            return None
        return process


def _process(info: dict[str, Any]) -> Process:
    return Process(
        name=info["name"],
        address=f"{info['group']}:{info['name']}",
        state=info["statename"],
        pid=info["pid"],
        since=float(info["start"]),
        words=info["spawnerr"] or info["description"],
    )
