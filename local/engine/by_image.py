"""Chooses the engine by the image: what Docker has built runs in Docker, what was built without it in processes."""

import logging
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from local.docker_record import docker_variables, read_docker
from local.engine.contract import Image, Process, Run
from local.engine.docker_image import DockerImage, DockerImages
from local.engine.process_engine import ProcessEngine
from local.engine.registry import Clients, read_manifest
from local.engine.store import ExtractedImage

if TYPE_CHECKING:
    from local.engine.docker_engine import DockerEngine

log = logging.getLogger(__name__)


class EngineByImage:
    """Both engines as one; Docker is neither loaded nor asked before the first image that is its own."""

    def __init__(self, home: Path, *, clients: Clients) -> None:
        self._home, self._clients = home, clients
        self._processes = ProcessEngine(home, clients=clients)

    def pull(self, uri: str) -> Image:
        """The image, pulled by the engine that it is for; raises ImageError."""
        manifest = read_manifest(uri, self._clients)
        return self._docker.pull(manifest) if manifest.is_dockers else self._processes.pull(manifest)

    def pulled(self, digest: str) -> Image | None:
        """An image that was pulled before, without asking the registry."""
        if DockerImages(self._home).find(digest):
            return self._docker.pulled(digest)
        return self._processes.pulled(digest)

    def start(self, image: Image, run: Run) -> Process:
        """Start the image by the engine that pulled it."""
        if isinstance(image, DockerImage):
            return self._docker.start(image, run)
        assert isinstance(image, ExtractedImage)
        return self._processes.start(image, run)

    def clear(self) -> None:
        """End what a local AWS that was killed has left in Docker; processes of ours die with it by themselves."""
        if not DockerImages(self._home).any():
            return
        from local.engine.daemon import NoDocker

        try:
            if count := self._docker.clear():
                log.info("%d containers of an earlier local AWS removed", count)
        except NoDocker as error:
            log.warning("containers of an earlier local AWS may still run: %s", error)

    @cached_property
    def _docker(self) -> "DockerEngine":
        from local.engine.docker_engine import DockerEngine  # Docker's SDK takes a third of a second

        return DockerEngine(self._home, clients=self._clients, variables=self._variables)

    def _variables(self) -> dict[str, str]:
        """As they are now: another command may have named the engine since this process was started."""
        record = read_docker(self._home)
        return dict(record.variables) if record else docker_variables(os.environ)
