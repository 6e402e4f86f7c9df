"""The Docker engine keeps the contract that the process engine keeps."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from bench.docker_host import DockerHost
from local.aws.sagemaker.cloud import Cloud
from local.engine import Process, Run
from local.engine.containers import HOME, Owner
from local.engine.docker_engine import DockerEngine
from local.engine.docker_image import DockerImage
from local.engine.registry import read_manifest
from tests.docker.world import DockerWorld

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.server]

PROGRAM = """
import json, os, signal, sys, time

def tell():
    print(json.dumps({"argv": sys.argv[2:], "environment": dict(os.environ), "cwd": os.getcwd()}))
    os.makedirs("/opt/ml/model/deep", exist_ok=True)
    open("/opt/ml/model/deep/left", "w").write("here")

def end():
    sys.exit(int(sys.argv[2]))

def sleep():
    if os.fork() == 0:
        time.sleep(600)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
    print("asleep", flush=True)
    time.sleep(600)

def ignore():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("asleep", flush=True)
    time.sleep(600)

{"tell": tell, "end": end, "sleep": sleep, "ignore": ignore}[sys.argv[1]]()
"""
NOBODY = Owner(65534, 65534)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def engine(world: DockerWorld, host: DockerHost, home: Path) -> DockerEngine:
    clients = Cloud(world.aws.endpoint_url)
    return DockerEngine(home, clients=clients, variables=lambda: host.environment, owner=NOBODY)


@pytest.fixture(scope="module")
def image(engine: DockerEngine, world: DockerWorld) -> DockerImage:
    uri = world.build(PROGRAM, tag="2.0.0")
    return engine.pull(read_manifest(uri, Cloud(world.aws.endpoint_url)))


@pytest.fixture
def run_of(tmp_path: Path) -> Callable[..., Run]:
    def make(*arguments: str, **more: object) -> Run:
        return Run(opt=tmp_path / "opt", log=tmp_path / "logs" / "log", arguments=arguments, **more)  # type: ignore[arg-type]  # as Run has them

    return make


@pytest.fixture(autouse=True)
def nothing_left(client: docker.DockerClient, home: Path) -> Iterator[None]:
    """No test leaves a container behind."""
    yield
    assert containers_of(client, home) == []


def containers_of(client: docker.DockerClient, home: Path) -> list[str]:
    found = client.containers.list(all=True, filters={"label": f"{HOME}={home}"}, ignore_removed=True)
    return [str(container.name) for container in found]


def said(run: Run, *, lines: int) -> str:
    deadline = time.monotonic() + 30
    while not run.log.exists() or run.log.read_text().count("\n") < lines:
        assert time.monotonic() < deadline, "the container does not speak"
        time.sleep(0.02)
    return run.log.read_text()


def test_entry_point_arguments_environment_and_working_folder_are_the_images(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]
) -> None:
    run = run_of("tell", "--x=1", environment={"ASKED": "yes"})
    assert engine.start(image, run).wait(60) == 0
    seen = json.loads(run.log.read_text())
    assert (seen["argv"], seen["cwd"]) == (["--x=1"], "/opt/program")
    assert (seen["environment"]["FROM_IMAGE"], seen["environment"]["ASKED"]) == ("yes", "yes")


def test_what_a_container_writes_to_opt_ml_is_the_platforms_users(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]
) -> None:
    run = run_of("tell")
    assert engine.start(image, run).wait(60) == 0
    left = run.opt / "ml" / "model" / "deep" / "left"
    assert left.read_text() == "here"
    assert {(path.stat().st_uid, path.stat().st_gid) for path in (left, left.parent)} == {(NOBODY.user, NOBODY.group)}


def test_the_entry_point_of_the_run_replaces_the_images(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]
) -> None:
    run = run_of("hello", entrypoint=("echo", "-n"))
    assert engine.start(image, run).wait(60) == 0
    assert run.log.read_text() == "hello"


def test_a_log_is_added_to(engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]) -> None:
    run = run_of("hello", entrypoint=("echo",))
    for _ in range(2):
        assert engine.start(image, run).wait(60) == 0
    assert run.log.read_text() == "hello\nhello\n"


@pytest.mark.parametrize("code", [1, 7, 137])
def test_exit_codes_are_the_programs(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run], code: int
) -> None:
    assert engine.start(image, run_of("end", str(code))).wait(60) == code


def test_a_missing_program_is_127(engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]) -> None:
    run = run_of(entrypoint=("nothing-of-the-kind",))
    assert engine.start(image, run).wait(60) == 127
    assert "nothing-of-the-kind" in run.log.read_text()


def test_output_is_in_the_log_while_the_program_runs_and_it_can_end_well_when_asked_to(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]
) -> None:
    run = run_of("sleep")
    process: Process = engine.start(image, run)
    assert said(run, lines=1) == "asleep\n"
    assert Path(f"/proc/{process.pid}").exists()
    assert process.wait(0.1) is None
    process.terminate()
    assert process.wait(60) == 5


def test_a_program_that_will_not_end_is_killed_with_all_it_started(
    engine: DockerEngine, image: DockerImage, run_of: Callable[..., Run]
) -> None:
    run = run_of("ignore")
    process = engine.start(image, run)
    said(run, lines=1)
    pid = process.pid
    process.terminate()
    assert process.wait(0.5) is None
    process.kill()
    assert process.wait(60) == 128 + 9
    assert not Path(f"/proc/{pid}").exists()
    process.terminate()  # too late, and no matter
    process.kill()


def test_what_a_killed_engine_has_left_is_cleared_and_nothing_else(
    engine: DockerEngine,
    image: DockerImage,
    run_of: Callable[..., Run],
    client: docker.DockerClient,
    home: Path,
) -> None:
    run = run_of("sleep")
    process = engine.start(image, run)
    other = client.containers.run(image.reference, ["sleep"], detach=True, labels={HOME: f"{home}-of-another"})
    said(run, lines=1)
    assert engine.clear() == 1
    assert process.wait(60) == 128 + 9
    other.reload()
    assert other.status == "running"
    other.remove(force=True)


def test_an_image_is_known_as_long_as_docker_has_it(
    engine: DockerEngine, world: DockerWorld, client: docker.DockerClient
) -> None:
    clients = Cloud(world.aws.endpoint_url)
    uri = world.build("print('short-lived')", tag="2.1.0")
    image = engine.pull(read_manifest(uri, clients))
    assert engine.pulled(image.digest) == image
    client.images.remove(str(client.images.get(image.reference).id), force=True)
    assert engine.pulled(image.digest) is None
    assert engine.pull(read_manifest(uri, clients)) == image
    assert engine.pulled(image.digest) == image
