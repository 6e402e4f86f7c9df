"""The whole road with images that Docker builds and runs."""

from pathlib import Path

import docker
import pytest

from bench.docker_host import DockerHost
from local.engine.containers import HOME
from tests.platform.desk import Desk, processes_of

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.journey]


def test_a_demo_with_docker_comes_to_its_end_and_leaves_nothing_running(
    host: DockerHost, client: docker.DockerClient, tmp_path: Path
) -> None:
    desk = Desk(tmp_path / "home")
    told = desk.run("demo", "--engine", "docker", "--yes", environment=host.environment, seconds=900)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "demo/breast-cancer 1.0.1: better than 1.0.0" in told.stdout
    assert client.containers.list(all=True, filters={"label": f"{HOME}={desk.home}"}) == []
    assert processes_of(desk.home) == []
