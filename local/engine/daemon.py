"""The way to the Docker engine of this machine."""

from collections.abc import Mapping

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

UNREACHABLE = (DockerException, RequestException, OSError)
DEFAULT = "unix:///var/run/docker.sock"
PATIENCE = 600  # of one answer; to pull or to extract a large layer takes minutes


class NoDocker(Exception):
    """No Docker engine answers that could run images here; the message says where it was looked for, and the remedy."""


def connect(variables: Mapping[str, str]) -> docker.DockerClient:
    """A client of the engine that these DOCKER_* variables lead to; raises NoDocker."""
    host = variables.get("DOCKER_HOST", DEFAULT)
    try:
        client = docker.from_env(environment=dict(variables), timeout=PATIENCE)
        options = client.info().get("SecurityOptions") or ()
    except UNREACHABLE as error:
        raise NoDocker(
            f"no Docker engine answers at {host} ({reason_of(error)}); start Docker (Debian: apt install docker.io), "
            "or name the address of one on this machine in DOCKER_HOST"
        ) from error
    if any("rootless" in option for option in options):
        client.close()
        raise NoDocker(
            f"the Docker engine at {host} is a rootless one, whose containers cannot reach the platform on 127.0.0.1; "
            "name one that runs as root in DOCKER_HOST"
        )
    return client


def reason_of(error: BaseException) -> str:
    """The innermost reason, without the wrappings of three libraries."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__
