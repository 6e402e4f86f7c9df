"""Builds the virtual environment of a lock once, whoever asks first."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.engine.contract import ImageError

MARKER = "complete"  # written last, so that a killed build is done again


def ensure_environment(lock: str, *, folder: Path) -> Path:
    """The environment with exactly the packages of a requirements file with hashes; raises ImageError.

    Packages are not byte-compiled: that takes longer than most first runs, and Python keeps what it compiles anyway.
    """
    key = hashlib.sha256(f"{platform.python_version()}\n{lock}".encode()).hexdigest()[:32]
    place = folder / key
    if _whole(place):
        return place
    folder.mkdir(parents=True, exist_ok=True)
    with _only_one(folder / f"{key}.lock"):
        if not _whole(place):
            _build(place, lock)
    return place


def _whole(place: Path) -> bool:
    """Whether it was built to the end and the Python it links to is still installed."""
    return (place / MARKER).exists() and (place / "bin" / "python").exists()


def _build(place: Path, lock: str) -> None:
    shutil.rmtree(place, ignore_errors=True)
    draft = place.with_name(f".{place.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    _uv("venv", "--quiet", "--relocatable", "--python", sys.executable, str(draft))  # relocatable: it is renamed
    if _names_packages(lock):
        requirements = draft / "requirements.txt"
        requirements.write_text(lock, "utf-8")
        _uv("pip", "sync", "--quiet", "--require-hashes", "--python", str(draft), str(requirements))
    (draft / MARKER).touch()
    draft.rename(place)


def _names_packages(lock: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in lock.splitlines())


def _uv(*arguments: str) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([_uv_program(), *arguments], env=outside, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ImageError(f"the environment of the image's lock cannot be built: {done.stderr.strip()[-600:]}")


def _uv_program() -> str:
    """The uv beside this Python, else the one on PATH."""
    found = shutil.which("uv", path=os.path.dirname(sys.executable)) or shutil.which("uv")
    if found is None:
        raise ImageError("uv is not installed beside this Python nor on PATH; install the local platform's lock")
    return found


@contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
