"""A checkout with nothing but what `make setup` reads, and a PATH of chosen programs."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TOOLS = ("make", "sh", "awk", "uname", "git")
# What a Python with a given version answers to the two questions that the set-up asks.
INTERPRETER = """#!/bin/sh
case "$2" in
    *version_info*) echo {version} ;;
    *ensurepip*) exit {bare} ;;
    *) exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Workbench:
    """A scratch checkout, and the only folder on its user's PATH."""

    checkout: Path
    path: Path

    @classmethod
    def made_in(cls, folder: Path) -> "Workbench":
        """A new one."""
        bench = cls(folder / "checkout", folder / "bin")
        (bench.checkout / "local").mkdir(parents=True)
        bench.path.mkdir()
        for name in ("Makefile", "pyproject.toml", "README.md"):
            shutil.copy(REPOSITORY / name, bench.checkout)
        for name in ("locks", "plugins", "local/setup"):
            shutil.copytree(REPOSITORY / name, bench.checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in TOOLS:
            bench.bring(name)
        return bench

    @property
    def environment(self) -> Path:
        """What the set-up makes."""
        return self.checkout / ".venv"

    def bring(self, name: str) -> None:
        """Put a program of this machine on the PATH."""
        found = shutil.which(name)
        assert found is not None, f"this machine has no {name}"
        (self.path / name).symlink_to(found)

    def add_program(self, name: str, script: str) -> None:
        """Put a program of our own on the PATH."""
        program = self.path / name
        program.unlink(missing_ok=True)
        program.write_text(script)
        program.chmod(0o755)

    def add_python(self, name: str, version: str, *, can_make_environments: bool = True) -> None:
        """Put a program on the PATH that answers as such a Python does."""
        self.add_program(name, INTERPRETER.format(version=version, bare=int(not can_make_environments)))

    def make(self, *arguments: str, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run make to its end."""
        return subprocess.run(
            ["make", *arguments],
            cwd=self.checkout,
            env=self.variables() | dict(environment or {}),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def variables(self) -> dict[str, str]:
        """The user's environment; a home of this machine is kept for uv's cache."""
        kept = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_"))}
        return kept | {"PATH": str(self.path), "HOME": os.path.expanduser("~"), "LC_ALL": "C"}


def words_of(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line that is ours; make adds which rule failed."""
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, done.stderr
    return lines[0]
