"""What git knows of a model's folder."""

import itertools
import os
import subprocess
from pathlib import Path

from ci.upstream import is_commit
from modelway.errors import InputError

HARMLESS = ("core.fsmonitor=false", "log.showSignature=false", "safe.bareRepository=explicit")


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
    """Return the commit, with `-dirty` where tracked files differ from it; empty where git tracks nothing."""
    if not _has_commits(folder):
        return ""
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*").strip()


def author(folder: Path) -> str:
    """Return who wrote the commit; empty where git tracks nothing."""
    return _text(_git(folder, "log", "-1", "--format=%an")).strip() if _has_commits(folder) else ""


def tags(folder: Path) -> list[str]:
    """Return the names of the repository's tags; none outside git."""
    if tracked(folder) is None:
        return []
    return _git(folder, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags").split("\n")


def is_top(folder: Path) -> bool:
    """Whether the folder is a whole repository, not a part of one."""
    return (folder / ".git").exists()


def messages_since(folder: Path, commit: str) -> list[str] | None:
    """Return the messages of the commits since, newest first; of a repository's part only those that touch it.

    None when that commit, `-dirty` or not, is not in the history.
    """
    since = commit.removesuffix("-dirty")
    if not is_commit(since) or not _has_commits(folder) or not _is_in_history(folder, since):
        return None
    part = [] if is_top(folder) else ["--", "."]
    listed = _text(_git(folder, "log", "-z", "--format=%B", f"{since}..HEAD", *part))
    return [message for message in listed.split("\0") if message]


def _is_in_history(folder: Path, commit: str) -> bool:
    done = _run(folder, "merge-base", "--is-ancestor", commit, "HEAD")
    return done.returncode == 0


def _in_repository(folder: Path) -> bool:
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))


def _has_commits(folder: Path) -> bool:
    return tracked(folder) is not None and bool(_git(folder, "rev-list", "--max-count=1", "--all"))


def _git(folder: Path, *arguments: str) -> str:
    done = _run(folder, *arguments)
    if done.returncode:
        raise InputError(f"git cannot read {folder}: {_text(done.stderr).strip()}")
    return done.stdout


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run git so that neither the repository's configuration nor what looks like a repository in it starts programs."""
    command = ["git", *itertools.chain.from_iterable(("-c", setting) for setting in HARMLESS), "-C", str(folder)]
    # Of a clone without contents, what is missing is not looked for on its server: the empty list allows no protocol.
    environment = os.environ | {"GIT_ALLOW_PROTOCOL": "", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            [*command, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # a path may be any bytes
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError(f"{folder} is in a git repository, but git is not on PATH; install git") from error


def _text(said: str) -> str:
    """Replace bytes that are no UTF-8: names and messages are for reading only."""
    return said.encode(errors="surrogateescape").decode(errors="replace")
