"""ECR's record as the registry's door sees it: which repositories, images and tags there are."""

import hashlib
import re
import threading
from dataclasses import dataclass

from moto.core.exceptions import ServiceException
from moto.ecr.exceptions import ImageAlreadyExistsException, RepositoryNotFoundException
from moto.ecr.models import Image, Repository, ecr_backends

from local.aws.ecr import ImageTagAlreadyExists, Registry
from local.aws.registry.passwords import Holder
from local.aws.registry.refusal import Refusal, immutable_tag, unknown_manifest, unknown_repository
from local.aws.saver import Saver

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """A manifest with the digest of its very bytes."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """Its name."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


@dataclass(frozen=True)
class Shelf:
    """Looks into moto's ECR and puts into it, one at a time with all that moto answers."""

    lock: threading.RLock
    saver: Saver

    def require(self, holder: Holder, name: str) -> None:
        """Refuse a repository that nobody has created."""
        with self.lock:
            repository_of(holder, name)

    def tags(self, holder: Holder, name: str) -> list[str]:
        """Every tag of the repository."""
        with self.lock:
            return sorted(tag for image in repository_of(holder, name).images for tag in image.image_tags)

    def find(self, holder: Holder, name: str, reference: str) -> Manifest:
        """The manifest of a tag or digest."""
        with self.lock:
            for image in repository_of(holder, name).images:
                if names(image, reference):
                    return Manifest(image.image_manifest.encode(), str(image.image_manifest_media_type))
        raise unknown_manifest(name, reference)

    def check(self, holder: Holder, name: str, reference: str, manifest: Manifest) -> None:
        """Refuse a manifest that would take an immutable tag, or that has another digest than it is put under."""
        with self.lock:
            repository = repository_of(holder, name)
            if DIGEST.fullmatch(reference) and reference != manifest.digest:
                raise Refusal(400, "DIGEST_INVALID", f"the manifest's digest is {manifest.digest}, not {reference}")
            for image in repository.images:
                taken = reference in image.image_tags and image.get_image_digest() != manifest.digest
                if taken and repository.image_tag_mutability == "IMMUTABLE":
                    raise immutable_tag(name, reference, image.get_image_digest())

    def put(self, holder: Holder, name: str, reference: str, manifest: Manifest) -> None:
        """Enter the manifest into ECR's record; one that is there already is there."""
        tag = None if DIGEST.fullmatch(reference) else reference
        try:
            with self.lock:
                backend_of(holder).put_image(name, manifest.content.decode(), tag, manifest.media_type, manifest.digest)
        except ImageAlreadyExistsException:
            return
        except ImageTagAlreadyExists as error:  # another one was put while the registry took ours
            raise Refusal(400, "TAG_INVALID", str(error.message)) from error
        except (ServiceException, UnicodeDecodeError) as error:
            raise Refusal(400, "MANIFEST_INVALID", f"ECR does not take the manifest: {error}") from error
        self.saver.touch("ecr")


def backend_of(holder: Holder) -> Registry:
    """The ECR of an account and region."""
    backend = ecr_backends[holder.account][holder.region]
    assert isinstance(backend, Registry)
    return backend


def repository_of(holder: Holder, name: str) -> Repository:
    """The repository; a Refusal where ECR does not know it."""
    try:
        return backend_of(holder)._get_repository(name)
    except RepositoryNotFoundException as error:
        raise unknown_repository(name, holder.account) from error


def names(image: Image, reference: str) -> bool:
    """Whether the reference is the image's digest or one of its tags."""
    return reference == image.get_image_digest() or reference in image.image_tags
