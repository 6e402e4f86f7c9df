"""The containers of a home, told from all others by their label."""

import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from local.engine.daemon import UNREACHABLE

log = logging.getLogger(__name__)

HOME, PART = "modelway.home", "modelway.part"
WORKLOAD, REGISTRY = "workload", "registry"
ML = "/opt/ml"


@dataclass(frozen=True)
class Owner:
    """Whom the platform's files belong to."""

    user: int
    group: int

    @classmethod
    def here(cls) -> "Owner":
        """Who runs this process."""
        return cls(os.getuid(), os.getgid())


def labels(home: Path, part: str) -> dict[str, str]:
    """The labels of a container of this home."""
    return {HOME: str(home), PART: part}


def clear(client: docker.DockerClient, home: Path, *, part: str | None = None) -> int:
    """Remove every container of the home, or of one part of it, running or not; how many there were."""
    wanted = [f"{HOME}={home}", *([f"{PART}={part}"] if part else [])]
    found = client.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
    for container in found:
        remove(container)
        give_back(client, container, owner=Owner.here())
    return len(found)


def remove(container: Container) -> None:
    """End the container with all that it started, and forget it; one that is gone is gone."""
    with suppress(NotFound):
        try:
            container.remove(force=True, v=True)
        except APIError as error:
            if error.status_code != 409:  # somebody else is removing it
                raise


def give_back(client: docker.DockerClient, container: Container, *, owner: Owner) -> None:
    """Give what the container wrote as root below its mounts to the platform's user, who could not delete it."""
    folders = [mount["Source"] for mount in container.attrs.get("Mounts", []) if mount.get("Type") == "bind"]
    if owner.user == 0 or not folders:
        return
    volumes = {folder: {"bind": f"/given/{number}"} for number, folder in enumerate(folders) if Path(folder).exists()}
    command = ["-R", f"{owner.user}:{owner.group}", "/given"]
    try:
        client.containers.run(
            container.attrs["Image"], command, entrypoint=["chown"], user="0:0", volumes=volumes, remove=True,
            network_mode="none", labels=container.labels,
        )  # fmt: skip
    except UNREACHABLE as error:
        log.warning("what %s wrote stays root's: its image has no chown (%s)", container.name, error)
