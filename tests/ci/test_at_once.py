"""Twenty pushes at once: each source gets one version, each version one release, and no number is left out."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from semver import Version

from ci.engines import Order
from ci.process_engine import ProcessEngine
from ci.publish import describe, is_published, publish
from ci.version import reserve
from modelway.aws import releases
from modelway.names import ModelId

BUCKET = "modelway-test"
REPOSITORY = "demo/breast-cancer"
MODEL = ModelId("demo", "breast-cancer")
PUSHES = 20
SOURCES = 14  # so six of the pushes carry what another one carries too


@pytest.fixture
def engine(aws: Any) -> ProcessEngine:
    """The engine, with clients that all pushes use: a client of its own takes each longer than its calls."""
    return ProcessEngine(ecr=aws.client("ecr"), s3=aws.client("s3"), bucket=BUCKET)


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A runtime that needs no package."""
    (tmp_path / "container" / "modelway_runtime").mkdir(parents=True)
    (tmp_path / "container" / "requirements.in").write_text("")
    return tmp_path / "container"


def push(source: Path, *, engine: ProcessEngine, container: Path) -> tuple[Version, str]:
    """Carry the sources to a release as one pipeline's jobs do; return its version and image."""
    ecr, s3 = engine.ecr, engine.s3
    version = reserve(source, MODEL, ecr=ecr, s3=s3, bucket=BUCKET, job=source.name).number
    image = engine.push(Order(MODEL, version, source=source, container=container))
    release = describe(source, model=MODEL, version=str(version), image=image)
    if not is_published(s3, release, bucket=BUCKET):
        publish(s3, release, bucket=BUCKET, toml=(source / "model.toml").read_bytes())
    return version, image


def test_twenty_pushes_at_once(engine: ProcessEngine, container: Path, model: Path, tmp_path: Path) -> None:
    folders = [shutil.copytree(model, tmp_path / f"push-{number}") for number in range(PUSHES)]
    for number, folder in enumerate(folders):
        (folder / "train.py").write_text(f"print({number % SOURCES})\n")
    with ThreadPoolExecutor(PUSHES) as pool:
        told = list(pool.map(lambda folder: push(folder, engine=engine, container=container), folders))
    versions = [version for version, _ in told]
    assert versions[SOURCES:] == versions[: PUSHES - SOURCES]  # the same sources
    expected = [Version(1, 0, patch) for patch in range(SOURCES)]  # no number twice, none left out
    assert sorted(versions[:SOURCES]) == expected
    shelf = releases.read_shelf(engine.s3, MODEL, bucket=BUCKET)
    assert shelf.taken == shelf.released == expected
    require_images(engine, dict(told))


def require_images(engine: ProcessEngine, images: dict[Version, str]) -> None:
    """Every tag is a released version's image, and every release names its tag's image."""
    listed = engine.ecr.list_images(repositoryName=REPOSITORY)["imageIds"]
    tags = {found["imageTag"]: found["imageDigest"] for found in listed}
    assert tags == {str(version): image.partition("@")[2] for version, image in images.items()}
    for version, image in images.items():
        release = releases.find_release(engine.s3, MODEL, version, bucket=BUCKET)
        assert release
        assert release.image == image
