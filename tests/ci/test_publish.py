"""The rules of `publish`: a release is written once and never changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from ci import digest, push
from ci.push import Push
from modelway.release import Person

BUCKET = "modelway-test"
FOLDER = "models/demo/breast-cancer/releases/1.4.0"
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@sha256:{'a' * 64}"


@pytest.fixture
def publish(run: Any, aws: Any, model: Path) -> Any:
    """Publish the model as 1.4.0."""

    def invoke(*arguments: str, image: str = IMAGE, version: str = "1.4.0", **environment: str) -> Any:
        return run("publish", "--source", model, "--version", version, "--image", image, *arguments, **environment)

    return invoke


def read(aws: Any, name: str) -> bytes:
    body: bytes = aws.client("s3").get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["Body"].read()
    return body


def test_a_release_is_the_specification_and_where_it_came_from(publish: Any, aws: Any, model: Path) -> None:
    ended = publish(CI_PIPELINE_URL="https://gitlab.example.com/-/pipelines/7")
    assert ended.code == 0, ended.err
    assert read(aws, "model.toml") == (model / "model.toml").read_bytes()
    release = json.loads(read(aws, "release.json"))
    assert release.pop("created_at")
    assert release == {
        "project": "demo",
        "model": "breast-cancer",
        "version": "1.4.0",
        "image": IMAGE,
        "sources": digest.of_sources(model),
        "commit": "",
        "author": "",
        "pushed_by": [],
        "pipeline_url": "https://gitlab.example.com/-/pipelines/7",
    }


def test_a_job_run_again_changes_nothing(publish: Any, aws: Any) -> None:
    publish()
    first = read(aws, "release.json")
    assert publish().code == 0
    assert read(aws, "release.json") == first


def test_another_image_for_the_same_version_is_refused(publish: Any, aws: Any) -> None:
    publish()
    ended = publish(image=IMAGE.replace("aaaa", "bbbb"))
    assert ended.code == 5
    assert f"{FOLDER}/release.json is there with other content" in ended.err
    assert json.loads(read(aws, "release.json"))["image"] == IMAGE


def test_another_specification_for_the_same_version_is_refused(publish: Any, aws: Any, model: Path) -> None:
    publish()
    first = read(aws, "model.toml")
    (model / "model.toml").write_text((model / "model.toml").read_text().replace("0.9", "0.1"))
    ended = publish()
    assert ended.code == 5
    assert "demo/breast-cancer 1.4.0 is released from other sources" in ended.err
    assert read(aws, "model.toml") == first


def test_a_publish_cut_in_the_middle_is_completed_by_the_next(publish: Any, aws: Any) -> None:
    publish()
    aws.client("s3").delete_object(Bucket=BUCKET, Key=f"{FOLDER}/release.json")
    assert publish().code == 0
    assert json.loads(read(aws, "release.json"))["image"] == IMAGE


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/churn@sha256:" + "a" * 64, "is not of demo/breast-cancer"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@sha256:latest", "names no digest"),
    ],
)
def test_an_image_that_cannot_be_this_models_is_refused(publish: Any, aws: Any, image: str, words: str) -> None:
    ended = publish(image=image)
    assert ended.code == 2
    assert words in ended.err
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)


def test_a_version_that_is_none_is_refused(run: Any, aws: Any, model: Path) -> None:
    ended = run("publish", "--source", model, "--version", "1.4.0+r2", "--image", IMAGE)
    assert ended.code == 2
    assert "1.4.0+r2" in ended.err


def test_values_travel_from_job_to_job_by_the_env_file(run: Any, aws: Any, model: Path, env_file: Path) -> None:
    env_file.write_text(f"MODEL_VERSION=1.0.0\nMODEL_VERSION=1.4.0\nIMAGE={IMAGE}\n")
    assert run("publish", "--source", model).code == 0
    assert json.loads(read(aws, "release.json"))["image"] == IMAGE


def test_the_same_sources_from_another_pipeline_are_the_same_release(publish: Any, aws: Any) -> None:
    publish(CI_PIPELINE_URL="https://gitlab.example.com/-/pipelines/7")
    first = read(aws, "release.json")
    ended = publish(CI_PIPELINE_URL="https://gitlab.example.com/-/pipelines/8")
    assert (ended.code, ended.out) == (
        0,
        "nothing to publish: demo/breast-cancer 1.4.0 is already released from these sources\n",
    )
    assert read(aws, "release.json") == first


def test_outside_git_the_commit_is_the_one_that_the_pipeline_was_told_of(publish: Any, aws: Any) -> None:
    publish(UPSTREAM_SHA="c" * 40)
    assert json.loads(read(aws, "release.json"))["commit"] == "c" * 40


def test_what_is_told_and_is_no_commit_is_left_out(publish: Any, aws: Any) -> None:
    publish(UPSTREAM_SHA="$(touch pwned)")
    assert json.loads(read(aws, "release.json"))["commit"] == ""


def test_sources_that_changed_since_their_version_was_reserved_are_refused(
    run: Any, aws: Any, model: Path, env_file: Path
) -> None:
    run("version", "--source", model)
    (model / "train.py").write_text("print(2)\n")
    for command in ("image", "publish"):
        ended = run(command, "--source", model, *(["--image", IMAGE] if command == "publish" else []))
        assert ended.code == 5
        assert "1.0.0 is reserved for other sources, these have changed since; run `version` again" in ended.err
    assert "IMAGE" not in env_file.read_text()


ANA, BEA = Person(id=5, login="ana"), Person(id=6, login="bea")


@pytest.fixture
def pushed_by(tmp_path: Path) -> Any:
    """What `fetch` leaves of a push of this person's."""

    def leave(person: Person) -> str:
        path = tmp_path / f"{person.login}.json"
        push.leave(path, Push(project_id=42, project_path="team/model", commit="a" * 40, person=person))
        return str(path)

    return leave


def people(aws: Any) -> list[str]:
    return [person["login"] for person in json.loads(read(aws, "release.json"))["pushed_by"]]


def test_a_release_says_who_is_proven_to_have_pushed_it(publish: Any, aws: Any, pushed_by: Any) -> None:
    assert publish("--push", pushed_by(ANA)).code == 0
    assert people(aws) == ["ana"]


def test_a_push_that_somebody_else_finishes_is_of_both(
    run: Any, publish: Any, aws: Any, model: Path, pushed_by: Any
) -> None:
    ended = run("version", "--source", model, "--push", pushed_by(ANA))
    assert ended.code == 0, ended.err
    version = "1.0.0"
    assert f"will be {version}" in ended.out
    for person in (BEA, BEA):
        assert publish("--push", pushed_by(person), version=version).code == 0
    folder = FOLDER.replace("1.4.0", version)
    body = aws.client("s3").get_object(Bucket=BUCKET, Key=f"{folder}/release.json")["Body"].read()
    assert [person["login"] for person in json.loads(body)["pushed_by"]] == ["ana", "bea"]


def test_who_pushes_the_same_again_is_no_author_of_the_release(publish: Any, aws: Any, pushed_by: Any) -> None:
    for person in (ANA, BEA):
        assert publish("--push", pushed_by(person)).code == 0
    assert people(aws) == ["ana"]


def test_a_push_that_fetch_did_not_leave_is_refused(publish: Any, aws: Any, tmp_path: Path) -> None:
    (tmp_path / "made-up.json").write_text('{"person": "bea"}')
    ended = publish("--push", str(tmp_path / "made-up.json"))
    assert ended.code == 2
    assert "is not what `fetch --models` leaves" in ended.err
