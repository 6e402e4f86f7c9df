"""A local GitLab with ml-ops and one model repository, and nothing running yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.gitlab.issuer import Issuer, issuer_with
from local.gitlab.place import Place, place_in
from local.gitlab.project import ML_OPS, Project, model_project
from local.gitlab.repository import Repository
from local.gitlab.server import Site, serving
from local.home import Home


@dataclass(frozen=True)
class Server:
    """The local GitLab, listening."""

    place: Place
    issuer: Issuer
    model: Project
    commit: str


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_in(Home(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder."""
    folder = tmp_path / "My Model"
    folder.mkdir()
    (folder / "train.py").write_text("print(1)\n")
    return folder


@pytest.fixture
def gitlab(place: Place, folder: Path) -> Iterator[Server]:
    model = model_project(place, folder)
    commit = Repository(model.repository(place)).ensure().take_folder(folder)
    Repository(ML_OPS.repository(place)).ensure().take_folder(folder)
    issuer = issuer_with(place.key, url=place.url)
    with serving(Site(place, issuer)):
        yield Server(place, issuer, model, commit)
