"""The process engine runs an image as a container would run, as far as a process can."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.engine import EngineByImage, ImageError, ProcessEngine, Run
from local.engine.registry import read_manifest
from local.engine.store import ExtractedImage
from tests.local.sagemaker_world import tar

CONFIG = "application/vnd.oci.image.config.v1+json"
SOURCES = "application/vnd.oci.image.layer.v1.tar+gzip"
LOCK = "application/vnd.modelway.lock.v1"
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/model"


class Registry:
    """ECR and S3 as the engine sees them: a manifest by tag or digest, blobs by key."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, str] = {}
        self.read: list[str] = []

    def __call__(self, service: str, *, region: str | None = None) -> Any:
        assert service in ("ecr", "s3")
        assert (service == "ecr") == (region is not None)
        return self

    def batch_get_image(self, *, registryId: str, repositoryName: str, imageIds: list[dict[str, str]]) -> Any:  # noqa: N803
        assert (registryId, repositoryName) == ("123456789012", "demo/model")
        found = self.manifests.get(next(iter(imageIds[0].values())))
        return {"images": [{"imageManifest": found}] if found else []}

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        assert Bucket == "bucket"
        self.read.append(Key)
        if Key not in self.blobs:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "gone"}}, "GetObject")
        return {"Body": io.BytesIO(self.blobs[Key])}

    def blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "urls": [f"s3://bucket/{digest}"]}

    def push(self, files: Mapping[str, str] | bytes, *, lock: str = "", **config: Any) -> str:
        config = {"Entrypoint": ["python", "program.py"], "WorkingDir": "/opt/program", **config}
        layer = files if isinstance(files, bytes) else tar(files)
        content = {
            "config": self.blob(json.dumps({"config": config}).encode(), CONFIG),
            "layers": [self.blob(layer, SOURCES), self.blob(lock.encode(), LOCK)],
        }
        manifest = json.dumps(content)
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        self.manifests |= {digest: manifest, "latest": manifest}
        return f"{REPOSITORY}@{digest}"


def pulled(engine: ProcessEngine, registry: Registry, uri: str) -> ExtractedImage:
    return engine.pull(read_manifest(uri, registry))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home, so that the environment of the empty lock is built once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def engine(home: Path, registry: Registry) -> ProcessEngine:
    return ProcessEngine(home, clients=registry)


@pytest.fixture(params=["literal", "folder"])
def view(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, engine: ProcessEngine) -> str:
    """How a process finds /opt/ml: by its name, or by SAGEMAKER_BASE_DIR."""
    name: str = request.param
    monkeypatch.setenv("MODELWAY_OPT_ML", name)
    if name == "literal" and not engine.literal:
        pytest.skip("this machine does not allow namespaces")
    return name


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Run]:
    def run(*arguments: str, **more: Any) -> Run:
        return Run(opt=tmp_path / "opt", log=tmp_path / "log", arguments=arguments, **more)

    return run


def program(text: str) -> dict[str, str]:
    return {"opt/program/program.py": text}


def outcome(engine: ProcessEngine, image: ExtractedImage, run: Run) -> tuple[int | None, str]:
    code = engine.start(image, run).wait(30)
    return code, run.log.read_text()


TELL = """
import json, os, sys
base = os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml")
open(base + "/left", "w").write("here")
print(json.dumps({"argv": sys.argv[1:], "cwd": os.getcwd(), "base": base, "environment": dict(os.environ),
                  "opt": sorted(os.listdir("/opt")), "python": sys.prefix}))
"""


def told(engine: ProcessEngine, registry: Registry, uri: str, run: Run) -> Any:
    code, text = outcome(engine, pulled(engine, registry, uri), run)
    assert code == 0, text
    return json.loads(text)


def test_entry_point_arguments_environment_and_working_folder_are_the_images(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run], view: str
) -> None:
    uri = registry.push(program(TELL), Env=["FROM_IMAGE=yes", "PYTHONPATH=/opt/modelway"])
    run = run_of("train", environment={"ASKED": "yes"})
    seen = told(engine, registry, uri, run)
    folder = "/opt" if view == "literal" else str(run.opt)
    assert (seen["argv"], seen["cwd"]) == (["train"], f"{folder}/program")
    assert (seen["environment"]["FROM_IMAGE"], seen["environment"]["ASKED"]) == ("yes", "yes")
    assert seen["base"] == f"{folder}/ml"
    assert (run.opt / "ml" / "left").read_text() == "here"


def test_python_is_the_images_own_and_nothing_of_ours_is_inherited(
    engine: ProcessEngine,
    registry: Registry,
    run_of: Callable[..., Run],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SERVER", "x")
    seen = told(engine, registry, registry.push(program(TELL)), run_of())
    assert seen["python"].startswith(str(home / "images" / "envs"))
    assert "SECRET_OF_THE_SERVER" not in seen["environment"]


def test_the_base_folder_is_told_only_where_opt_ml_cannot_be_shown(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run], view: str
) -> None:
    seen = told(engine, registry, registry.push(program(TELL)), run_of())
    assert ("SAGEMAKER_BASE_DIR" in seen["environment"]) == (view == "folder")


def test_paths_below_opt_are_found_in_arguments_and_environment(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run], view: str
) -> None:
    uri = registry.push({**program(TELL), "opt/modelway/a.txt": ""}, Env=["PYTHONPATH=/opt/modelway:/opt/program/sub"])
    run = run_of("--in=/opt/ml/x", "/opt/mlflow", "s3://b/opt/ml")
    seen = told(engine, registry, uri, run)
    folder = "/opt" if view == "literal" else str(run.opt)
    assert seen["argv"] == [f"--in={folder}/ml/x", "/opt/mlflow", "s3://b/opt/ml"]
    assert seen["environment"]["PYTHONPATH"] == f"{folder}/modelway:{folder}/program/sub"


def test_what_lies_in_opt_on_the_machine_stays_in_sight_and_unchanged(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run], view: str
) -> None:
    before = sorted(path.name for path in Path("/opt").iterdir())
    seen = told(engine, registry, registry.push(program(TELL)), run_of())
    assert view == "folder" or set(seen["opt"]) == {*before, "ml", "home", "program"}
    assert sorted(path.name for path in Path("/opt").iterdir()) == before


def test_what_a_process_writes_to_its_program_folder_is_its_own(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run]
) -> None:
    uri = registry.push(program("import os; print(os.path.exists('mine')); open('mine', 'w')"))
    image = pulled(engine, registry, uri)
    assert outcome(engine, image, run_of()) == (0, "False\n")
    assert not list(image.folder.rglob("mine"))


def test_exit_codes_are_the_programs(engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run]) -> None:
    image = pulled(
        engine,
        registry,
        registry.push(program("import os, sys; sys.exit(7) if sys.argv[1:] else os.kill(os.getpid(), 9)")),
    )
    assert outcome(engine, image, run_of("exit"))[0] == 7
    assert outcome(engine, image, run_of())[0] == 128 + 9


def test_a_missing_program_is_127_as_with_docker(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run]
) -> None:
    image = pulled(engine, registry, registry.push(program("")))
    code, text = outcome(engine, image, run_of(entrypoint=("nothing-of-the-kind",)))
    assert code == 127
    assert "cannot start 'nothing-of-the-kind'" in text


def test_a_program_can_end_well_when_asked_to_and_is_killed_when_it_will_not(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run]
) -> None:
    text = "import signal, sys, time; signal.signal(15, lambda *_: sys.argv[1:] or sys.exit(5)); print(1, flush=True)\n"
    image = pulled(engine, registry, registry.push(program(text + "while True: time.sleep(0.05)")))
    gentle = started(engine, image, run_of())
    gentle.terminate()
    assert gentle.wait(30) == 5
    stubborn = started(engine, image, run_of("stubborn"), lines=2)
    stubborn.terminate()
    assert stubborn.wait(0.2) is None
    stubborn.kill()
    assert stubborn.wait(30) == 128 + 9


def started(engine: ProcessEngine, image: ExtractedImage, run: Run, *, lines: int = 1) -> Any:
    process = engine.start(image, run)
    wait_for(lambda: run.log.read_text().count("\n") >= lines)
    return process


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


FAMILY = """
import subprocess, sys, time
for session in (False, True):
    print(subprocess.Popen(["sleep", "1000"], start_new_session=session).pid, flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.mark.parametrize("end", ["by itself", "killed"])
def test_nothing_a_program_started_outlives_it(
    engine: ProcessEngine, registry: Registry, run_of: Callable[..., Run], end: str
) -> None:
    image = pulled(engine, registry, registry.push(program(FAMILY)))
    run = run_of("1000" if end == "killed" else "0")
    process = started(engine, image, run, lines=2)
    if end == "killed":
        process.kill()
    process.wait(30)
    assert [pid for pid in run.log.read_text().split() if Path(f"/proc/{pid}/cmdline").exists()] == []


def test_an_image_is_read_once_and_found_again_by_digest(engine: ProcessEngine, registry: Registry) -> None:
    image = pulled(engine, registry, registry.push(program("print('once')")))
    read = list(registry.read)
    assert pulled(engine, registry, f"{REPOSITORY}:latest") == image
    assert engine.pulled(image.digest) == image
    assert registry.read == read
    assert engine.pulled(f"sha256:{'0' * 64}") is None


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("python:3.11", "not in a private ECR registry"),
        (f"{REPOSITORY}:9.9.9", "is not in ECR"),
        (f"{REPOSITORY}@sha256:{'0' * 64}", "is not in ECR"),
    ],
)
def test_an_image_that_cannot_be_pulled_is_named(
    engine: ProcessEngine, registry: Registry, uri: str, words: str
) -> None:
    with pytest.raises(ImageError, match=words) as caught:
        pulled(engine, registry, uri)
    assert uri in str(caught.value)


def test_a_manifest_that_is_not_its_digest_is_refused(engine: ProcessEngine, registry: Registry) -> None:
    uri = registry.push(program("print('honest')"))
    registry.manifests[uri.split("@")[1]] += " "
    with pytest.raises(ImageError, match="hashes to sha256"):
        pulled(engine, registry, uri)


@pytest.mark.parametrize("manifest", ["{", "[]", "{}", '{"config": {}, "layers": []}', '{"config": 1, "layers": [1]}'])
def test_a_manifest_that_is_not_ours_is_refused(engine: ProcessEngine, registry: Registry, manifest: str) -> None:
    registry.manifests["foreign"] = manifest
    with pytest.raises(ImageError, match=r"build it with `ci image`|build and push the image again"):
        pulled(engine, registry, f"{REPOSITORY}:foreign")


def test_a_changed_or_missing_layer_is_refused_and_leaves_nothing(
    engine: ProcessEngine, registry: Registry, home: Path
) -> None:
    uri = registry.push(program("print('whole')"))
    layer = json.loads(registry.manifests["latest"])["layers"][0]["digest"].removeprefix("sha256:")
    whole = registry.blobs[layer]
    registry.blobs[layer] = whole + b"x"
    with pytest.raises(ImageError, match="is not sha256"):
        pulled(engine, registry, uri)
    del registry.blobs[layer]
    with pytest.raises(ImageError, match="cannot be read"):
        pulled(engine, registry, uri)
    assert not list((home / "images").glob(".draft-*"))
    registry.blobs[layer] = whole
    assert pulled(engine, registry, uri).entrypoint == ("python", "program.py")


def layer_of(name: str, *, link: str = "") -> bytes:
    """A layer with one entry, a symbolic link where a target is given."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = (tarfile.SYMTYPE if link else tarfile.REGTYPE), link
        archive.addfile(entry)
    return buffer.getvalue()


@pytest.mark.parametrize(("name", "link"), [("../../out", ""), ("opt/link", "/etc/passwd"), ("opt/link", "../../out")])
def test_a_layer_that_would_leave_its_folder_is_refused(
    engine: ProcessEngine, registry: Registry, name: str, link: str
) -> None:
    with pytest.raises(ImageError, match="cannot be unpacked"):
        pulled(engine, registry, registry.push(layer_of(name, link=link)))


def test_an_absolute_path_in_a_layer_lands_inside(engine: ProcessEngine, registry: Registry) -> None:
    image = pulled(engine, registry, registry.push(layer_of("/etc/modelway-out")))
    assert (image.folder / "rootfs" / "etc" / "modelway-out").exists()
    assert not Path("/etc/modelway-out").exists()


def test_a_lock_that_cannot_be_installed_says_why(engine: ProcessEngine, registry: Registry) -> None:
    uri = registry.push(program(""), lock="nothing-of-the-kind==1.0\n")
    with pytest.raises(ImageError, match="hash"):
        pulled(engine, registry, uri)


def test_an_image_of_dockers_names_the_way_to_docker_where_there_is_none(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    layers = [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": f"sha256:{'0' * 64}"}]
    manifest = {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": layers}
    registry.manifests["dockers"] = json.dumps(manifest)
    with pytest.raises(ImageError, match=r"no Docker engine answers at unix:.*nobody\.sock \(.*DOCKER_HOST"):
        EngineByImage(tmp_path, clients=registry).pull(f"{REPOSITORY}:dockers")


def test_an_image_with_a_lock_needs_no_docker(registry: Registry, home: Path, run_of: Callable[..., Run]) -> None:
    engine, run = EngineByImage(home, clients=registry), run_of()
    image = engine.pull(registry.push(program("print('hello')")))
    assert engine.pulled(image.digest) == image
    assert engine.start(image, run).wait(30) == 0
    assert run.log.read_text() == "hello\n"
