"""The environment of a lock is built once, whole or not at all."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from local.engine import ImageError
from local.engine.environment import MARKER, ensure_environment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("envs")


def version_of(environment: Path) -> str:
    done = subprocess.run([environment / "bin" / "python", "-V"], capture_output=True, text=True, check=True)
    return done.stdout.split()[1]


def test_an_environment_runs_the_same_python(folder: Path) -> None:
    assert version_of(ensure_environment("", folder=folder)) == sys.version.split()[0]


def test_the_same_lock_is_built_once_and_another_beside_it(folder: Path) -> None:
    first = ensure_environment("", folder=folder)
    built = (first / MARKER).stat().st_mtime_ns
    assert ensure_environment("", folder=folder) == first
    assert (first / MARKER).stat().st_mtime_ns == built
    assert ensure_environment("# another\n", folder=folder) != first


def test_a_build_that_was_killed_is_done_again(folder: Path) -> None:
    place = ensure_environment("# killed\n", folder=folder)
    (place / MARKER).unlink()
    (place / "half").touch()
    assert ensure_environment("# killed\n", folder=folder) == place
    assert (place / MARKER).exists()
    assert not (place / "half").exists()


def test_who_comes_while_it_is_built_waits_for_it(folder: Path) -> None:
    places: list[Path] = []
    threads = [
        threading.Thread(target=lambda: places.append(ensure_environment("# together\n", folder=folder)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 3
    assert len(set(places)) == 1
    assert version_of(places[0])


def test_a_lock_without_hashes_is_refused_and_leaves_no_environment(folder: Path) -> None:
    with pytest.raises(ImageError, match="cannot be built"):
        ensure_environment("nothing-of-the-kind==1.0\n", folder=folder)
    assert all((place / MARKER).exists() for place in folder.iterdir() if place.is_dir() and place.name[0] != ".")
