"""The engine with Docker: images are pulled through ECR's door and run as containers of this machine."""

import base64
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docker
from botocore.exceptions import BotoCoreError, ClientError
from docker.errors import ImageNotFound
from docker.models.containers import Container
from docker.types import LogConfig, Mount

from local.engine.container import RunningContainer
from local.engine.containers import ML, WORKLOAD, Owner, clear, labels
from local.engine.contract import ImageError, Run
from local.engine.daemon import UNREACHABLE, NoDocker, connect
from local.engine.docker_image import DockerImage, DockerImages
from local.engine.registry import Clients, Manifest


class DockerEngine:
    """Runs images as containers."""

    def __init__(
        self, home: Path, *, clients: Clients, variables: Callable[[], Mapping[str, str]], owner: Owner | None = None
    ) -> None:
        self._home, self._clients, self._variables = home, clients, variables
        self._owner = owner or Owner.here()
        self._images = DockerImages(home)
        self._lock = threading.Lock()
        self._known: docker.DockerClient | None = None

    def pull(self, manifest: Manifest) -> DockerImage:
        """The image, pulled unless Docker has it; raises ImageError."""
        client = self._client(manifest.uri)
        registry, login = self._door(manifest)
        image = DockerImage(manifest.digest, f"{registry}/{manifest.parts['repository']}@{manifest.digest}")
        if not _has(client, image):
            _pull(client, image, login, uri=manifest.uri)
        self._images.add(image)
        return image

    def pulled(self, digest: str) -> DockerImage | None:
        """An image that was pulled before and that Docker still has."""
        image = self._images.find(digest)
        return image if image and _has(self._client(image.reference), image) else None

    def start(self, image: DockerImage, run: Run) -> RunningContainer:
        """Start the image on this machine's own network, with its private /opt/ml; raises ImageError."""
        (run.opt / "ml").mkdir(parents=True, exist_ok=True)
        client = self._client(image.reference)
        try:
            container = self._create(client, image, run)
        except UNREACHABLE as error:
            raise ImageError(f"image {image.reference} cannot be started: {error}") from error
        return RunningContainer(client, container, run, owner=self._owner).start()

    def _create(self, client: docker.DockerClient, image: DockerImage, run: Run) -> Container:
        return client.containers.create(
            image.reference,
            list(run.arguments) or None,
            entrypoint=list(run.entrypoint) or None,
            environment=dict(run.environment),
            labels=labels(self._home, WORKLOAD),
            log_config=LogConfig(type=LogConfig.types.JSON),  # one that can be read, whatever the engine's default
            mounts=[Mount(ML, str(run.opt / "ml"), type="bind")],
            network_mode="host",  # what it asks and who asks it listens on 127.0.0.1
        )

    def clear(self) -> int:
        """Remove what an engine that was killed has left running; how many there were. Raises NoDocker."""
        client = connect(self._variables())
        try:
            return clear(client, self._home, part=WORKLOAD)
        finally:
            client.close()

    def _client(self, image: str) -> docker.DockerClient:
        """A client that is kept while its engine answers."""
        with self._lock:
            if self._known is not None and not _answers(self._known):
                self._known = None
            if self._known is None:
                try:
                    self._known = connect(self._variables())
                except NoDocker as error:
                    raise ImageError(f"image {image} is one of Docker's, and {error}") from error
            return self._known

    def _door(self, manifest: Manifest) -> tuple[str, dict[str, str]]:
        """ECR's address as Docker writes it, and the login."""
        account, region = manifest.parts["account"], manifest.parts["region"]
        try:
            answer = self._clients("ecr", region=region).get_authorization_token(registryIds=[account])
        except (BotoCoreError, ClientError) as error:
            raise ImageError(f"image {manifest.uri} cannot be pulled: {error}") from error
        data = answer["authorizationData"][0]
        user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
        return urlsplit(data["proxyEndpoint"]).netloc, {"username": user, "password": password}


def _has(client: docker.DockerClient, image: DockerImage) -> bool:
    try:
        client.images.get(image.reference)
    except ImageNotFound:
        return False
    return True


def _pull(client: docker.DockerClient, image: DockerImage, login: Mapping[str, str], *, uri: str) -> None:
    """Docker tells a failure in what it says while it pulls."""
    name, _, digest = image.reference.partition("@")
    try:
        said: Any = client.api.pull(name, tag=digest, auth_config=dict(login), stream=True, decode=True)
        failed = [line["error"] for line in said if "error" in line]
    except UNREACHABLE as error:
        failed = [str(error)]
    if failed:
        raise ImageError(f"image {uri} cannot be pulled: {failed[0]}; push it again with `push --engine docker`")


def _answers(client: docker.DockerClient) -> bool:
    try:
        return bool(client.ping())
    except UNREACHABLE:
        return False
