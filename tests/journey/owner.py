"""A data scientist with a model repository and a platform at the desk."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import boto3

from tests.platform.desk import REPOSITORY, Desk


class Owner:
    """A data scientist with a model repository and a platform at the desk."""

    def __init__(self, desk: Desk, repository: Path) -> None:
        self.desk = desk
        self.repository = repository

    def change(self, file: str, old: str, new: str) -> None:
        """Edit a file and commit it."""
        path = self.repository / file
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new, 1))
        self.commit(f"Change {file}")

    def commit(self, message: str) -> None:
        """Commit all that lies there."""
        git(self.repository, "add", "--all")
        git(self.repository, "commit", "--quiet", "--message", message)

    def head(self) -> str:
        """The last commit."""
        return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=self.repository, text=True).strip()

    def push(self) -> "subprocess.CompletedProcess[str]":
        """Push what is committed."""
        return self.desk.run("push", str(self.repository))

    def approve(self, *version: str) -> "subprocess.CompletedProcess[str]":
        """Say yes to a version."""
        return self.desk.run("approve", *version)

    def told(self, headline: str) -> dict[str, str]:
        """The words of each channel's one message with this headline."""
        port = json.loads((self.desk.home / "platform.json").read_text())["ports"]["inbox"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/messages") as answer:
            messages = [(each["kind"], each["text"], json.dumps(each["blocks"])) for each in json.load(answer)]
        found = [(kind, text + blocks) for kind, text, blocks in messages if text.startswith(headline)]
        assert sorted(kind for kind, _ in found) == ["mail", "slack"]
        return dict(found)

    def ci(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a job's command by hand, past what the platform's commands would do first."""
        command = [sys.executable, "-m", "ci", *arguments]
        return subprocess.run(command, cwd=REPOSITORY, env=os.environ | self.aws(), capture_output=True, text=True)

    def aws(self) -> dict[str, str]:
        """What `env` exports."""
        lines = self.desk.run("env").stdout.splitlines()
        return dict(line.removeprefix("export ").split("=", 1) for line in lines)

    def client(self, service: str) -> Any:
        """The local AWS, as the owner's own tools see it."""
        told = self.aws()
        session: Any = boto3.Session(
            told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"], told["AWS_SESSION_TOKEN"], told["AWS_REGION"]
        )
        return session.client(service, endpoint_url=told["AWS_ENDPOINT_URL"])


def git(repository: Path, *arguments: str) -> None:
    author = ("-c", "user.name=owner", "-c", "user.email=owner@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=repository, check=True)
