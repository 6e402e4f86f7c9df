"""The bucket, the repository and the small image of the SageMaker tests, built and pushed by Docker."""

import base64
import io
import tarfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import docker
from docker.errors import DockerException

from tests.local.sagemaker_world import ACCOUNT, REGION, REPOSITORY, World

DOCKERFILE = """
FROM python:3.11-slim
ENV FROM_IMAGE=yes
WORKDIR /opt/program
COPY program.py /opt/program/program.py
ENTRYPOINT ["python", "-m", "program"]
"""


class PushFailed(Exception):
    """What Docker says of a push that came to nothing."""


class DockerWorld(World):
    """A world whose images are Docker's."""

    def __init__(self, aws: Any, client: docker.DockerClient) -> None:
        self.docker = client
        super().__init__(aws)

    def build(self, program: str, *, tag: str = "1.0.0", **others: Any) -> str:
        """Build an image of one program and push it; its URI by digest."""
        assert not others, "Docker's images have their packages inside, and lie in one repository"
        return f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}@{self.push(program, REPOSITORY, tag)}"

    def push(self, program: str, repository: str, tag: str) -> str:
        """Build an image and push it to ECR; its digest. Raises PushFailed in Docker's words."""
        return self.push_as(self.login(), program, repository, tag)

    def login(self) -> dict[str, str]:
        """What ECR gives to Docker."""
        data = self.ecr.get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
        return {"username": user, "password": password}

    def push_as(self, login: dict[str, str], program: str, repository: str, tag: str) -> str:
        """The same with another login."""
        name = f"{urlsplit(self.aws.endpoint_url).netloc}/{repository}"
        context = archive({"Dockerfile": DOCKERFILE, "program.py": program})
        try:
            self.docker.images.build(fileobj=context, custom_context=True, tag=f"{name}:{tag}", rm=True)
            said: Any = list(self.docker.api.push(name, tag=tag, auth_config=login, stream=True, decode=True))
        except DockerException as error:
            raise PushFailed(str(error)) from error
        if failed := [line["error"] for line in said if "error" in line]:
            raise PushFailed(failed[0])
        return str(next(line["aux"]["Digest"] for line in said if "aux" in line))


def archive(files: Mapping[str, str], **programs: bytes) -> io.BytesIO:
    """A build context of these files and programs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in ({name: text.encode() for name, text in files.items()} | programs).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    buffer.seek(0)
    return buffer
