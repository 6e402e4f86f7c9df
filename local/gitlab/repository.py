"""Bare repositories of the local GitLab, and pushes into them."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import PlatformError
from local.gitlab.project import BRANCH

AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "local"), ("EMAIL", "local@example.com"))
}
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
HEAD = f"refs/heads/{BRANCH}"
NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's empty tree


@dataclass(frozen=True)
class Repository:
    """A bare repository with one branch."""

    folder: Path

    def ensure(self) -> "Repository":
        """Make it unless it is there."""
        if not (self.folder / "HEAD").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            git("init", "--quiet", "--bare", "--initial-branch", BRANCH, str(self.folder))
            for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
                self.git("config", setting, "true")
        return self

    def git(self, *arguments: str, words: str = "", **environment: str) -> str:
        """Run git on it."""
        return git(f"--git-dir={self.folder}", *arguments, words=words, **environment)

    @property
    def head(self) -> str:
        """The branch's commit; empty before the first push."""
        return self.git("for-each-ref", "--format=%(objectname)", HEAD).strip()

    def take_commit(self, repository: Path) -> str:
        """Take what is committed in a repository with a work tree, and its tags, as `git push --force` would."""
        refs = (f"+HEAD:{HEAD}", "+refs/tags/*:refs/tags/*")
        self.git("fetch", "--quiet", "--no-write-fetch-head", "--update-head-ok", str(repository), *refs)
        return self.head

    def take_folder(self, folder: Path, *, instead: Mapping[str, str] | None = None) -> str:
        """Take what lies in a folder and git does not ignore, as one commit; some files may be replaced by texts."""
        index = {"GIT_INDEX_FILE": str(self.folder / "index.local")}
        self.git("read-tree", "--empty", **index)
        self.git(f"--work-tree={folder}", "-C", str(folder), "add", "--all", ".", **index)
        for name, text in (instead or {}).items():
            blob = self.git("hash-object", "-w", "--stdin", words=text).strip()
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", **index)
        return self._commit(self.git("write-tree", **index).strip())

    def _commit(self, tree: str) -> str:
        """The branch's commit if it has this very tree, else a new one on top of it."""
        before = self.head
        if before and self.git("rev-parse", f"{before}^{{tree}}").strip() == tree:
            return before
        parents = ("-p", before) if before else ()
        commit = self.git("commit-tree", tree, *parents, "-m", "Push a folder").strip()
        self.git("update-ref", HEAD, commit)
        return commit


def git(*arguments: str, words: str = "", **environment: str) -> str:
    """Run git by none of the user's settings; what it says on its standard output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *arguments],
            env=kept | ALONE | AUTHOR | environment,
            input=words,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise PlatformError("git is not on PATH; install it (Debian, Ubuntu: `apt install git`)") from error
    if done.returncode:
        raise PlatformError(f"git {arguments[-1]}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def check_out(bare: Path, folder: Path, *, url: str, before: str = "") -> None:
    """Clone as a runner does; what has changed since the push before is what rules:changes asks."""
    folder.parent.mkdir(exist_ok=True)
    git("clone", "--quiet", "--branch", BRANCH, str(bare), str(folder))
    git("-C", str(folder), "remote", "set-url", "origin", url)
    seen = before or git("-C", str(folder), "commit-tree", NOTHING, "-m", "Nothing yet").strip()
    git("-C", str(folder), "update-ref", f"refs/remotes/origin/{BRANCH}", seen)


def is_top(folder: Path) -> bool:
    """Whether the folder is a repository of its own, with a commit."""
    if not (folder / ".git").exists():
        return False
    try:
        return bool(git("-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD"))
    except PlatformError:
        return False
