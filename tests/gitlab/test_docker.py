"""What a job finds of Docker at a desk."""

from pathlib import Path

import pytest
import yaml

from local.docking import prepare_engine
from local.engine_choice import EngineName
from local.gitlab.button import find_button, leave_button
from local.gitlab.docker import engine_of
from local.gitlab.pipeline import Pipeline
from local.gitlab.place import place_in
from local.gitlab.project import ML_OPS
from local.gitlab.tool import OVERRIDES, leave_out_services
from local.home import Home
from local.platform import Platform, make_platform
from local.pushed import Pushed


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    return make_platform(Home(tmp_path / "home"))


def test_without_docker_a_job_finds_nothing_of_it(platform: Platform) -> None:
    assert engine_of(platform, ML_OPS, EngineName.PROCESS) == {"MODELWAY_ENGINE": "process"}


def test_the_desks_engine_outranks_the_one_that_the_file_names(platform: Platform) -> None:
    prepare_engine(platform.home, EngineName.DOCKER)
    found = engine_of(platform, ML_OPS, EngineName.DOCKER)
    assert found["DOCKER_HOST"] == "unix:///var/run/docker.sock"
    assert (found["DOCKER_TLS_VERIFY"], found["DOCKER_CERT_PATH"]) == ("", "")


def test_the_platforms_registry_is_gitlabs(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///one.sock")
    prepare_engine(platform.home, EngineName.DOCKER)
    found = engine_of(platform, ML_OPS, EngineName.DOCKER)
    assert found["DOCKER_HOST"] == "unix:///one.sock"
    assert found["CI_REGISTRY_IMAGE"] == f"{platform.registry}/{ML_OPS.path}"


def test_a_jobs_services_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    preview = {"stages": ["build"], "build": {"services": ["docker:28-dind"], "script": ["x"]}, "test": {"script": []}}
    leave_out_services(tmp_path, preview)
    assert yaml.safe_load((tmp_path / OVERRIDES).read_text()) == {"build": {"services": []}}


def test_a_repositorys_own_overrides_stay(tmp_path: Path) -> None:
    (tmp_path / OVERRIDES).write_text("x: 1\n")
    leave_out_services(tmp_path, {"build": {"services": ["docker:28-dind"]}})
    assert (tmp_path / OVERRIDES).read_text() == "x: 1\n"


@pytest.mark.parametrize("engine", EngineName)
def test_a_button_is_pressed_with_the_engine_of_its_pipeline(platform: Platform, engine: EngineName) -> None:
    place, pushed = place_in(platform.home), Pushed("demo", "churn", "1.0.0")
    leave_button(place, pushed, Pipeline(7, ML_OPS, "0" * 40, "pipeline", "ada"), engine=engine)
    button = find_button(platform.home, pushed)
    assert button
    assert (button.pipeline, button.engine) == (7, engine)
