"""Twenty pushes at once: each source gets one version, each version one release, and no number is left out."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from semver import Version

from ci import envfile
from ci.__main__ import cli
from ci.engines import Order
from ci.process_engine import ProcessEngine
from modelway.aws import releases
from modelway.names import ModelId

BUCKET = "modelway-test"
REPOSITORY = "demo/breast-cancer"
MODEL = ModelId("demo", "breast-cancer")
PUSHES = 20
SOURCES = 14  # so six of the pushes carry what another one carries too


@pytest.fixture
def engine(aws: Any, monkeypatch: pytest.MonkeyPatch) -> ProcessEngine:
    """The engine, and an environment that leads every thread's commands to the local AWS."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    return ProcessEngine(ecr=aws.client("ecr"), s3=aws.client("s3"), bucket=BUCKET)


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """A runtime that needs no package."""
    (tmp_path / "container" / "modelway_runtime").mkdir(parents=True)
    (tmp_path / "container" / "requirements.in").write_text("")
    return tmp_path / "container"


def push(source: Path, *, engine: ProcessEngine, container: Path) -> dict[str, str]:
    """Carry the sources to a release, as the jobs of one pipeline do; what they left in the env file."""
    env_file = source.with_suffix(".env")

    def ci(*arguments: str) -> None:
        shared = ("--source", str(source), "--env-file", str(env_file), "--bucket", BUCKET)
        cli.main([*arguments, *shared], standalone_mode=False)

    ci("version")
    version = envfile.read(env_file)["MODEL_VERSION"]
    image = engine.push(Order(MODEL, Version.parse(version), source=source, container=container))
    ci("publish", "--version", version, "--image", image)
    return envfile.read(env_file) | {"IMAGE": image}


def test_twenty_pushes_at_once(engine: ProcessEngine, container: Path, model: Path, tmp_path: Path) -> None:
    folders = [shutil.copytree(model, tmp_path / f"push-{number}") for number in range(PUSHES)]
    for number, folder in enumerate(folders):
        (folder / "train.py").write_text(f"print({number % SOURCES})\n")
    with ThreadPoolExecutor(PUSHES) as pool:
        told = list(pool.map(lambda folder: push(folder, engine=engine, container=container), folders))
    versions = [values["MODEL_VERSION"] for values in told]
    assert versions[:SOURCES] != versions[:1] * SOURCES
    assert versions[SOURCES:] == versions[: PUSHES - SOURCES]  # the same sources
    expected = [Version(1, 0, patch) for patch in range(SOURCES)]  # no number twice, none left out
    assert sorted(map(Version.parse, set(versions))) == expected
    shelf = releases.read_shelf(engine.s3, MODEL, bucket=BUCKET)
    assert shelf.taken == shelf.released == expected
    require_images(engine, {values["MODEL_VERSION"]: values["IMAGE"] for values in told})


def require_images(engine: ProcessEngine, images: dict[str, str]) -> None:
    """Every tag is a released version's image, and every release names its tag's image."""
    listed = engine.ecr.list_images(repositoryName=REPOSITORY)["imageIds"]
    tags = {found["imageTag"]: found["imageDigest"] for found in listed}
    assert tags == {version: image.partition("@")[2] for version, image in images.items()}
    for version, image in images.items():
        release = releases.find_release(engine.s3, MODEL, Version.parse(version), bucket=BUCKET)
        assert release
        assert release.image == image
