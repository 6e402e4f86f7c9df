"""A reader who types what the pages show."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import REPOSITORY
from tests.platform.desk import clean_environment

BINARIES = Path(sys.executable).parent


class Reader:
    """Types the commands of a page at the checkout's top, with an own home for the platform and its caches."""

    def __init__(self, home: Path) -> None:
        caches = {"UV_CACHE_DIR": subprocess.check_output([BINARIES / "uv", "cache", "dir"], text=True).strip()}
        own = {"HOME": str(home), "MODELWAY_HOME": str(home / "platform"), "VENV": sys.prefix}
        tools = {"PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}"}
        self.environment = clean_environment() | caches | own | tools

    def types(self, block: str, *, folder: Path = REPOSITORY) -> "subprocess.CompletedProcess[str]":
        """Run one block of commands to its end, or to the first that fails."""
        script = block.replace(". .venv/", f". {sys.prefix}/") if folder == REPOSITORY else block
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader whose platform is stopped at the end."""
    reader = Reader(tmp_path)
    yield reader
    reader.types("make down")
