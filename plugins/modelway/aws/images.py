"""Images in ECR: what a tag or a digest names."""

from typing import Any

from botocore.exceptions import ClientError
from semver import Version

from modelway.errors import NotFound, Refused
from modelway.versions import find_version

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


def repository_uri(ecr: Any, repository: str) -> str:
    """The repository's address; NotFound says how to make it."""
    try:
        found = ecr.describe_repositories(repositoryNames=[repository])["repositories"]
    except ClientError as error:
        raise _missing(error, repository) from error
    return str(found[0]["repositoryUri"])


def tagged_versions(ecr: Any, repository: str) -> list[Version]:
    """The semantic versions among the repository's tags; NotFound says how to make the repository."""
    pages = ecr.get_paginator("list_images").paginate(repositoryName=repository, filter={"tagStatus": "TAGGED"})
    try:
        tags = [found["imageTag"] for page in pages for found in page["imageIds"]]
    except ClientError as error:
        raise _missing(error, repository) from error
    return [version for version in map(find_version, tags) if version]


def find_manifest(ecr: Any, repository: str, *, tag: str) -> tuple[str, str] | None:
    """The digest and the manifest's text that a tag names; None when the tag is free."""
    found = ecr.batch_get_image(
        repositoryName=repository, imageIds=[{"imageTag": tag}], acceptedMediaTypes=[MANIFEST_TYPE]
    )["images"]
    return (found[0]["imageId"]["imageDigest"], found[0]["imageManifest"]) if found else None


def find_digest(ecr: Any, repository: str, *, tag: str) -> str | None:
    """The digest that a tag names, of whatever kind of image; None when the tag is free."""
    found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": tag}])["images"]
    return str(found[0]["imageId"]["imageDigest"]) if found else None


def holds(ecr: Any, repository: str, *, digest: str) -> bool:
    """Whether the repository holds an image of this digest."""
    found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])
    return bool(found["images"])


def put(ecr: Any, repository: str, manifest: str, *, digest: str, tag: str) -> None:
    """Store the manifest under the tag; the same one again is fine, a tag of another image is not touched."""
    _refuse_taken(ecr, repository, digest=digest, tag=tag)
    try:
        ecr.put_image(
            repositoryName=repository,
            imageManifest=manifest,
            imageManifestMediaType=MANIFEST_TYPE,
            imageTag=tag,
            imageDigest=digest,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ImageAlreadyExistsException", "ImageTagAlreadyExistsException"):
            raise
        _refuse_taken(ecr, repository, digest=digest, tag=tag)


def _refuse_taken(ecr: Any, repository: str, *, digest: str, tag: str) -> None:
    found = find_manifest(ecr, repository, tag=tag)
    if found and found[0] != digest:
        raise Refused(
            f"tag {tag} of {repository} is taken by {found[0]}, this image is {digest};"
            " images never change: reserve the next version with `version`"
        )


def _missing(error: ClientError, repository: str) -> Exception:
    """NotFound in our words, or what AWS says otherwise."""
    if error.response["Error"]["Code"] != "RepositoryNotFoundException":
        return error
    return NotFound(
        f"ECR has no repository {repository}; create it with immutable tags, in Terraform or with"
        f" `aws ecr create-repository --repository-name {repository} --image-tag-mutability IMMUTABLE`"
    )
