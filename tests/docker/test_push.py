"""Docker pushes to the local ECR and pulls from it, as it does on AWS."""

from urllib.parse import urlsplit

import pytest

from tests.docker.world import DockerWorld, PushFailed
from tests.local.sagemaker_world import ACCOUNT, REPOSITORY

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.server]


def test_a_pushed_image_is_in_ecrs_record_under_docker_s_digest(world: DockerWorld) -> None:
    digest = world.push("print(1)", REPOSITORY, "1.1.0")
    described = world.ecr.describe_images(repositoryName=REPOSITORY, imageIds=[{"imageTag": "1.1.0"}])
    assert described["imageDetails"][0]["imageDigest"] == digest
    found = world.ecr.batch_get_image(registryId=ACCOUNT, repositoryName=REPOSITORY, imageIds=[{"imageDigest": digest}])
    assert found["images"][0]["imageId"]["imageTag"] == "1.1.0"


def test_an_image_that_docker_has_forgotten_is_pulled_again(world: DockerWorld) -> None:
    world.push("print('again')", REPOSITORY, "1.2.0")
    name = f"{urlsplit(world.aws.endpoint_url).netloc}/{REPOSITORY}"
    world.docker.images.remove(f"{name}:1.2.0")
    image = world.docker.images.pull(name, tag="1.2.0", auth_config=world.login())
    assert world.docker.containers.run(image, remove=True) == b"again\n"


def test_an_immutable_tag_is_refused_in_words(world: DockerWorld) -> None:
    world.ecr.create_repository(repositoryName="demo/immutable", imageTagMutability="IMMUTABLE")
    world.push("print('old')", "demo/immutable", "1.0.0")
    with pytest.raises(PushFailed, match=r"'1\.0\.0' already exists .* push under another tag"):
        world.push("print('new')", "demo/immutable", "1.0.0")


def test_an_unknown_repository_is_refused_in_words(world: DockerWorld) -> None:
    with pytest.raises(PushFailed, match="'demo/nowhere' does not exist"):
        world.push("print(1)", "demo/nowhere", "1.0.0")


def test_a_wrong_password_is_refused(world: DockerWorld) -> None:
    with pytest.raises(PushFailed, match=r"(?i)unauthorized|no basic auth"):
        world.push_as({"username": "AWS", "password": "wrong"}, "print(1)", REPOSITORY, "1.3.0")
