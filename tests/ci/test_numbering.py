"""Which number a version gets: by its commits, above git's, ECR's and the bucket's."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.ci.repository import Repository

BUCKET = "modelway-test"
RELEASES = "models/demo/breast-cancer/releases/"
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@sha256:{'a' * 64}"


@pytest.fixture
def repository(model: Path) -> Repository:
    """The model as a repository of its own."""
    return Repository.begin(model)


@pytest.fixture
def version(run: Any, aws: Any, model: Path, env_file: Path) -> Any:
    """Reserve the next version and return it."""

    def invoke(source: Path = model, *arguments: str, **environment: str) -> str:
        ended = run("version", "--source", source, *arguments, **environment)
        assert ended.code == 0, ended.err
        lines = dict(line.split("=", 1) for line in env_file.read_text().splitlines())
        return lines["MODEL_VERSION"]

    return invoke


@pytest.fixture
def release(run: Any, version: Any, model: Path) -> Any:
    """Reserve and publish the next version and return it."""

    def invoke(source: Path = model) -> str:
        number: str = version(source)
        ended = run("publish", "--source", source, "--image", IMAGE)
        assert ended.code == 0, ended.err
        return number

    return invoke


def put_image(aws: Any, tag: str) -> None:
    manifest = {"schemaVersion": 2, "config": {"digest": tag}, "layers": []}
    aws.client("ecr").put_image(
        repositoryName="demo/breast-cancer",
        imageManifest=json.dumps(manifest),
        imageManifestMediaType="application/vnd.oci.image.manifest.v1+json",
        imageTag=tag,
    )


@pytest.mark.parametrize(
    ("message", "following"),
    [
        ("fix: b", "1.0.1"),
        ("Change b", "1.0.1"),
        ("feat(train): b", "1.1.0"),
        ("feat!: b", "2.0.0"),
        ("fix: b\n\nBREAKING CHANGE: c", "2.0.0"),
    ],
)
def test_the_commits_since_the_last_release_decide(
    version: Any, release: Any, repository: Repository, message: str, following: str
) -> None:
    repository.commit("feat!: begin")
    assert release() == "1.0.0"
    repository.change("train.py", "print(2)\n", message=message)
    repository.change("train.py", "print(3)\n", message="docs: c")
    assert version() == following


def test_what_was_released_before_does_not_count_again(version: Any, release: Any, repository: Repository) -> None:
    repository.commit("feat: begin")
    release()
    repository.change("train.py", "print(2)\n", message="feat: a")
    assert release() == "1.1.0"
    repository.change("train.py", "print(3)\n", message="fix: b")
    assert version() == "1.1.1"


def test_a_version_that_was_only_reserved_is_not_jumped_over_again(
    version: Any, release: Any, repository: Repository
) -> None:
    repository.commit("feat: begin")
    release()
    repository.change("train.py", "print(2)\n", message="feat!: a")
    assert version() == "2.0.0"
    repository.change("train.py", "print(3)\n", message="fix: mend what could not be built")
    assert version() == "2.0.1"


def test_beside_a_reservation_of_another_branch_the_last_release_counts(
    version: Any, release: Any, repository: Repository
) -> None:
    repository.commit("feat: begin")
    release()
    repository.git("checkout", "--quiet", "-b", "other")
    repository.change("train.py", "print(2)\n", message="feat!: a")
    assert version() == "2.0.0"
    repository.git("checkout", "--quiet", "main")
    repository.change("train.py", "print(3)\n", message="feat: b")
    assert version() == "2.1.0"


def test_a_history_without_the_last_release_asks_for_a_patch(
    version: Any, release: Any, repository: Repository, model: Path
) -> None:
    repository.commit("feat: begin")
    release()
    shutil.rmtree(model / ".git")
    (model / "train.py").write_text("print(2)\n")
    assert version() == "1.0.1"
    Repository.begin(model).commit("feat!: begin anew")
    (model / "train.py").write_text("print(3)\n")
    assert version() == "1.0.2"


@pytest.mark.parametrize(("bump", "following"), [("patch", "1.0.1"), ("minor", "1.1.0"), ("major", "2.0.0")])
def test_a_person_may_say_it_instead(
    version: Any, release: Any, repository: Repository, bump: str, following: str
) -> None:
    repository.commit("feat: begin")
    release()
    repository.change("train.py", "print(2)\n", message="feat: a")
    assert version(VERSION_BUMP=bump) == following


def test_a_bump_that_is_none_is_refused_before_a_version_is_taken(run: Any, aws: Any, model: Path) -> None:
    ended = run("version", "--source", model, VERSION_BUMP="huge")
    assert ended.code == 2
    assert "'huge' is not one of 'patch', 'minor', 'major'" in ended.err
    assert "VERSION_BUMP" in ended.err
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)


def test_a_wanted_bump_of_unchanged_sources_is_told_to_change_nothing(run: Any, release: Any, model: Path) -> None:
    release()
    ended = run("version", "--source", model, "--bump", "major")
    assert ended.code == 0
    assert "--bump major changes nothing: these sources have 1.0.0 already" in ended.err


def test_the_next_version_is_above_the_tags_of_git_and_of_ecr(
    version: Any, aws: Any, repository: Repository, model: Path
) -> None:
    repository.commit("begin")
    repository.tag("1.2.0", "v1.10.3", "nightly", "breast-cancer/1.4.0", "other-model/9.0.0")
    assert version() == "1.10.4"
    put_image(aws, "1.11.0")
    put_image(aws, "latest")
    (model / "train.py").write_text("print(2)\n")
    assert version() == "1.11.1"
    repository.tag("breast-cancer/v3.0.0-rc.1")
    (model / "train.py").write_text("print(3)\n")
    assert version() == "3.0.0"


def test_of_several_models_in_a_repository_each_has_commits_and_tags_of_its_own(
    version: Any, release: Any, model: Path
) -> None:
    repository = Repository.begin(model.parent)
    repository.commit("feat: begin")
    repository.tag("v7.0.0", "other-model/8.0.0", "breast-cancer/1.4.0")
    assert release() == "1.4.1"
    repository.change("other-model/train.py", "print(2)\n", message="feat!: of the other")
    repository.change("breast-cancer/train.py", "print(2)\n", message="fix: of this one")
    assert version() == "1.4.2"


def test_a_tag_that_leaves_no_room_in_names_takes_no_version(run: Any, aws: Any, repository: Repository) -> None:
    repository.commit("begin")
    repository.tag(f"v{'9' * 40}.0.0")
    ended = run("version", "--source", repository.folder)
    assert ended.code == 2
    assert "shorten the project, the model or the version's numbers" in ended.err
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)


def test_a_missing_repository_of_images_is_told_before_a_version_is_taken(run: Any, aws: Any, model: Path) -> None:
    aws.client("ecr").delete_repository(repositoryName="demo/breast-cancer")
    ended = run("version", "--source", model)
    assert ended.code == 4
    assert "aws ecr create-repository --repository-name demo/breast-cancer" in ended.err
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)
