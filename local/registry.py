"""The registry program of a platform that runs images of Docker's."""

import json
import os
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

from local.configuration import environment_file
from local.docker_record import DockerRecord, read_docker, write_docker
from local.environment import base_environment
from local.errors import DockerMissing
from local.health import answers
from local.lock import only_one_start
from local.platform import Platform
from local.ports import is_free, pick_port
from local.programs import Program
from local.record import write_atomically, write_record
from local.supervisor import ALIVE, Supervisor
from local.waiting import wait_until

NAME = "registry"
PROGRAM = "docker-registry"  # Debian's name of CNCF Distribution
IMAGE = "registry:2"  # the same, from Docker Hub


def check_program() -> None:
    """Raise DockerMissing where neither form of the registry can be started."""
    if shutil.which(PROGRAM) is None and shutil.which("docker") is None:
        raise DockerMissing(
            f"images of Docker's need a registry, and neither {PROGRAM} nor docker is on PATH; install one "
            "(Debian: apt install docker-registry), or do without Docker: `--engine process`"
        )


def add_registry(platform: Platform) -> None:
    """Start the registry beside a platform that is up."""
    with only_one_start(platform.home):
        serve_registry(platform, Supervisor(platform))


def serve_registry(platform: Platform, supervisor: Supervisor) -> DockerRecord:
    """Start the registry beside what runs, unless it runs; where it is."""
    record = read_docker(platform.home.root)
    if record is None:
        raise DockerMissing(f"{platform.home.root} knows of no Docker engine; run `python -m local up --engine docker`")
    if not any(process.name == NAME and process.state in ALIVE for process in supervisor.processes()):
        record = _with_free_port(platform, record)
        _start(platform, supervisor, record)
    url = f"http://{record.registry}/v2/"
    wait_until(lambda: answers(url), what="the registry", seconds=120, check=supervisor.fail_on_dead)
    return record


def _with_free_port(platform: Platform, record: DockerRecord) -> DockerRecord:
    """Only the local AWS knows the port, and looks it up each time: a taken one is given up without a word."""
    if is_free(record.port):
        return record
    moved = replace(record, port=pick_port())
    write_docker(platform.home.root, moved)
    return moved


def _start(platform: Platform, supervisor: Supervisor, record: DockerRecord) -> None:
    folder = platform.home.root / "registry"
    folder.mkdir(exist_ok=True)
    write_atomically(folder / "registry.yml", settings_text(folder / "data", port=record.port).encode())
    environment = base_environment(platform.identity) | dict(record.variables)
    write_record(environment_file(platform.home, NAME), environment)
    program = registry_program(folder)
    supervisor.add(program)
    supervisor.start([program])


def registry_program(folder: Path) -> Program:
    """The registry as a program where there is one, else as a container."""
    settings = str(folder / "registry.yml")
    if shutil.which(PROGRAM):
        return Program(NAME, NAME, (PROGRAM, "serve", settings))
    from local.engine.containers import REGISTRY, labels

    marks = [word for name, value in labels(folder.parent, REGISTRY).items() for word in ("--label", f"{name}={value}")]
    # The files are the platform's user's, and it listens on this machine's own 127.0.0.1.
    place = ("--user", f"{os.getuid()}:{os.getgid()}", "--volume", f"{folder}:{folder}", "--network", "host")
    return Program(NAME, NAME, ("docker", "run", "--rm", *marks, *place, IMAGE, settings), stop_seconds=12)


def settings_text(data: Path, *, port: int) -> str:
    """The program's settings: JSON, which is YAML too."""
    settings = {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(data)}},
        # A client has to come back through the local AWS, whose address the registry does not know.
        "http": {"addr": f"127.0.0.1:{port}", "relativeurls": True, "secret": secrets.token_hex(16)},
    }
    return json.dumps(settings, indent=2)
