"""What a home that runs images of Docker's has to remember: the way to the engine, and its registry's port."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import RecordUnreadable
from local.record import read_record, write_record

VARIABLES = ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


@dataclass(frozen=True)
class DockerRecord:
    """The variables that lead to the engine, and the port of 127.0.0.1 that the registry listens on."""

    variables: Mapping[str, str]
    port: int

    @property
    def registry(self) -> str:
        """The registry's address, as host:port: a plain one, without the rules of ECR."""
        return f"127.0.0.1:{self.port}"


def docker_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """What of the environment leads Docker's clients to an engine."""
    return {name: environment[name] for name in VARIABLES if environment.get(name)}


def read_docker(home: Path) -> DockerRecord | None:
    """The record of this home; none where Docker was never asked for."""
    path = _path(home)
    record = read_record(path)
    return None if record is None else _parsed(record, path)


def write_docker(home: Path, record: DockerRecord) -> None:
    """Replace the record."""
    write_record(_path(home), {"variables": dict(record.variables), "port": record.port})


def _path(home: Path) -> Path:
    return home / "docker.json"


def _parsed(record: dict[str, Any], path: Path) -> DockerRecord:
    try:
        return DockerRecord({name: str(value) for name, value in record["variables"].items()}, int(record["port"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordUnreadable(
            f"{path} is not a record of this version ({error!r}); remove it and run `up --engine docker` again"
        ) from error
