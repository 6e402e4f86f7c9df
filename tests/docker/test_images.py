"""The rules of `build` and `image --engine docker`, with a real engine, a real registry and the local ECR."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker
import pytest
from semver import Version

from bench.docker_host import DockerHost
from ci import docker_build
from ci.depot import Depot
from ci.docker_engine import DockerEngine
from ci.engines import CONTAINER, Order
from modelway.errors import InputError, Refused
from modelway.names import ModelId
from tests.ci.conftest import MODEL_TOML
from tests.local.conftest import LocalAws
from tests.local.sagemaker_world import REGION

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.server]

ROOT = Path(__file__).parents[2]
BUCKET = "modelway-images"
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}


@dataclass
class Desk:
    """A model, a runtime that needs no package, an ECR repository of the model's, and a Docker engine."""

    folder: Path
    aws: LocalAws
    host: DockerHost
    docker: docker.DockerClient
    name: str

    @property
    def model(self) -> Path:
        """The model's folder."""
        return self.folder / "model"

    @property
    def repository(self) -> str:
        """ECR's."""
        return f"demo/{self.name}"

    @property
    def engine(self) -> DockerEngine:
        """The engine of `image`."""
        return DockerEngine(ecr=self.aws.client("ecr"), s3=self.aws.client("s3"), bucket=BUCKET)

    def order(self, version: str = "1.0.0") -> Order:
        """The model as it is now."""
        return Order(
            ModelId("demo", self.name), Version.parse(version), source=self.model, container=self.folder / "container"
        )

    def change(self) -> None:
        """Change the code."""
        with (self.model / "train.py").open("a") as file:
            file.write("print('more')\n")

    def layers(self, version: str) -> list[str]:
        """The digests of the image's layers, as ECR has them."""
        asked = {"repositoryName": self.repository, "imageIds": [{"imageTag": version}]}
        found = self.aws.client("ecr").batch_get_image(**asked)["images"][0]
        return [layer["digest"] for layer in json.loads(found["imageManifest"])["layers"]]

    def pulled(self, address: str) -> Any:
        """The image, brought from ECR by its digest."""
        return Depot.of_ecr(self.aws.client("ecr"), self.repository).pull(self.docker, address.partition("@")[2])

    def forget(self) -> None:
        """Take the model's images from the engine, as on a new runner."""
        for image in self.docker.images.list(filters={"label": f"modelway.model=demo/{self.name}"}):
            self.docker.images.remove(str(image.id), force=True)
        self.docker.api.prune_builds()

    def run(self, *arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        """A command as a job runs it, in the desk's folder."""
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
        ours = {"AWS_ENDPOINT_URL": self.aws.endpoint_url, "MODELWAY_BUCKET": BUCKET, "MODELWAY_ENGINE": "docker"}
        kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE") if name in os.environ}
        paths = kept | {"HOME": str(self.folder), "PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}"}
        return subprocess.run(
            [sys.executable, "-m", "ci", *map(str, arguments)],
            cwd=self.folder,
            env=keys | ours | paths | self.host.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    aws: LocalAws,
    host: DockerHost,
    client: docker.DockerClient,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Desk]:
    """A desk whose model has a name of its own; the engine keeps nothing of it."""
    name = f"m-{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    made = Desk(tmp_path, aws, host, client, name)
    made.model.mkdir()
    (made.model / "model.toml").write_text(MODEL_TOML.replace("breast-cancer", name))
    (made.model / "train.py").write_text("print('train_loss=0.1')\n")
    (made.model / "inference.py").write_text("def model_fn(model_dir):\n    return model_dir\n")
    runtime = tmp_path / "container" / "modelway_runtime"
    runtime.mkdir(parents=True)
    (runtime / "__main__.py").write_text("print('the runtime')\n")
    (tmp_path / "container" / "requirements.in").write_text("")
    shutil.copy(CONTAINER / "Dockerfile", tmp_path / "container")
    s3, ecr = aws.client("s3"), aws.client("ecr")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    ecr.create_repository(repositoryName=made.repository, imageTagMutability="IMMUTABLE")
    for variable, value in host.environment.items():
        monkeypatch.setenv(variable, value)
    yield made
    made.forget()


def test_an_image_is_pushed_by_version_and_named_by_digest(desk: Desk) -> None:
    address = desk.engine.push(desk.order("1.2.0"))
    details = desk.aws.client("ecr").describe_images(repositoryName=desk.repository)["imageDetails"]
    assert [(found["imageTags"], found["imageDigest"]) for found in details] == [(["1.2.0"], address.split("@")[1])]
    assert desk.docker.containers.run(desk.pulled(address), remove=True) == b"the runtime\n"


def test_an_image_tells_its_model_version_sources_and_commit(desk: Desk) -> None:
    git = ["git", "-C", str(desk.model), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "$(touch pwned)"]):
        subprocess.run([*git, *arguments], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    labels = desk.pulled(desk.engine.push(desk.order())).labels
    assert labels["org.opencontainers.image.version"] == "1.0.0"
    assert labels["org.opencontainers.image.revision"] == commit
    assert labels["org.opencontainers.image.title"] == desk.repository
    assert labels["modelway.sources"].startswith("sha256:")


def test_a_change_of_code_alone_sends_no_other_layer(desk: Desk) -> None:
    desk.engine.push(desk.order("1.0.0"))
    desk.change()
    desk.engine.push(desk.order("1.0.1"))
    first, second = desk.layers("1.0.0"), desk.layers("1.0.1")
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1]


def test_a_new_engine_takes_the_layers_of_the_last_image(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.engine.push(desk.order("1.0.0"))
    desk.forget()
    desk.change()
    capfd.readouterr()
    desk.engine.push(desk.order("1.0.1"))
    assert "Using cache" in capfd.readouterr().err
    assert desk.layers("1.0.0")[:-1] == desk.layers("1.0.1")[:-1]


def test_a_job_that_was_cut_off_finds_its_image(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    first = desk.engine.push(desk.order())
    capfd.readouterr()
    assert desk.engine.push(desk.order()) == first
    assert "Step" not in capfd.readouterr().err


def test_a_version_of_other_sources_is_refused_and_kept(desk: Desk) -> None:
    first = desk.engine.push(desk.order())
    desk.change()
    with pytest.raises(Refused, match=rf"tag 1\.0\.0 of {desk.repository} is taken by sha256:.* of other sources"):
        desk.engine.push(desk.order())
    assert desk.layers("1.0.0") == [layer["digest"] for layer in manifest_of(desk, first)["layers"]]


def manifest_of(desk: Desk, address: str) -> Any:
    asked = {"repositoryName": desk.repository, "imageIds": [{"imageDigest": address.partition("@")[2]}]}
    return json.loads(desk.aws.client("ecr").batch_get_image(**asked)["images"][0]["imageManifest"])


def test_of_two_jobs_with_the_same_sources_the_first_one_s_image_counts(desk: Desk) -> None:
    engine, order, theirs = desk.engine, desk.order(), list[str]()
    events = engine.ecr.meta.events

    def be_first(**_: object) -> None:
        """Push an image of the same sources, with the packages of another minute, after ours was looked for."""
        events.unregister("after-call.ecr.BatchGetImage", be_first)
        image = docker_build.build(desk.docker, order, lock=b"# another minute\n")
        theirs.append(Depot.of_ecr(engine.ecr, desk.repository).push(desk.docker, image, "1.0.0"))

    events.register("after-call.ecr.BatchGetImage", be_first)
    assert engine.push(order).endswith(f"@{theirs[0]}")


def test_a_dockerfile_of_the_model_s_own_is_taken_as_it_is(desk: Desk) -> None:
    (desk.model / "Dockerfile").write_text(
        "FROM python:3.11-slim\nCOPY . /model\n"
        'ENTRYPOINT ["python", "-c", "import os; print(sorted(os.listdir(\'/model\')))"]'
    )
    image = desk.pulled(desk.engine.push(desk.order()))
    said = desk.docker.containers.run(image, remove=True).decode()
    assert said == "['Dockerfile', 'inference.py', 'model.toml', 'train.py']\n"
    assert docker_build.is_made_of(image, desk.order())


def test_a_build_that_fails_tells_the_last_lines_and_pushes_nothing(desk: Desk) -> None:
    (desk.model / "Dockerfile").write_text("FROM python:3.11-slim\nRUN echo so far so good && false\n")
    with pytest.raises(InputError, match=r"(?s)so far so good.*cannot be built: .*returned a non-zero code: 1"):
        desk.engine.push(desk.order())
    assert desk.aws.client("ecr").list_images(repositoryName=desk.repository)["imageIds"] == []


def test_a_base_image_can_be_named(desk: Desk) -> None:
    desk.docker.images.get("python:3.11-slim").tag("base.example.com/python", "ours")
    address = replace(desk.engine, base="base.example.com/python:ours").push(desk.order())
    assert desk.docker.containers.run(desk.pulled(address), remove=True) == b"the runtime\n"


def build(desk: Desk) -> "subprocess.CompletedProcess[str]":
    """The job `build`, which AWS would not answer, of a lock without packages."""
    (desk.folder / "lock.txt").write_text("")
    registry = f"{desk.host.registry}/platform/ml-ops"
    return desk.run("build", "--source", "model", "--lock", "lock.txt", CI_REGISTRY_IMAGE=registry, **NOWHERE)


def test_what_a_job_without_credentials_has_built_another_pushes(desk: Desk) -> None:
    assert desk.run("version", "--source", "model").returncode == 0
    built, again = build(desk), build(desk)
    assert (built.returncode, again.returncode) == (0, 0), built.stderr
    assert (again.stdout, "Step" in again.stderr) == (built.stdout, False)
    desk.forget()
    pushed = desk.run("image", "--source", "model", "--built", "built.txt")
    assert (pushed.returncode, "Step" in pushed.stderr) == (0, False), pushed.stderr
    assert (
        desk.docker.containers.run(desk.pulled(pushed.stdout.strip()), ["-c", "0"], entrypoint="python", remove=True)
        == b""
    )


def test_what_was_built_from_other_sources_is_not_pushed(desk: Desk) -> None:
    assert desk.run("version", "--source", "model").returncode == 0
    assert build(desk).returncode == 0
    desk.change()
    assert desk.run("version", "--source", "model").returncode == 0
    pushed = desk.run("image", "--source", "model", "--built", "built.txt")
    assert pushed.returncode == 2
    assert "is not of the sources in" in pushed.stderr
    assert desk.aws.client("ecr").list_images(repositoryName=desk.repository)["imageIds"] == []


def test_sources_that_are_released_need_no_docker_at_all(desk: Desk) -> None:
    assert desk.run("version", "--source", "model").returncode == 0
    assert build(desk).returncode == 0
    for step in (("image", "--built", "built.txt"), ("publish",)):
        done = desk.run(*step, "--source", "model")
        assert done.returncode == 0, done.stderr
    (desk.folder / "build.env").unlink()
    assert desk.run("version", "--source", "model").returncode == 0
    unbuilt = ("build", "--lock", "lock.txt", "--registry", "nowhere.example.com")
    for command in (unbuilt, ("image", "--built", "nowhere.txt")):
        done = desk.run(*command, "--source", "model", DOCKER_HOST="unix:///nowhere.sock")
        assert (done.returncode, "nothing to build" in done.stdout) == (0, True), done.stderr


def test_an_engine_that_does_not_answer_is_named(desk: Desk) -> None:
    assert desk.run("version", "--source", "model").returncode == 0
    done = desk.run("image", "--source", "model", DOCKER_HOST="unix:///nowhere.sock")
    assert done.returncode == 1
    assert "no Docker engine answers at unix:///nowhere.sock: [Errno 2]" in done.stderr
    assert "name it by DOCKER_HOST" in done.stderr


@pytest.mark.parametrize("text", ["", "example.com/model:1.0.0", "example.com/model@sha256:1 --flag"])
def test_what_is_no_image_by_digest_is_refused(desk: Desk, text: str) -> None:
    (desk.folder / "built.txt").write_text(text)
    assert desk.run("version", "--source", "model").returncode == 0
    done = desk.run("image", "--source", "model", "--built", "built.txt")
    assert done.returncode == 2
    assert "built.txt names no image by its digest; run `build` again" in done.stderr
