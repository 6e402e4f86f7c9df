"""The model template as a repository of its own, and a change to it."""

import shutil
import subprocess
from pathlib import Path

from local.errors import PlatformError
from local.home import CHECKOUT

TEMPLATE = CHECKOUT / "model_template"
AUTHOR = ("user.name=demo", "user.email=demo@example.com", "commit.gpgsign=false", "core.hooksPath=/dev/null")


def copy_template(place: Path) -> Path:
    """The template as a git repository with one commit."""
    shutil.copytree(TEMPLATE, place, ignore=shutil.ignore_patterns("data", "model", "__pycache__", ".*cache"))
    _git(place, "init", "--quiet")
    _git(place, "add", ".")
    _git(place, "commit", "--quiet", "--message", "Start from the template")
    return place


def change(repository: Path, file: str, old: str, new: str) -> None:
    """Replace some text of a file, and commit."""
    path = repository / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    _git(repository, "commit", "--all", "--quiet", "--message", f"{file}: {new}")


def _git(repository: Path, *arguments: str) -> None:
    settings = [word for setting in AUTHOR for word in ("-c", setting)]
    try:
        subprocess.run(["git", *settings, *arguments], cwd=repository, check=True)
    except FileNotFoundError as error:
        raise PlatformError(
            "git is not on PATH and the demo's model is a repository; install it (Debian, Ubuntu: `apt install git`)"
        ) from error
