"""ECR's rules on digests and tags."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.server

MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"


def manifest(name: str) -> str:
    return json.dumps({"schemaVersion": 2, "mediaType": MEDIA_TYPE, "annotations": {"name": name}, "layers": []})


def digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


class Repository:
    def __init__(self, ecr: Any, mutability: str) -> None:
        self.ecr = ecr
        self.name = f"demo/{uuid4().hex}"
        ecr.create_repository(repositoryName=self.name, imageTagMutability=mutability)

    def put(self, name: str, tag: str | None = None, **more: str) -> dict[str, Any]:
        tagged = {"imageTag": tag} if tag else {}
        image: dict[str, Any] = self.ecr.put_image(
            repositoryName=self.name, imageManifest=manifest(name), **tagged, **more
        )["image"]
        return image

    def refused(self, name: str, tag: str | None = None, **more: str) -> str:
        with pytest.raises(ClientError) as caught:
            self.put(name, tag, **more)
        return str(caught.value.response["Error"]["Code"])

    def get(self, **image_id: str) -> str:
        found = self.ecr.batch_get_image(repositoryName=self.name, imageIds=[image_id])
        return str(json.loads(found["images"][0]["imageManifest"])["annotations"]["name"])


@pytest.fixture
def immutable(aws: Any) -> Repository:
    return Repository(aws.client("ecr"), "IMMUTABLE")


@pytest.fixture
def mutable(aws: Any) -> Repository:
    return Repository(aws.client("ecr"), "MUTABLE")


def test_an_immutable_tag_keeps_its_first_image(immutable: Repository) -> None:
    immutable.put("old", "1.0.0")
    assert immutable.refused("new", "1.0.0") == "ImageTagAlreadyExistsException"
    assert immutable.get(imageTag="1.0.0") == "old"


def test_an_image_refused_for_its_tag_is_not_there_by_its_digest(immutable: Repository) -> None:
    immutable.put("old", "1.0.0")
    immutable.refused("new", "1.0.0")
    new = {"imageDigest": digest(manifest("new"))}
    found = immutable.ecr.batch_get_image(repositoryName=immutable.name, imageIds=[new])
    assert found["images"] == []


@pytest.mark.parametrize("tag", ["1.0.0", "1.0.1"])
def test_the_same_image_with_a_tag_that_it_has_already_exists(immutable: Repository, tag: str) -> None:
    immutable.put("image", "1.0.0")
    immutable.put("image", "1.0.1")
    assert immutable.refused("image", tag) == "ImageAlreadyExistsException"


def test_one_image_may_have_two_tags(immutable: Repository) -> None:
    immutable.put("image", "1.0.0")
    immutable.put("image", "1.0.1")
    assert immutable.get(imageTag="1.0.0") == immutable.get(imageTag="1.0.1") == "image"


def test_a_mutable_tag_moves_and_the_old_image_stays_by_its_digest(mutable: Repository) -> None:
    mutable.put("old", "latest")
    mutable.put("new", "latest")
    assert mutable.get(imageTag="latest") == "new"
    assert mutable.get(imageDigest=digest(manifest("old"))) == "old"


def test_an_image_without_a_tag_exists_once(mutable: Repository) -> None:
    mutable.put("image")
    assert mutable.refused("image") == "ImageAlreadyExistsException"


def test_an_image_that_lost_its_tag_is_described_without_one(mutable: Repository) -> None:
    mutable.put("old", "latest")
    mutable.put("new", "latest")
    described = mutable.ecr.describe_images(repositoryName=mutable.name)["imageDetails"]
    assert {image["imageDigest"]: image.get("imageTags", []) for image in described} == {
        digest(manifest("old")): [],
        digest(manifest("new")): ["latest"],
    }


def test_the_digest_is_the_manifests(immutable: Repository) -> None:
    assert immutable.put("image", "1.0.0")["imageId"]["imageDigest"] == digest(manifest("image"))


def test_a_digest_of_something_else_is_refused(immutable: Repository) -> None:
    assert immutable.refused("image", "1.0.0", imageDigest=digest("other")) == "ImageDigestDoesNotMatchException"


def test_an_unknown_repository_is_named(aws: Any) -> None:
    with pytest.raises(ClientError, match=r"RepositoryNotFoundException.*demo/nowhere"):
        aws.client("ecr").put_image(repositoryName="demo/nowhere", imageManifest=manifest("image"))
