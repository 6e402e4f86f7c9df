"""The requirements of an image, every package fixed by its hash."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from modelway.errors import InputError, ModelwayError

OLDEST_PYTHON = "3.11"  # a fixed one, so that every desk and job makes the same lock


def resolve(requirements: Sequence[Path]) -> bytes:
    """Return a requirements file with hashes that fits all the given ones on every platform.

    It depends on what the package index offers at the time.
    """
    with tempfile.TemporaryDirectory() as elsewhere:  # a model's own uv.toml must not decide where packages come from
        lock = Path(elsewhere) / "lock.txt"
        done = subprocess.run(
            _command(requirements, lock=lock), cwd=elsewhere, capture_output=True, text=True, check=False
        )
        if done.returncode:
            files = " and ".join(str(path) for path in requirements)
            raise InputError(f"no set of packages fits {files}; change one of them. uv says:\n{done.stderr.strip()}")
        return lock.read_bytes()


def _command(requirements: Sequence[Path], *, lock: Path) -> list[str]:
    how = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    where = ["--python", sys.executable, "--python-version", OLDEST_PYTHON, "--output-file", str(lock)]
    return [_uv(), "pip", "compile", *how, *where, *(str(path) for path in requirements)]


def _uv() -> str:
    beside = shutil.which("uv", path=str(Path(sys.executable).parent))
    if found := beside or shutil.which("uv"):
        return found
    raise ModelwayError("uv is neither beside this Python nor on PATH; install it with `pip install uv`")
