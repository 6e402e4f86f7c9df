"""What git knows of a model's folder."""

import subprocess
from pathlib import Path

from modelway.errors import InputError


def tracked(folder: Path) -> list[str] | None:
    """Return the paths that git tracks below the folder, relative to it; None where git tracks nothing."""
    if not _in_repository(folder):
        return None
    listed = _git(folder, "ls-files", "-z", "--cached").split("\0")
    # A file deleted but not committed is still listed.
    return [path for path in listed if path and (folder / path).exists()] or None


def untracked(folder: Path) -> list[str]:
    """Return the paths below the folder that git neither tracks nor ignores."""
    return [path for path in _git(folder, "ls-files", "-z", "--others", "--exclude-standard").split("\0") if path]


def commit(folder: Path) -> str:
    """Return the commit, with `-dirty` where tracked files differ from it; empty outside git."""
    if not _has_commits(folder):
        return ""
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*").strip()


def author(folder: Path) -> str:
    """Return who wrote the commit; empty outside git."""
    return _git(folder, "log", "-1", "--format=%an").strip() if _has_commits(folder) else ""


def _in_repository(folder: Path) -> bool:
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))


def _has_commits(folder: Path) -> bool:
    return _in_repository(folder) and bool(_git(folder, "rev-list", "--all", "--max-count=1"))


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise InputError(f"{folder} is in a git repository, but git is not on PATH; install git") from error
    if done.returncode:
        raise InputError(f"git cannot read {folder}: {done.stderr.strip()}")
    return done.stdout
