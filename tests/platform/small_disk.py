"""A disk of a few megabytes, seen only by the commands that run on it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.platform.desk import REPOSITORY, clean_environment

MOUNT = 'mount -t tmpfs -o size="$1",mode=0755 small "$2" && echo mounted && exec cat'


@dataclass(frozen=True)
class SmallDisk:
    """A tmpfs in a mount name space of its own."""

    place: Path
    holder: "subprocess.Popen[str]"

    def command(self, *arguments: str) -> list[str]:
        """A command line that sees the disk."""
        who = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return ["nsenter", f"--target={self.holder.pid}", "--mount", *who, f"--wd={REPOSITORY}", "--", *arguments]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one `python -m local` command to its end."""
        return subprocess.run(
            self.command(sys.executable, "-m", "local", *arguments),
            env=clean_environment() | {"TMPDIR": "/tmp"},
            capture_output=True,
            text=True,
            timeout=240,
        )

    def seen(self, path: Path) -> Path:
        """The path of something on the disk from outside."""
        return Path(f"/proc/{self.holder.pid}/root{path}")

    def fill(self, *, spare: int = 0) -> None:
        """Take all its room but so many bytes."""
        ballast = self.seen(self.place / "ballast")
        free = shutil.disk_usage(ballast.parent).free - spare
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free))

    def relieve(self) -> None:
        """Give the room back."""
        self.seen(self.place / "ballast").unlink()


@contextmanager
def small_disk(place: Path, *, size: str) -> Iterator[SmallDisk]:
    """Mount one; skips the test where this user may not."""
    place.mkdir()
    spaces = ["--mount"] if os.geteuid() == 0 else ["--mount", "--user", "--map-root-user"]
    command = ["unshare", *spaces, "sh", "-c", MOUNT, "sh", size, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        if holder.stdout.readline() != "mounted\n":
            pytest.skip("this machine lets this user have no mount name space, so no small disk")
        try:
            yield SmallDisk(place, holder)
        finally:
            holder.stdin.close()
