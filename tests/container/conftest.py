"""Boxes to run in, and the environment that a model image has."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.box import Box

CHECKOUT = Path(__file__).parents[2]
REQUIREMENTS = (CHECKOUT / "container" / "requirements.in", CHECKOUT / "model_template" / "requirements.txt")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A container with nothing in it, run by the platform's Python: enough for training."""
    return Box(tmp_path)


@pytest.fixture(scope="session")
def image_python() -> str:
    """The Python of an environment with the runtime's and the template's requirements, built once for them."""
    wanted = [f"{sys.version_info.major}.{sys.version_info.minor}", *(file.read_text() for file in REQUIREMENTS)]
    name = hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
    folder = CHECKOUT / ".modelway" / f"test-env-{name}"
    with _only_one(folder.with_suffix(".lock")):
        if not (folder / "ready").exists():
            _build(folder)
    return str(folder / "bin" / "python")


@pytest.fixture
def image_box(tmp_path: Path, image_python: str) -> Box:
    """A container with nothing in it, run by what a model image has."""
    return Box(tmp_path, image_python)


def _only_one(path: Path) -> "_Lock":
    path.parent.mkdir(parents=True, exist_ok=True)
    return _Lock(path)


class _Lock:
    """Two test runs at once build one environment."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _build(folder: Path) -> None:
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    files = [word for file in REQUIREMENTS for word in ("--requirement", str(file))]
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
    install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(folder / "bin" / "python")]
    subprocess.run([*install, *files, "pytest"], check=True)
    (folder / "ready").touch()


@pytest.fixture
def nobody_left() -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes put in this list are gone after the test, and so are their children: SIGTERM is passed on."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.terminate()
        process.communicate(timeout=30)
