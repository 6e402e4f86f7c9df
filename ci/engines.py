"""The engines that can build an image; each is a file of its own."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import boto3
from semver import Version

from modelway.names import ModelId

CONTAINER = Path(__file__).parents[1] / "container"


@dataclass(frozen=True)
class Order:
    """An image to build: of what, as which version, and from which folders."""

    model: ModelId
    version: Version
    source: Path
    container: Path = CONTAINER


class Engine(Protocol):
    """What builds an image and puts it in ECR."""

    def push(self, order: Order) -> str:
        """Build and push the image; return its address with its digest."""
        ...


class EngineName(StrEnum):
    """The choices of `--engine`."""

    PROCESS = "process"
    DOCKER = "docker"


def engine(
    name: EngineName, *, session: boto3.Session, bucket: str, base: str = "", built: Path | None = None
) -> Engine:
    """Return the engine of that name; `base` and `built` are Docker's."""
    # An engine's libraries are loaded when it is chosen; and it imports the words of this file.
    ecr, s3 = session.client("ecr"), session.client("s3")
    match name:
        case EngineName.PROCESS:
            from ci.process_engine import ProcessEngine

            return ProcessEngine(ecr=ecr, s3=s3, bucket=bucket)
        case EngineName.DOCKER:
            from ci.built import Built
            from ci.docker_engine import DockerEngine

            brought = Built.read(built) if built else None
            return DockerEngine(ecr=ecr, s3=s3, bucket=bucket, base=base, built=brought)
