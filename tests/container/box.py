"""A container without a container: a base folder, the model's program, and the Python that runs both."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNTIME = Path(__file__).parents[2] / "container"
DEADLINE = 60


@dataclass(frozen=True)
class Box:
    """One job or endpoint."""

    folder: Path
    python: str = sys.executable

    @property
    def ml(self) -> Path:
        """What is /opt/ml on SageMaker."""
        return self.folder / "ml"

    @property
    def program(self) -> Path:
        """What is /opt/program on SageMaker."""
        return self.folder / "program"

    def write(self, name: str, code: str) -> None:
        """Add a file to the model's program."""
        self.program.mkdir(parents=True, exist_ok=True)
        (self.program / name).write_text(textwrap.dedent(code), encoding="utf-8")

    def configure(self, **files: object) -> None:
        """Write input/config/{name}.json."""
        config = self.ml / "input" / "config"
        config.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (config / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

    def run(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the container's entry point to its end."""
        return subprocess.run(
            self._command(*words), **self._surroundings(environ), capture_output=True, text=True, timeout=DEADLINE
        )

    def start(self, *words: str, **environ: str) -> "subprocess.Popen[str]":
        """Start the container's entry point; its output is in one pipe."""
        return subprocess.Popen(
            self._command(*words),
            **self._surroundings(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _command(self, *words: str) -> list[str]:
        return [self.python, "-m", "modelway_runtime", *words]

    def _surroundings(self, environ: Mapping[str, str]) -> dict[str, Any]:
        self.program.mkdir(parents=True, exist_ok=True)
        basics = {"PATH": os.environ["PATH"], "PYTHONPATH": str(RUNTIME), "SAGEMAKER_BASE_DIR": str(self.ml)}
        return {"cwd": self.program, "env": basics | dict(environ)}
