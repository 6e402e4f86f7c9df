"""Which engine a command means, and what it says where there is no Docker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.docking import clear_containers, prepare_engine
from local.engine_choice import EngineName, chosen_engine, engine_variables
from local.errors import RecordUnreadable
from local.home import Home
from local.platform import make_platform
from tests.platform.desk import REPOSITORY, Desk

NOBODY = {"DOCKER_HOST": "unix:///nobody/listens.sock"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture(autouse=True)
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)


def test_processes_are_meant_where_nothing_was_said(home: Home) -> None:
    assert chosen_engine(home, None) is EngineName.PROCESS
    assert engine_variables(make_platform(home), EngineName.PROCESS) == {"MODELWAY_ENGINE": "process"}


def test_a_home_means_the_engine_that_it_was_last_started_with(home: Home) -> None:
    prepare_engine(home, EngineName.DOCKER)
    assert chosen_engine(home, None) is EngineName.DOCKER
    assert chosen_engine(home, EngineName.PROCESS) is EngineName.PROCESS
    prepare_engine(home, EngineName.PROCESS)
    assert chosen_engine(home, None) is EngineName.PROCESS


def test_a_record_of_another_version_says_what_to_do(home: Home) -> None:
    home.engine.write_text('{"engine": "podman"}')
    with pytest.raises(RecordUnreadable, match=r"engine\.json .*'podman'.* remove it"):
        chosen_engine(home, None)


def test_a_step_gets_the_way_to_docker_that_the_home_remembers(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///one.sock")
    prepare_engine(home, EngineName.DOCKER)
    platform = make_platform(home)
    monkeypatch.delenv("DOCKER_HOST")
    remembered = {"MODELWAY_ENGINE": "docker", "DOCKER_HOST": "unix:///one.sock"}
    assert engine_variables(platform, EngineName.DOCKER) == remembered
    monkeypatch.setenv("DOCKER_HOST", "unix:///two.sock")
    assert engine_variables(platform, EngineName.DOCKER) == remembered | {"DOCKER_HOST": "unix:///two.sock"}


def test_where_docker_was_never_asked_for_it_is_not_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "nonsense")
    assert clear_containers(home) == 0


@pytest.mark.parametrize("command", ["up", "demo"])
@pytest.mark.parametrize("how", ["option", "variable"])
def test_without_docker_one_line_says_so_and_nothing_is_begun(tmp_path: Path, command: str, how: str) -> None:
    desk = Desk(tmp_path / "home")
    option = ("--engine", "docker") if how == "option" else ()
    told = desk.run(command, *option, environment=NOBODY | ({"MODELWAY_ENGINE": "docker"} if not option else {}))
    assert (told.returncode, told.stdout) == (1, "")
    (line,) = told.stderr.splitlines()
    assert "no Docker engine answers at unix:///nobody/listens.sock" in line
    assert "DOCKER_HOST" in line
    assert "--engine process" in line
    assert not desk.home.exists()


def test_without_a_registry_program_one_line_says_so(tmp_path: Path) -> None:
    told = Desk(tmp_path / "home").run("up", "--engine", "docker", environment={"PATH": str(tmp_path)})
    assert told.returncode == 1
    (line,) = told.stderr.splitlines()
    assert "neither docker-registry nor docker is on PATH" in line


@pytest.mark.parametrize("command", ["up", "push", "down", "status", "demo"])
def test_no_command_loads_docker_s_sdk_before_it_is_asked_for(command: str) -> None:
    code = f"import sys, local.commands.{command}; sys.exit('docker' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "plugins")}
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, env=environment).returncode == 0
