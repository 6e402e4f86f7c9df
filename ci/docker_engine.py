"""Images by Docker: built here, or brought from where a job without credentials has built them, and pushed to ECR."""

from dataclasses import dataclass
from typing import Any

from docker import DockerClient
from docker.models.images import Image

from ci import daemon, digest, docker_build, lock
from ci.built import Built
from ci.depot import Depot, TagTaken
from ci.engines import Order
from ci.source import has_dockerfile
from modelway.aws import images
from modelway.errors import InputError, NotFound, Refused


@dataclass(frozen=True)
class DockerEngine:
    """The engine of runners."""

    ecr: Any
    s3: Any
    bucket: str
    base: str = ""
    built: Built | None = None

    def push(self, order: Order) -> str:
        """Build and push the image; return its address with its digest."""
        uri = images.repository_uri(self.ecr, order.model.repository)
        depot = Depot.of_ecr(self.ecr, order.model.repository)
        with daemon.connected() as docker:
            return f"{uri}@{self._made_before(docker, order, depot) or self._make(docker, order, depot)}"

    def _made_before(self, docker: DockerClient, order: Order, depot: Depot) -> str | None:
        """Return the digest under this version's tag if it is of the same sources, as a job leaves that was cut off."""
        tag = str(order.version)
        found = images.find_digest(self.ecr, order.model.repository, tag=tag)
        if found is None:
            return None
        image = depot.pull(docker, found)
        if image is None or not docker_build.is_made_of(image, order):
            raise Refused(
                f"tag {tag} of {order.model.repository} is taken by {found}, which is of other sources; "
                "images never change: reserve the next version with `version`"
            )
        return found

    def _make(self, docker: DockerClient, order: Order, depot: Depot) -> str:
        image = self._brought(docker, order, self.built) if self.built else self._build(docker, order, depot)
        try:
            return depot.push(docker, image, str(order.version))
        except TagTaken:
            if theirs := self._made_before(docker, order, depot):
                return theirs  # of two jobs with the same sources, the image of the one that was first
            raise

    def _build(self, docker: DockerClient, order: Order, depot: Depot) -> Image:
        cache = docker_build.warm(docker, order, depot, tag=self._last(order))
        return docker_build.build(docker, order, lock=self._lock(order), base=self.base, cache=cache)

    def _lock(self, order: Order) -> bytes:
        if has_dockerfile(order.source):
            return b""
        requirements = digest.requirements(order.source, container=order.container)
        return lock.kept(self.s3, requirements, bucket=self.bucket)

    def _last(self, order: Order) -> str:
        """Return the tag of the newest version in ECR; empty when there is none."""
        versions = images.tagged_versions(self.ecr, order.model.repository)
        return str(max(versions)) if versions else ""

    def _brought(self, docker: DockerClient, order: Order, built: Built) -> Image:
        image = built.depot.pull(docker, built.digest)
        if image is None:
            raise NotFound(f"{built} is gone from its registry; run the job `build` again")
        if not docker_build.is_made_of(image, order):
            raise InputError(f"{built} is not of the sources in {order.source}; run the job `build` again")
        return image
