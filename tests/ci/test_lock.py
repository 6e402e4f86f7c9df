"""The lock of an image comes from the package index or, without a network, from what was fetched before."""

import tarfile
from pathlib import Path

import pytest

from ci.lock import resolve
from modelway.errors import InputError, ModelwayError
from tests.packages import PackageIndex

KNOWN = "the package index cannot be reached: packages are the newest that are known here"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackageIndex:
    """The only index that uv knows, not reachable yet."""
    index = PackageIndex(tmp_path / "index")
    for name, value in index.settings(tmp_path / "cache").items():
        monkeypatch.setenv(name, value)
    return index


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("tiny\n")
    return path


def test_every_package_is_fixed_by_its_hash(index: PackageIndex, requirements: Path) -> None:
    with index.reachable():
        lock = resolve([requirements]).decode()
    assert lock.startswith("tiny==1.0")
    assert "--hash=sha256:" in lock


def test_without_a_network_what_is_known_is_taken(
    index: PackageIndex, requirements: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with index.reachable():
        before = resolve([requirements])
    assert capsys.readouterr().err == ""
    assert resolve([requirements]) == before
    assert capsys.readouterr().err.strip() == KNOWN


def test_without_a_network_and_with_nothing_known_the_remedy_is_told(index: PackageIndex, requirements: Path) -> None:
    with pytest.raises(ModelwayError, match=r"requirements\.txt cannot be looked up: .*; check the network") as caught:
        resolve([requirements])
    assert not isinstance(caught.value, InputError)


def test_a_package_that_nobody_offers_is_the_model_s_mistake(index: PackageIndex, requirements: Path) -> None:
    requirements.write_text("tiny==2.0\n")
    with index.reachable(), pytest.raises(InputError, match=r"(?s)no set of packages fits .*tiny==2\.0"):
        resolve([requirements])


SETUP = "import pathlib; pathlib.Path({mark!r}).touch()\nfrom setuptools import setup; setup(name='own', version='1')\n"


def test_no_package_s_own_code_is_run(index: PackageIndex, requirements: Path, tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    (tmp_path / "own-1").mkdir()
    (tmp_path / "own-1" / "setup.py").write_text(SETUP.format(mark=str(mark)))
    with tarfile.open(tmp_path / "own-1.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "own-1", arcname="own-1")
    requirements.write_text(f"own @ {(tmp_path / 'own-1.tar.gz').as_uri()}\n")
    with index.reachable(), pytest.raises(InputError, match="Building source distributions for `own` is disabled"):
        resolve([requirements])
    assert not mark.exists()
