"""Reads images from ECR's record: the manifest by tag or digest, our own blobs from where their `urls` point."""

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

DOCKERS = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
)

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
    """A manifest whose digest is verified."""

    uri: str
    digest: str
    media_type: str
    content: Mapping[str, Any]

    @property
    def parts(self) -> re.Match[str]:
        """Account, region and repository of its address."""
        parts = IMAGE_URI.fullmatch(self.uri)
        assert parts is not None  # read_manifest has seen to it
        return parts

    @property
    def is_dockers(self) -> bool:
        """Whether it says nothing that only the process engine knows: no lock, and no place of its layers."""
        layers = self.content.get("layers") or ()
        ours = any(layer.get("mediaType") == LOCK or layer.get("urls") for layer in layers)
        return not ours and self.media_type in DOCKERS

    @property
    def config(self) -> Mapping[str, Any]:
        """The descriptor of the image's configuration."""
        descriptor: Mapping[str, Any] = self.content["config"]
        return descriptor

    def layers(self, media_type: str) -> list[Mapping[str, Any]]:
        """The layers of one kind, lowest first."""
        return [layer for layer in self.content["layers"] if layer["mediaType"] == media_type]


def read_manifest(uri: str, clients: Clients) -> Manifest:
    """The manifest that ECR keeps for an image; raises ImageError when there is none or it is none."""
    parts = IMAGE_URI.fullmatch(uri)
    if parts is None:
        raise ImageError(
            f"image {uri!r} is not in a private ECR registry; "
            "use {account}.dkr.ecr.{region}.amazonaws.com/{repository}@sha256:…, as `ci publish` writes it"
        )
    image = _ask_ecr(uri, parts, clients)
    text = str(image["imageManifest"])
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    if parts["digest"] not in (None, digest):
        raise ImageError(f"image {uri}: its manifest hashes to {digest}; build and push the image again")
    content = _parsed(uri, text)
    # A manifest of the Open Container Initiative need not say what it is.
    media_type = str(content.get("mediaType") or image.get("imageManifestMediaType", ""))
    return Manifest(uri, digest, media_type, content)


def _ask_ecr(uri: str, parts: re.Match[str], clients: Clients) -> Mapping[str, Any]:
    wanted = {"imageDigest": parts["digest"]} if parts["digest"] else {"imageTag": parts["tag"] or "latest"}
    try:
        answer = clients("ecr", region=parts["region"]).batch_get_image(
            registryId=parts["account"], repositoryName=parts["repository"], imageIds=[wanted]
        )
    except (BotoCoreError, ClientError) as error:
        raise ImageError(f"image {uri} cannot be pulled: {error}; build it with `ci image` first") from error
    if not answer["images"]:
        raise ImageError(f"image {uri} is not in ECR; build it with `ci image` first")
    image: Mapping[str, Any] = answer["images"][0]
    return image


def _parsed(uri: str, text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ImageError(f"image {uri}: its manifest is not JSON ({error}); build and push the image again") from error
    if not isinstance(content, dict):
        raise ImageError(f"image {uri}: its manifest is no JSON object; build and push the image again")
    return content


def checked(manifest: Manifest) -> Manifest:
    """The manifest, when it is the process engine's and its layers say where they lie; else ImageError."""
    remedy = "build it with `ci image`, or by Docker as a manifest of one platform or several"
    content = manifest.content
    try:
        descriptors = [content["config"], *content["layers"]]
        located = all(descriptor["urls"] and descriptor["digest"] for descriptor in descriptors)
        kinds = {layer["mediaType"] for layer in content["layers"]}
    except (KeyError, TypeError) as error:
        raise ImageError(
            f"image {manifest.uri}: its manifest has no blobs that can be read ({error!r}); {remedy}"
        ) from error
    if not located or content["config"]["mediaType"] != CONFIG or not kinds <= {SOURCES, LOCK}:
        raise ImageError(f"image {manifest.uri}: its layers are of kinds {', '.join(sorted(kinds))}; {remedy}")
    return manifest


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
