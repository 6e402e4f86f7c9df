"""A folder to measure in: a copy of the checkout with the floor beside the real DAGs, a home, and a model."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.checkout import CHECKOUT
from bench.errors import BenchError

AUTHOR = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
MADE = shutil.ignore_patterns("data", "model", "__pycache__", ".*")


@dataclass(frozen=True)
class Workplace:
    """Where the road is walked; nothing of it outlives the bench."""

    root: Path

    @property
    def checkout(self) -> Path:
        """A copy: who edits the original while it is measured changes nothing here."""
        return self.root / "checkout"

    @property
    def home(self) -> Path:
        """The platform's folder."""
        return self.root / "home"

    @property
    def model(self) -> Path:
        """The model's repository."""
        return self.root / "model"


@contextmanager
def workplace() -> Iterator[Workplace]:
    """A workplace for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="modelway-bench-") as folder:
        place = Workplace(Path(folder))
        _copy_checkout(place.checkout)
        _start_repository(place.model)
        yield place


def _copy_checkout(target: Path) -> None:
    """All that is not hidden, with what is compiled already: the first round compiles nothing."""
    for source in CHECKOUT.iterdir():
        if source.is_dir() and not source.name.startswith("."):
            shutil.copytree(source, target / source.name, ignore=shutil.ignore_patterns(".*"))


def _start_repository(folder: Path) -> None:
    shutil.copytree(CHECKOUT / "model_template", folder, ignore=MADE)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "Start from the template")


def git(folder: Path, *arguments: str) -> None:
    """Run git in the folder; raises BenchError with its words."""
    done = subprocess.run(["git", *AUTHOR, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"git {arguments[0]} in {folder} ended with {done.returncode}: {done.stderr.strip()}")
