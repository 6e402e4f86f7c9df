"""A model's data.py runs with its own packages, fetched once."""

from pathlib import Path

import pytest

from local.dataset import make_data
from local.errors import StepFailed
from local.home import Home
from local.platform import Platform, make_platform
from tests.packages import PackageIndex

DATA = """
import pathlib, tiny
pathlib.Path("data/train").mkdir(parents=True, exist_ok=True)
pathlib.Path("data/train/rows.csv").write_text(f"{tiny.NUMBER}\\n")
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageIndex:
    index = PackageIndex(tmp_path / "index")
    for name, value in index.settings(tmp_path / "cache").items():
        monkeypatch.setenv(name, value)
    return index


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return make_platform(Home(tmp_path / "home"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "model"
    source.mkdir()
    (source / "data.py").write_text(DATA)
    (source / "requirements.txt").write_text("tiny\n")
    return source


def test_data_is_made_again_without_a_network(index: PackageIndex, platform: Platform, source: Path) -> None:
    rows = source / "data" / "train" / "rows.csv"
    with index.reachable():
        make_data(platform, source)
    assert rows.read_text() == "1\n"
    rows.unlink()
    make_data(platform, source)
    assert rows.read_text() == "1\n"


def test_the_first_time_needs_a_network(index: PackageIndex, platform: Platform, source: Path) -> None:
    with pytest.raises(StepFailed, match=r"data\.py failed") as caught:
        make_data(platform, source)
    assert "tiny" in "\n".join(caught.value.__notes__)
