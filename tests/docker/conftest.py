"""A Docker engine, a registry and a local AWS, as real processes; skipped with the reason where there can be none."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from bench.docker_host import DockerHost, docker_host, missing
from local.docker_record import DockerRecord, write_docker
from tests.docker.world import DockerWorld
from tests.local.conftest import LocalAws, launch_aws, wait_for
from tests.local.sagemaker_world import QUICK

__all__ = ["launch_aws", "wait_for"]


def remember(home: Path, host: DockerHost) -> None:
    """What `up --engine docker` does."""
    write_docker(home, DockerRecord(host.environment, int(host.registry.rpartition(":")[2])))


@pytest.fixture(scope="session")
def host() -> Iterator[DockerHost]:
    """One engine with one registry for all tests, as there can be only one at a time on a machine."""
    if reason := missing():
        pytest.skip(f"no Docker engine can be started: {reason}")
    with docker_host() as host:
        yield host


@pytest.fixture(scope="session")
def client(host: DockerHost) -> Iterator[docker.DockerClient]:
    """The engine's client."""
    client = host.client()
    yield client
    client.close()


@pytest.fixture(scope="module")
def aws(launch_aws: Callable[..., LocalAws], host: DockerHost) -> LocalAws:
    """A local AWS whose home knows the engine and the registry."""
    server = launch_aws(env=QUICK)
    remember(server.home, host)
    return server


@pytest.fixture(scope="module")
def world(aws: Any, client: docker.DockerClient) -> DockerWorld:
    """A bucket, a repository and an image that Docker has built and pushed."""
    return DockerWorld(aws, client)
