"""ECR's rules on digests and tags, which moto leaves out."""

import hashlib
import json
from types import ModuleType

from moto.core.exceptions import ServiceException
from moto.ecr import urls
from moto.ecr.exceptions import ImageAlreadyExistsException, InvalidParameterException
from moto.ecr.models import ECRBackend, Image, Repository, ecr_backends


class ImageTagAlreadyExists(ServiceException):
    """The tag of an immutable repository names another image."""

    code = "ImageTagAlreadyExistsException"


class ImageDigestDoesNotMatch(ServiceException):
    """The digest that came along is not the manifest's."""

    code = "ImageDigestDoesNotMatchException"


class Registry(ECRBackend):
    """moto's ECR with PutImage as AWS does it.

    moto overwrites immutable tags, drops an image that loses its last tag, answers 500 for an unknown repository,
    and makes up a digest. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
    """

    @property
    def _url_module(self) -> ModuleType:  # moto derives it from the module of the class
        return urls

    def put_image(
        self,
        repository_name: str,
        image_manifest: str,
        image_tag: str | None,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Image:
        """Add the manifest, or the tag to it; raise ECR's error when that would say something twice or otherwise."""
        repository = self._get_repository(repository_name)
        media_type = media_type_of(image_manifest, given=image_manifest_mediatype)
        actual = digest_of(image_manifest, given=digest)
        known = next((image for image in repository.images if image.get_image_digest() == actual), None)
        if known is not None:
            refuse_repetition(repository, known, tag=image_tag)
        move_tag(repository, tag=image_tag)
        if known is None:
            return self.add_image(repository, image_manifest, tag=image_tag, media_type=media_type, digest=actual)
        known.update_tag(str(image_tag))
        return known

    def add_image(
        self, repository: Repository, manifest: str, *, tag: str | None, media_type: str, digest: str
    ) -> Image:
        """A new image of the repository."""
        image = Image(self.account_id, tag, manifest, repository.name, media_type, digest)  # type: ignore[arg-type]  # moto's own code takes None
        repository.images.append(image)
        return image


def media_type_of(manifest: str, *, given: str | None) -> str:
    """The manifest's media type, as the request or the manifest itself says."""
    try:
        named = json.loads(manifest).get("mediaType")
    except (ValueError, AttributeError) as error:
        message = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
        raise InvalidParameterException(message) from error
    if not (given or named):
        raise InvalidParameterException("image manifest mediatype not provided in manifest or parameter")
    return str(given or named)


def digest_of(manifest: str, *, given: str | None) -> str:
    """The SHA-256 of the manifest; a given one has to be the same."""
    actual = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
    if given not in (None, actual):
        raise ImageDigestDoesNotMatch(f"The image digest '{given}' does not match the manifest's digest '{actual}'")
    return actual


def refuse_repetition(repository: Repository, image: Image, *, tag: str | None) -> None:
    """Refuse to put an image that is there with that tag, or again without one."""
    if tag is None or tag in image.image_tags:
        raise ImageAlreadyExistsException(
            repository_name=repository.name,
            registry_id=repository.registry_id,
            digest=image.get_image_digest(),
            image_tag=str(tag),
        )


def move_tag(repository: Repository, *, tag: str | None) -> None:
    """Take the tag from the image that has it, which stays by its digest; refuse when tags are immutable."""
    holder = next((image for image in repository.images if tag in image.image_tags), None)
    if tag is None or holder is None:
        return
    if repository.image_tag_mutability == "IMMUTABLE":
        message = (
            f"The image tag '{tag}' already exists in the '{repository.name}' repository "
            "and cannot be overwritten because the tag is immutable."
        )
        raise ImageTagAlreadyExists(message)
    holder.remove_tag(tag)
    holder.image_tag = holder.image_tags[-1] if holder.image_tags else None  # type: ignore[assignment]  # untagged


def keep_tags_as_ecr_does() -> None:
    """Make moto use our registry; before the first request."""
    ecr_backends.backend = Registry
