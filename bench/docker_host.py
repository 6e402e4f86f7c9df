"""A Docker engine and a registry of their own, on their own paths and ports, beside whatever else runs here."""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException

from bench.base_image import ensure_base
from bench.errors import BenchError

PROGRAMS = ("dockerd", "docker", "docker-registry", "debootstrap")
ADDRESSES = "172.31.230.1/24"  # of the containers' bridge, away from Docker's usual ones
LOCK = Path(tempfile.gettempdir()) / "modelway-dockerd.lock"
PATIENCE = 60

REGISTRY = """\
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "{address}", relativeurls: true}}
"""


@dataclass(frozen=True)
class DockerHost:
    """Where the engine and the registry are."""

    engine: str
    registry: str

    @property
    def environment(self) -> dict[str, str]:
        """What leads Docker's clients to this engine."""
        return {"DOCKER_HOST": self.engine}

    def client(self) -> docker.DockerClient:
        """The SDK's client of this engine."""
        return docker.DockerClient(base_url=self.engine, timeout=600)


def missing() -> str:
    """Why there can be no engine on this machine; empty when there can."""
    if absent := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"not on PATH: {', '.join(absent)} (Debian: apt install docker.io docker-registry debootstrap)"
    return "" if os.geteuid() == 0 else "only root may start a Docker engine"


@contextmanager
def docker_host() -> Iterator[DockerHost]:
    """Start both, with the base image of container/Dockerfile in place; stop both at the end.

    One at a time on a machine: all engines share the bridge's name and the firewall's chains.
    """
    if reason := missing():
        raise BenchError(f"no Docker engine can be started: {reason}")
    with ExitStack() as stack:
        stack.enter_context(_only_one())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="modelway-docker-")))
        engine = stack.enter_context(_engine(folder))
        registry = stack.enter_context(_registry(folder))
        host = DockerHost(engine, registry)
        with closing(host.client()) as client:
            ensure_base(client)
        yield host


@contextmanager
def _engine(folder: Path) -> Iterator[str]:
    address = f"unix://{folder}/docker.sock"
    command = [
        *("dockerd", "--host", address, "--bip", ADDRESSES, "--config-file", str(folder / "none.json")),
        *("--data-root", str(folder / "data"), "--exec-root", str(folder / "run"), "--pidfile", str(folder / "pid")),
    ]
    (folder / "none.json").write_text("{}")  # the machine's own settings are not ours
    with _unmounted(folder), _running(command, log=folder / "dockerd.log", ready=lambda: _answers(address)):
        yield address


@contextmanager
def _unmounted(folder: Path) -> Iterator[None]:
    """Take away at the end what containers have left mounted below the folder."""
    try:
        yield
    finally:
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            if (place := line.split()[4]).startswith(f"{folder}/"):
                subprocess.run(["umount", "--lazy", place], check=False)


@contextmanager
def _registry(folder: Path) -> Iterator[str]:
    address = f"127.0.0.1:{_free_port()}"
    settings = folder / "registry.yml"
    settings.write_text(REGISTRY.format(folder=folder / "registry", address=address))
    command = ["docker-registry", "serve", str(settings)]
    with _running(command, log=folder / "registry.log", ready=lambda: _listens(address)):
        yield address


@contextmanager
def _running(command: Sequence[str], *, log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"{command[0]} does not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(address: str) -> bool:
    try:
        with closing(docker.DockerClient(base_url=address, timeout=5)) as client:
            return bool(client.ping())
    except (DockerException, OSError):
        return False


def _listens(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _only_one() -> Iterator[None]:
    with LOCK.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
