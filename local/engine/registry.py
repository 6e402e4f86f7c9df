"""Reads images from ECR's record: the manifest by tag or digest, the blobs from where their `urls` point."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.engine.contract import ImageError

CONFIG = "application/vnd.oci.image.config.v1+json"
SOURCES = "application/vnd.oci.image.layer.v1.tar+gzip"
LOCK = "application/vnd.modelway.lock.v1"

IMAGE_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?P<repository>[a-z0-9][a-z0-9._/-]*)"
    r"(:(?P<tag>[\w][\w.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class Clients(Protocol):
    """Makes AWS clients."""

    def __call__(self, service: str, *, region: str | None = None) -> Any:
        """A boto3 client of this service."""
        ...


@dataclass(frozen=True)
class Manifest:
    """A verified manifest."""

    uri: str
    digest: str
    content: Mapping[str, Any]

    @property
    def config(self) -> Mapping[str, Any]:
        """The descriptor of the image's configuration."""
        descriptor: Mapping[str, Any] = self.content["config"]
        return descriptor

    def layers(self, media_type: str) -> list[Mapping[str, Any]]:
        """The layers of one kind, lowest first."""
        return [layer for layer in self.content["layers"] if layer["mediaType"] == media_type]


def read_manifest(uri: str, clients: Clients) -> Manifest:
    """The manifest that ECR keeps for an image; raises ImageError when there is none or it is not for this engine."""
    parts = IMAGE_URI.fullmatch(uri)
    if parts is None:
        raise ImageError(
            f"image {uri!r} is not in a private ECR registry; "
            "use {account}.dkr.ecr.{region}.amazonaws.com/{repository}@sha256:…, as `ci publish` writes it"
        )
    text = _ask_ecr(uri, parts, clients)
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    if parts["digest"] not in (None, digest):
        raise ImageError(f"image {uri}: its manifest hashes to {digest}; build and push the image again")
    return Manifest(uri, digest, _ours(uri, text))


def _ask_ecr(uri: str, parts: re.Match[str], clients: Clients) -> str:
    wanted = {"imageDigest": parts["digest"]} if parts["digest"] else {"imageTag": parts["tag"] or "latest"}
    try:
        answer = clients("ecr", region=parts["region"]).batch_get_image(
            registryId=parts["account"], repositoryName=parts["repository"], imageIds=[wanted]
        )
    except (BotoCoreError, ClientError) as error:
        raise ImageError(f"image {uri} cannot be pulled: {error}; build it with `ci image` first") from error
    if not answer["images"]:
        raise ImageError(f"image {uri} is not in ECR; build it with `ci image` first")
    return str(answer["images"][0]["imageManifest"])


def _ours(uri: str, text: str) -> Mapping[str, Any]:
    """The manifest, when its layers say where they lie."""
    remedy = "only images built for the process engine run here; build it with `ci image`, or use an engine with Docker"
    try:
        content: Mapping[str, Any] = json.loads(text)
        descriptors = [content["config"], *content["layers"]]
        located = all(descriptor["urls"] and descriptor["digest"] for descriptor in descriptors)
        kinds = {layer["mediaType"] for layer in content["layers"]}
    except (ValueError, KeyError, TypeError) as error:
        raise ImageError(
            f"image {uri}: its manifest has no blobs this engine can read ({error!r}); {remedy}"
        ) from error
    if not located or content["config"]["mediaType"] != CONFIG or not kinds <= {SOURCES, LOCK}:
        raise ImageError(f"image {uri}: its layers are of kinds {', '.join(sorted(kinds))}; {remedy}")
    return content


def read_blob(descriptor: Mapping[str, Any], clients: Clients) -> bytes:
    """A blob, verified by its digest; raises ImageError."""
    place = urlsplit(descriptor["urls"][0])
    try:
        content: bytes = clients("s3").get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"].read()
    except (BotoCoreError, ClientError, ValueError) as error:
        raise ImageError(f"layer {descriptor['urls'][0]} cannot be read: {error}; push the image again") from error
    if "sha256:" + hashlib.sha256(content).hexdigest() != descriptor["digest"]:
        raise ImageError(f"layer {descriptor['urls'][0]} is not {descriptor['digest']}; push the image again")
    return content
