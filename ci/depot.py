"""A repository of a registry that Docker pushes to: ECR's, or the one of GitLab's own registry."""

import base64
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.images import Image

from modelway.errors import ModelwayError


class TagTaken(Exception):
    """The registry keeps the tag for another image."""


@dataclass(frozen=True)
class Depot:
    """The repository's address, without a tag, and who asks."""

    address: str
    user: str
    password: str

    @classmethod
    def of_ecr(cls, ecr: Any, repository: str) -> Self:
        """Return the repository with a token that is good for twelve hours."""
        told = ecr.get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(told["authorizationToken"]).decode().partition(":")
        return cls(f"{urlsplit(told['proxyEndpoint']).netloc}/{repository}", user, password)

    @property
    def _auth(self) -> dict[str, str]:
        return {"username": self.user, "password": self.password}

    def pull(self, docker: DockerClient, name: str) -> Image | None:
        """Bring the image of a tag or digest; None when there is none."""
        try:
            return docker.images.pull(self._reference(name), auth_config=self._auth)
        except NotFound:
            return None
        except APIError as error:
            raise ModelwayError(f"{self._reference(name)} cannot be pulled: {error.explanation or error}") from error

    def push(self, docker: DockerClient, image: Image, tag: str) -> str:
        """Send the image under the tag and return its digest; TagTaken where tags never change and this one is used."""
        image.tag(self.address, tag)
        digest = ""
        for told in docker.api.push(self.address, tag=tag, stream=True, decode=True, auth_config=self._auth):
            if "error" in told:
                raise self._failure(tag, str(told["error"]))
            digest = told.get("aux", {}).get("Digest", digest)
        if not digest:
            raise ModelwayError(f"{self.address}:{tag} was pushed and the registry told no digest; run the job again")
        return digest

    def _failure(self, tag: str, reason: str) -> Exception:
        if "immutable" in reason:
            return TagTaken(reason)
        return ModelwayError(f"{self.address}:{tag} cannot be pushed: {reason}; run the job again")

    def _reference(self, name: str) -> str:
        return f"{self.address}{'@' if name.startswith('sha256:') else ':'}{name}"
