"""The Docker engine that builds and pushes, found as the docker program finds it: by DOCKER_HOST."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import docker
from docker.errors import DockerException

from modelway.errors import ModelwayError

SILENCE = 1800  # seconds: a step of a build, such as the installation of packages, may say nothing for long
STARTING = 30


@contextmanager
def connected() -> Iterator[docker.DockerClient]:
    """Give a client of the engine; ModelwayError when none answers."""
    try:
        client = _answering()
    except DockerException as error:
        raise ModelwayError(
            f"no Docker engine answers at {os.environ.get('DOCKER_HOST') or 'its usual socket'}: {_reason(error)}; "
            "start one, name it by DOCKER_HOST, or build with `--engine process`"
        ) from error
    with closing(client):
        yield client


def _answering() -> docker.DockerClient:
    """Return a client of the engine; one beside a job, behind a network's address, may still be starting."""
    deadline = time.monotonic() + (STARTING if os.environ.get("DOCKER_HOST", "").startswith("tcp://") else 0)
    while True:
        try:
            client = docker.from_env(timeout=SILENCE)
            client.ping()
        except DockerException:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.5)
        else:
            return client


def _reason(error: BaseException) -> str:
    """Return the innermost words: those around them are about urllib3."""
    while error.__context__:
        error = error.__context__
    return str(error)
