"""A platform of its own for each file of journeys."""

import shutil
from collections.abc import Iterator

import pytest

from tests.journey.owner import Owner, git
from tests.platform.desk import REPOSITORY, Desk, processes_of
from tests.postgres import database_of_newer_airflow


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    folder = tmp_path_factory.mktemp("journey")
    repository = folder / "model"
    shutil.copytree(REPOSITORY / "model_template", repository, ignore=shutil.ignore_patterns("data", "__pycache__"))
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "Start from the template")
    desk = Desk(folder / "home")
    with database_of_newer_airflow():
        started = desk.run("up")
        assert started.returncode == 0, started.stderr
        yield Owner(desk, repository)
        desk.run("down")
    assert processes_of(desk.home) == []
