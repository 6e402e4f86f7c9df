"""A git repository as its owner fills it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

AUTHOR = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false")
# What the machine's owner has configured is not part of the test.
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@dataclass(frozen=True)
class Repository:
    """A git repository with a work tree."""

    folder: Path

    @classmethod
    def begin(cls, folder: Path) -> Self:
        """Make the folder a repository; what lies there is not committed yet."""
        folder.mkdir(parents=True, exist_ok=True)
        repository = cls(folder)
        repository.git("init", "--quiet", "--initial-branch", "main")
        return repository

    def commit(self, message: str) -> str:
        """Commit all that lies there, even nothing; return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--cleanup", "verbatim", "--file", "-", words=message)
        return self.git("rev-parse", "HEAD").strip()

    def change(self, path: str, content: str, *, message: str) -> str:
        """Write a file and commit it."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(content)
        return self.commit(message)

    def tag(self, *names: str) -> None:
        """Tag the last commit."""
        for name in names:
            self.git("tag", "--", name)

    def git(self, *arguments: str, words: str = "") -> str:
        """Run git there."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *AUTHOR, *arguments],
            env=os.environ | ALONE,
            input=os.fsencode(words),
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(errors="replace")
