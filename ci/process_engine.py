"""Images without Docker: an OCI manifest in ECR whose layers lie in the bucket (docs/architecture.md)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ci import digest, layer, lock
from ci.engines import Order
from ci.layer import Blob
from ci.source import DOCKERFILE, has_dockerfile
from modelway import names
from modelway.aws import images
from modelway.errors import InputError, Refused

INGREDIENTS = "modelway.ingredients"  # the annotation that tells whether an image is made of the same things


@dataclass(frozen=True)
class ProcessEngine:
    """The engine of desks and of machines without Docker."""

    ecr: Any
    s3: Any
    bucket: str

    def push(self, order: Order) -> str:
        """Build and push the image; return its address with its digest."""
        if has_dockerfile(order.source):
            raise InputError(
                f"{order.source / DOCKERFILE} can be built by a Docker engine only; pass `--engine docker`, or "
                "remove the file to have the platform's"
            )
        uri = images.repository_uri(self.ecr, order.model.repository)
        made_of = digest.of_sources(order.source, container=order.container)
        return f"{uri}@{self._made_before(order, made_of=made_of) or self._make(order, made_of=made_of)}"

    def _made_before(self, order: Order, *, made_of: str) -> str | None:
        """Return the digest under this version's tag if it is of the same things: a later lock may differ."""
        found = images.find_manifest(self.ecr, order.model.repository, tag=str(order.version))
        if found and json.loads(found[1]).get("annotations", {}).get(INGREDIENTS) == made_of:
            return found[0]
        return None

    def _make(self, order: Order, *, made_of: str) -> str:
        program = layer.packed(digest.image_files(order.source, container=order.container))
        requirements = digest.requirements(order.source, container=order.container)
        packages = lock.kept(self.s3, requirements, bucket=self.bucket)
        layers = [program, layer.plain(layer.LOCK, packages)]
        config = layer.plain(layer.CONFIG, _canonical(_config(order, layers)))
        for blob in (config, *layers):
            self._upload(blob)
        return self._tag(order, _canonical(self._manifest(config, layers, made_of=made_of)), made_of=made_of)

    def _tag(self, order: Order, manifest: bytes, *, made_of: str) -> str:
        """Return the digest under the tag: of two jobs with the same sources, the image of the one that was first."""
        ours = layer.sha256(manifest)
        try:
            images.put(self.ecr, order.model.repository, manifest.decode(), digest=ours, tag=str(order.version))
        except Refused:
            if theirs := self._made_before(order, made_of=made_of):
                return theirs
            raise
        return ours

    def _upload(self, blob: Blob) -> None:
        place = {"Bucket": self.bucket, "Key": names.layer_key(blob.digest)}
        try:
            self.s3.head_object(**place)
        except ClientError as error:
            # Without the right to list the bucket, S3 answers 403 for an object that is not there.
            if error.response["Error"]["Code"] not in ("404", "403"):
                raise
            self.s3.put_object(**place, Body=blob.content, ContentType=blob.media_type)

    def _manifest(self, config: Blob, layers: Sequence[Blob], *, made_of: str) -> dict[str, Any]:
        return {
            "schemaVersion": 2,
            "mediaType": images.MANIFEST_TYPE,
            "config": self._descriptor(config),
            "layers": [self._descriptor(blob) for blob in layers],
            "annotations": {INGREDIENTS: made_of},
        }

    def _descriptor(self, blob: Blob) -> dict[str, Any]:
        return {
            "mediaType": blob.media_type,
            "digest": blob.digest,
            "size": len(blob.content),
            "urls": [f"s3://{self.bucket}/{names.layer_key(blob.digest)}"],
        }


def _config(order: Order, layers: Sequence[Blob]) -> dict[str, Any]:
    """Return the image's configuration, without the version: the same sources are the same image."""
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Entrypoint": ["python", "-m", "modelway_runtime"],
            "WorkingDir": "/opt/program",
            "Env": ["PYTHONPATH=/opt/modelway"],
            "Labels": {"modelway.model": str(order.model)},
        },
        "rootfs": {"type": "layers", "diff_ids": [blob.diff_id for blob in layers]},
    }


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
