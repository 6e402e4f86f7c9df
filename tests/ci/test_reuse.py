"""The same sources have the same version, for good: nothing is built twice, nothing is left half."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from semver import Version

from ci import digest
from ci.engines import Order
from ci.process_engine import ProcessEngine
from modelway import names
from modelway.aws import reservations
from modelway.names import ModelId

BUCKET = "modelway-test"
MODEL = ModelId("demo", "breast-cancer")


def values(env_file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in env_file.read_text().splitlines())


@pytest.fixture
def pushed(run: Any, aws: Any, model: Path, env_file: Path) -> str:
    """The model's first release, with a real image; its address."""
    assert run("version", "--source", model, CI_JOB_ID="7").code == 0
    engine = ProcessEngine(ecr=aws.client("ecr"), s3=aws.client("s3"), bucket=BUCKET)
    container = env_file.parent / "container"
    (container / "modelway_runtime").mkdir(parents=True)
    (container / "requirements.in").write_text("")
    address = engine.push(Order(MODEL, Version(1, 0, 0), source=model, container=container))
    assert run("publish", "--source", model, "--image", address).code == 0
    env_file.unlink()
    return address


def test_unchanged_sources_keep_their_release(run: Any, pushed: str, model: Path, env_file: Path) -> None:
    ended = run("version", "--source", model, CI_JOB_ID="8")
    assert ended.out == "demo/breast-cancer 1.0.0 is already released from these sources; nothing to build\n"
    assert values(env_file) == {
        "MODEL_PROJECT": "demo",
        "MODEL_NAME": "breast-cancer",
        "MODEL_VERSION": "1.0.0",
        "MODEL_SOURCES": "released",
        "IMAGE": pushed,
    }


def test_unchanged_sources_build_and_publish_nothing(run: Any, aws: Any, pushed: str, model: Path) -> None:
    before = aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    run("version", "--source", model)
    image, publish = run("image", "--source", model), run("publish", "--source", model)
    assert image.out == (
        f"{pushed}\nnothing to build: demo/breast-cancer 1.0.0 is already released from these sources\n"
    )
    assert publish.out == "nothing to publish: demo/breast-cancer 1.0.0 is already released from these sources\n"
    assert aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"] == before


def test_sources_that_are_changed_back_have_their_old_version(
    run: Any, pushed: str, model: Path, env_file: Path
) -> None:
    was = (model / "train.py").read_text()
    (model / "train.py").write_text("print(2)\n")
    run("version", "--source", model)
    assert values(env_file)["MODEL_VERSION"] == "1.0.1"
    (model / "train.py").write_text(was)
    run("version", "--source", model)
    assert values(env_file)["MODEL_VERSION"] == "1.0.0"


def test_another_hyperparameter_is_a_changed_source(run: Any, pushed: str, model: Path, env_file: Path) -> None:
    toml = (model / "model.toml").read_text()
    (model / "model.toml").write_text(toml.replace("[evaluate]", "hyperparameters = { c = 2.0 }\n\n[evaluate]"))
    run("version", "--source", model)
    assert values(env_file)["MODEL_VERSION"] == "1.0.1"
    assert values(env_file)["MODEL_SOURCES"] == "new"


def test_a_push_that_was_broken_off_is_finished_with_its_version(
    run: Any, aws: Any, model: Path, env_file: Path
) -> None:
    run("version", "--source", model, CI_JOB_ID="7")
    ended = run("version", "--source", model, CI_JOB_ID="8")
    assert "demo/breast-cancer will be 1.0.0, which job 7 reserved for these sources at " in ended.out
    assert values(env_file)["MODEL_SOURCES"] == "resumed"
    reserved = reservations.find(aws.client("s3"), MODEL, bucket=BUCKET, sources=digest.of_sources(model))
    assert reserved
    assert (reserved.version, reserved.job) == ("1.0.0", "7")


def test_an_image_that_is_gone_is_told(run: Any, aws: Any, pushed: str, model: Path) -> None:
    aws.client("ecr").batch_delete_image(repositoryName="demo/breast-cancer", imageIds=[{"imageTag": "1.0.0"}])
    run("version", "--source", model)
    ended = run("image", "--source", model)
    assert ended.code == 4
    assert f"{pushed} of demo/breast-cancer 1.0.0 is gone from ECR" in ended.err


def test_a_damaged_reservation_is_named(run: Any, aws: Any, model: Path) -> None:
    run("version", "--source", model)
    key = names.sources_key(MODEL, digest.of_sources(model))
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b'{"version": "one"}')
    ended = run("version", "--source", model)
    assert ended.code == 1
    assert f"{key} is damaged" in ended.err


class Killed(Exception):
    """The job's machine went away."""


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_job_killed_between_any_two_writes_leaves_no_gap_and_no_second_version(
    aws: Any, model: Path, writes: int
) -> None:
    left = [writes]

    def count(**_: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    def reserve(sources: str) -> str:
        def choose(last: Version | None) -> Version:
            return last.bump_patch() if last else Version(1, 0, 0)

        return reservations.reserve(s3, MODEL, bucket=BUCKET, sources=sources, note={}, choose=choose).version

    s3 = aws.client("s3")
    ours, others = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
    s3.meta.events.register("before-call.s3.PutObject", count)
    try:
        if writes < 3:
            with pytest.raises(Killed):
                reserve(ours)
        else:
            reserve(ours)
    finally:
        s3.meta.events.unregister("before-call.s3.PutObject", count)
    told = {sources: reserve(sources) for sources in (others, ours, others)}
    assert set(told.values()) == {"1.0.0", "1.0.1"}
    for sources, version in told.items():
        key = f"models/demo/breast-cancer/releases/{version}/reservation.json"
        note = json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        assert note["sources"] == sources


def test_the_digest_is_of_content_and_mode_alone(model: Path, tmp_path: Path) -> None:
    first = digest.of_sources(model)
    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / "train.py").touch()
    assert digest.of_sources(copy) == first
    (copy / "train.py").chmod(0o755)
    assert digest.of_sources(copy) != first


@pytest.mark.parametrize("file", ["requirements.in", "Dockerfile", "modelway_runtime/__main__.py"])
def test_what_the_platform_puts_in_the_image_is_a_source_too(model: Path, tmp_path: Path, file: str) -> None:
    container = tmp_path / "container"
    (container / "modelway_runtime").mkdir(parents=True)
    (container / "requirements.in").write_text("")
    before = digest.of_sources(model, container=container)
    (container / file).write_text("x = 1\n")
    assert digest.of_sources(model, container=container) != before
