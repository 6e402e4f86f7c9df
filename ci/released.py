"""A version that is released already, whose image and release need no making."""

from typing import Any

from semver import Version

from modelway.aws import images, releases
from modelway.errors import NotFound, Refused
from modelway.names import ModelId
from modelway.release import Release


def find_same(s3: Any, model: ModelId, version: Version, *, bucket: str, sources: str) -> Release | None:
    """Return the version's release if it was made of these sources; Refused if it was made of others."""
    release = releases.find_release(s3, model, version, bucket=bucket)
    if release and release.sources and release.sources != sources:
        raise Refused(f"{model} {version} is released from other sources; reserve the next version with `version`")
    return release if release and release.sources else None


def require_reserved(s3: Any, model: ModelId, version: Version, *, bucket: str, sources: str) -> None:
    """Raise Refused where the version was reserved for other sources."""
    reserved = releases.read_note(s3, model, version, bucket=bucket).get("sources", sources)
    if reserved != sources:
        raise Refused(
            f"{model} {version} is reserved for other sources, these have changed since;"
            " run `version` again, then `image`"
        )


def require_image(ecr: Any, release: Release) -> None:
    """Raise NotFound where somebody has removed the release's image."""
    if not images.holds(ecr, release.id.repository, digest=release.image.partition("@")[2]):
        raise NotFound(
            f"{release.image} of {release.id} {release.version} is gone from ECR; put it back there,"
            " or change the sources and push them as a new version"
        )
