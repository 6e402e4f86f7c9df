"""A user at a terminal with one home, and what runs there."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).parents[2]
MARK = "MODELWAY_PLATFORM"
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MODELWAY_HOME")


def clean_environment() -> dict[str, str]:
    """This process's environment as a user would have it, with compiled modules kept."""
    return {key: value for key, value in os.environ.items() if key not in LEFT_OUT}


def processes_of(home: Path) -> list[psutil.Process]:
    """What still runs of the platform in this home: marked with its id, or started with its folder."""
    record = home / "platform.json"
    platform_id = json.loads(record.read_text())["id"] if record.exists() else "none"
    return [process for process in psutil.process_iter() if _belongs(process, platform_id, str(home))]


def _belongs(process: psutil.Process, platform_id: str, home: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        marked = process.environ().get(MARK) == platform_id
        return marked or any(home in word for word in process.cmdline())
    except psutil.Error:
        return False


@dataclass(frozen=True)
class Desk:
    """A user at a terminal with one home, in this checkout unless another is named."""

    home: Path
    checkout: Path = REPOSITORY

    def run(
        self, *arguments: str, environment: Mapping[str, str] | None = None, seconds: float = 240
    ) -> "subprocess.CompletedProcess[str]":
        """Run one `python -m local` command to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.checkout,
            env=clean_environment() | dict(environment or {}),
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start one command and leave it running."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.checkout,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "local", *arguments, "--home", str(self.home)]
