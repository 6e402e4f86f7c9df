"""The rules of `image`: the same sources are the same image, and a tag never changes."""

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from semver import Version

from ci import digest
from ci.engines import Order
from ci.process_engine import ProcessEngine
from modelway.aws import images
from modelway.errors import InputError, NotFound, Refused
from modelway.names import ModelId

BUCKET = "modelway-test"
MODEL = ModelId("demo", "breast-cancer")
ADDRESS = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@sha256:"


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A runtime that needs no package."""
    folder = tmp_path / "container"
    (folder / "modelway_runtime").mkdir(parents=True)
    (folder / "modelway_runtime" / "__main__.py").write_text("print('hello')\n")
    (folder / "requirements.in").write_text("")
    return folder


@pytest.fixture
def engine(aws: Any) -> ProcessEngine:
    """The engine, on the local AWS."""
    return ProcessEngine(ecr=aws.client("ecr"), s3=aws.client("s3"), bucket=BUCKET)


def order(model: Path, container: Path, *, version: str = "1.0.0") -> Order:
    return Order(MODEL, Version.parse(version), source=model, container=container)


def manifest(engine: ProcessEngine, *, tag: str = "1.0.0") -> Any:
    found = engine.ecr.batch_get_image(repositoryName="demo/breast-cancer", imageIds=[{"imageTag": tag}])
    return json.loads(found["images"][0]["imageManifest"])


def blob(engine: ProcessEngine, descriptor: dict[str, Any]) -> bytes:
    """The bytes of a descriptor, found and checked as the local platform does."""
    bucket, _, key = descriptor["urls"][0].removeprefix("s3://").partition("/")
    body: bytes = engine.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    assert descriptor["digest"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert descriptor["size"] == len(body)
    return body


def test_an_image_is_a_manifest_whose_blobs_lie_in_the_bucket(
    engine: ProcessEngine, model: Path, container: Path
) -> None:
    address = engine.push(order(model, container))
    found = manifest(engine)
    canonical = json.dumps(found, sort_keys=True, separators=(",", ":")).encode()
    assert address == ADDRESS + hashlib.sha256(canonical).hexdigest()
    program, lock = found["layers"]
    assert program["mediaType"] == "application/vnd.oci.image.layer.v1.tar+gzip"
    assert lock["mediaType"] == "application/vnd.modelway.lock.v1"
    with tarfile.open(fileobj=io.BytesIO(blob(engine, program))) as tar:
        assert tar.getnames() == [
            "opt/modelway/modelway_runtime/__main__.py",
            "opt/program/inference.py",
            "opt/program/model.toml",
            "opt/program/train.py",
        ]
        assert {(entry.mtime, entry.uid, entry.gid) for entry in tar} == {(0, 0, 0)}


def test_the_configuration_says_how_to_start_it(engine: ProcessEngine, model: Path, container: Path) -> None:
    engine.push(order(model, container))
    found = manifest(engine)
    config = json.loads(blob(engine, found["config"]))
    assert found["config"]["mediaType"] == "application/vnd.oci.image.config.v1+json"
    assert config["config"]["Entrypoint"] == ["python", "-m", "modelway_runtime"]
    assert config["config"]["WorkingDir"] == "/opt/program"
    assert config["config"]["Env"] == ["PYTHONPATH=/opt/modelway"]
    unpacked = gzip.decompress(blob(engine, found["layers"][0]))
    assert config["rootfs"]["diff_ids"][0] == f"sha256:{hashlib.sha256(unpacked).hexdigest()}"


def test_the_same_sources_are_the_same_image(engine: ProcessEngine, model: Path, container: Path) -> None:
    first = engine.push(order(model, container))
    (model / "train.py").touch()
    assert engine.push(order(model, container, version="1.0.1")) == first


def test_other_sources_are_another_image(engine: ProcessEngine, model: Path, container: Path) -> None:
    first = engine.push(order(model, container))
    (model / "train.py").write_text("print(2)\n")
    assert engine.push(order(model, container, version="1.0.1")) != first


def test_a_dockerfile_is_not_left_out_in_silence(engine: ProcessEngine, model: Path, container: Path) -> None:
    (model / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(InputError, match=r"Dockerfile can be built by a Docker engine only; pass `--engine docker`"):
        engine.push(order(model, container))


def test_a_program_stays_executable(engine: ProcessEngine, model: Path, container: Path) -> None:
    (model / "train.py").chmod(0o700)
    engine.push(order(model, container))
    with tarfile.open(fileobj=io.BytesIO(blob(engine, manifest(engine)["layers"][0]))) as tar:
        assert oct(tar.getmember("opt/program/train.py").mode) == "0o755"
        assert oct(tar.getmember("opt/program/inference.py").mode) == "0o644"


def test_a_job_run_again_finds_its_image(engine: ProcessEngine, model: Path, container: Path) -> None:
    assert engine.push(order(model, container)) == engine.push(order(model, container))


def test_a_tag_of_another_image_is_refused_and_kept(engine: ProcessEngine, model: Path, container: Path) -> None:
    first = engine.push(order(model, container))
    (model / "train.py").write_text("print(2)\n")
    with pytest.raises(
        Refused, match=r"tag 1\.0\.0 of demo/breast-cancer is taken by sha256:.*, this image is sha256:"
    ):
        engine.push(order(model, container))
    (model / "train.py").write_text("print('train_loss=0.1')\n")
    assert engine.push(order(model, container)) == first


def test_of_two_jobs_with_the_same_sources_the_first_one_s_image_counts(
    engine: ProcessEngine, model: Path, container: Path
) -> None:
    made_of = digest.of_sources(model, container=container)
    theirs = json.dumps({"schemaVersion": 2, "layers": [], "annotations": {"modelway.ingredients": made_of}})
    first = f"sha256:{hashlib.sha256(theirs.encode()).hexdigest()}"

    def be_first(**_: object) -> None:
        """Put their image when ours is about to be put, with the packages of another minute."""
        engine.ecr.meta.events.unregister("before-call.ecr.PutImage", be_first)
        images.put(engine.ecr, "demo/breast-cancer", theirs, digest=first, tag="1.0.0")

    engine.ecr.meta.events.register("before-call.ecr.PutImage", be_first)
    assert engine.push(order(model, container)) == ADDRESS.removesuffix("sha256:") + first


def test_a_blob_that_is_there_is_not_sent_again(engine: ProcessEngine, model: Path, container: Path) -> None:
    engine.push(order(model, container))
    listed = engine.s3.list_objects_v2(Bucket=BUCKET, Prefix="images/sha256/")["Contents"]
    engine.push(order(model, container, version="1.0.1"))
    assert engine.s3.list_objects_v2(Bucket=BUCKET, Prefix="images/sha256/")["Contents"] == listed


def test_a_repository_that_does_not_exist_says_how_to_make_it(
    engine: ProcessEngine, model: Path, container: Path
) -> None:
    engine.ecr.delete_repository(repositoryName="demo/breast-cancer")
    with pytest.raises(NotFound, match="aws ecr create-repository --repository-name demo/breast-cancer"):
        engine.push(order(model, container))


@pytest.mark.environment
def test_the_command_leaves_the_address_for_the_next_job(run: Any, aws: Any, model: Path, env_file: Path) -> None:
    ended = run("version", "--source", model)
    assert ended.code == 0, ended.err
    ended = run("image", "--source", model)
    assert ended.code == 0, ended.err
    assert f"IMAGE={ADDRESS}" in env_file.read_text()
    assert ended.out.startswith(ADDRESS)


@pytest.mark.environment
def test_a_lock_fixes_every_package_by_hash_and_names_no_index(
    engine: ProcessEngine, model: Path, container: Path
) -> None:
    (container / "requirements.in").write_text("click>=8\n")
    (model / "requirements.txt").write_text("click<8.2\n")
    engine.push(order(model, container))
    lock = blob(engine, manifest(engine)["layers"][1]).decode()
    assert "click==8.1." in lock
    assert "--hash=sha256:" in lock
    assert "http" not in lock
    assert "#" not in lock


@pytest.mark.environment
def test_requirements_that_contradict_each_other_are_told_in_uvs_words(
    engine: ProcessEngine, model: Path, container: Path
) -> None:
    (container / "requirements.in").write_text("click>=8\n")
    (model / "requirements.txt").write_text("click<8\n")
    with pytest.raises(InputError, match=r"no set of packages fits .*uv says:\n(?s:.)*No solution found"):
        engine.push(order(model, container))


@pytest.mark.environment
def test_settings_of_uv_beside_the_model_are_not_read(engine: ProcessEngine, model: Path, container: Path) -> None:
    (model / "requirements.txt").write_text("click<8.2\n")
    (model / "uv.toml").write_text('index-url = "http://127.0.0.1:1/"\n')
    engine.push(order(model, container))
    assert b"click==8.1." in blob(engine, manifest(engine)["layers"][1])
