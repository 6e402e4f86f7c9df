"""Pylint over a model's files, by our rules only."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modelway.errors import ModelwayError

RULES = Path(__file__).with_name("pylintrc")
# Pylint puts the checked folder on sys.path and imports multiprocessing later than that: imported before, a model's
# file of that name stays text.
PROGRAM = "import multiprocessing, pylint; pylint.run_pylint()"


@dataclass(frozen=True)
class Finding:
    """One thing that pylint found."""

    path: str
    line: int
    text: str
    symbol: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text} ({self.symbol})"


def findings(source: Path, paths: Sequence[PurePosixPath]) -> list[Finding]:
    """Return what pylint finds; nothing of the model's, neither code nor pylintrc, is run."""
    if not paths:
        return []
    with tempfile.TemporaryDirectory() as elsewhere:
        options = ["--rcfile", str(RULES), "--output-format", "json2", "--"]
        command = [sys.executable, "-I", "-c", PROGRAM, *options, *(str(source / path) for path in paths)]
        environment = {"PYLINTHOME": elsewhere, "PATH": "", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    return _findings(done, source=source)


def _findings(done: subprocess.CompletedProcess[str], *, source: Path) -> list[Finding]:
    try:
        found = json.loads(done.stdout)["messages"]
    except ValueError as error:
        words = (done.stdout + done.stderr).strip()[-1000:]
        raise ModelwayError(f"pylint ended with {done.returncode} before it could check: {words}") from error
    return [
        Finding(_relative(one["absolutePath"], source=source), one["line"], one["message"], one["symbol"])
        for one in found
    ]


def _relative(path: str, *, source: Path) -> str:
    return str(Path(path).relative_to(source)) if Path(path).is_relative_to(source) else path
