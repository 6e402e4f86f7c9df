"""A platform and what it has in Docker: started together, stopped together."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
import urllib3
from docker.models.containers import Container

from bench.docker_host import DockerHost
from local.docker_record import read_docker
from local.docking import prepare_engine
from local.engine.containers import HOME, WORKLOAD, labels
from local.engine_choice import EngineName
from local.platform import Platform
from local.registry import IMAGE, add_registry
from local.stopping import stop
from local.supervisor import Supervisor
from tests.docker.world import archive
from tests.platform.light import light_platform
from tests.sockets import listens

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.server]

REGISTRY = """
FROM python:3.11-slim
COPY registry /bin/registry
ENTRYPOINT ["/bin/registry", "serve"]
"""


@pytest.fixture(autouse=True)
def way_to_docker(host: DockerHost, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in host.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform that is up and has nothing to do with Docker yet."""
    with light_platform(tmp_path / "home") as platform:
        yield platform


def docked(platform: Platform) -> int:
    """What `push --engine docker` does first; the registry's port."""
    prepare_engine(platform.home, EngineName.DOCKER)
    add_registry(platform)
    record = read_docker(platform.home.root)
    assert record
    return record.port


def speaks(port: int) -> bool:
    with urllib3.PoolManager() as pool:
        return pool.request("GET", f"http://127.0.0.1:{port}/v2/", retries=False).status == 200


def test_a_registry_starts_beside_a_platform_that_is_up_and_stops_with_it(platform: Platform) -> None:
    assert platform.registry is None
    port = docked(platform)
    assert speaks(port)
    assert docked(platform) == port  # again, which changes nothing
    assert "registry" in [process.name for process in Supervisor(platform).processes()]
    stop(platform)
    assert not listens(port)


def test_a_taken_port_is_given_up_for_another(platform: Platform, host: DockerHost) -> None:
    before = docked(platform)
    stop(platform)
    with light_platform(platform.home.root):
        taker = urllib3.util.parse_url(f"http://{host.registry}").port
        path = platform.home.root / "docker.json"
        path.write_text(path.read_text().replace(str(before), str(taker)))
        after = docked(platform)
        assert after not in (before, taker)
        assert speaks(after)


def test_without_the_program_the_registry_is_a_container(
    platform: Platform, client: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = Path(shutil.which("docker-registry") or "").read_bytes()
    client.images.build(fileobj=archive({"Dockerfile": REGISTRY}, registry=binary), custom_context=True, tag=IMAGE)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "docker").symlink_to(shutil.which("docker") or "")
    monkeypatch.setenv("PATH", str(programs))
    port = docked(platform)
    assert speaks(port)
    assert len(containers_of(client, platform.home.root)) == 1
    stop(platform)
    assert not listens(port)
    assert containers_of(client, platform.home.root) == []


def test_down_removes_the_homes_containers_and_no_others(platform: Platform, client: docker.DockerClient) -> None:
    docked(platform)
    ours, theirs = (
        client.containers.run("python:3.11-slim", ["sleep", "600"], detach=True, labels=labels(home, WORKLOAD))
        for home in (platform.home.root, Path("/another"))
    )
    stop(platform)
    assert containers_of(client, platform.home.root) == []
    theirs.reload()
    assert (theirs.status, ours.id != theirs.id) == ("running", True)
    theirs.remove(force=True)


def containers_of(client: docker.DockerClient, home: Path) -> list[Container]:
    return client.containers.list(all=True, filters={"label": f"{HOME}={home}"}, ignore_removed=True)
