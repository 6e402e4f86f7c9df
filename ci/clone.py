"""A model repository's sources by git: one commit's files, and the history without contents for the next version."""

import base64
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ci.repetition import Passing
from modelway.errors import InputError, ModelwayError, NotFound

USER = "gitlab-ci-token"
NOT_THERE = ("not our ref", "remote ref", "unadvertised object", "bad object")
NOT_ALLOWED = (
    "error: 401",
    "error: 403",
    "error: 404",
    "Authentication failed",
    "could not read Username",
    "could not read Password",
    "' not found",
    "does not appear to be a git repository",
)
SETTINGS = {
    "advice.detachedHead": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "gc.auto": "0",
    "http.followRedirects": "false",  # a token is for one server
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "protocol.version": "2",
    "submodule.recurse": "false",
}


@dataclass(frozen=True)
class Clone:
    """A commit of a project on a GitLab server, and the job token that may read it."""

    server: str
    path: str
    commit: str
    token: str

    @property
    def url(self) -> str:
        """The repository's address, without the token."""
        return f"{self.server}/{self.path}.git"

    def into(self, folder: Path) -> None:
        """Bring the commit into a new folder; Passing when it may go better soon.

        Contents come for this commit only; of the history come commits, folders and tags, which `version` reads.
        """
        shutil.rmtree(folder, ignore_errors=True)  # what an earlier attempt has left
        self._git("init", "--quiet", "--template=", str(folder))
        self._git("-C", str(folder), "remote", "add", "origin", self.url)
        tags = "+refs/tags/*:refs/tags/*"
        self._git("-C", str(folder), "fetch", "--quiet", "--no-tags", "--filter=blob:none", "origin", self.commit, tags)
        self._git("-C", str(folder), "checkout", "--quiet", "--detach", self.commit)

    def _git(self, *arguments: str) -> None:
        try:
            done = subprocess.run(
                ["git", *arguments],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except FileNotFoundError as error:
            raise ModelwayError("git is not on PATH; install it, or fetch with `--from artifacts`") from error
        if done.returncode:
            raise self._failure(done.stderr)

    def _environment(self) -> dict[str, str]:
        """Settings and token in variables: neither a process list nor the folder's .git/config shows them."""
        settings = SETTINGS | self._header()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        ours = {
            "GIT_ALLOW_PROTOCOL": "file" if self.server.startswith("file:") else "http:https",
            "GIT_CONFIG_COUNT": str(len(settings)),
            "GIT_LFS_SKIP_SMUDGE": "1",  # what a model is made of is small; data lies in the bucket
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }
        for number, (key, value) in enumerate(settings.items()):
            ours |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        if authority := os.environ.get("CI_SERVER_TLS_CA_FILE"):
            ours["GIT_SSL_CAINFO"] = authority
        return kept | ours

    def _header(self) -> dict[str, str]:
        if not self.token:
            return {}
        return {f"http.{self.server}/.extraHeader": f"Authorization: Basic {self._secret}"}

    @property
    def _secret(self) -> str:
        return base64.b64encode(f"{USER}:{self.token}".encode()).decode()

    def _failure(self, said: str) -> ModelwayError:
        words = self._last_words(said)
        if any(sign in said for sign in NOT_THERE):
            return NotFound(
                f"commit {self.commit} is not in {self.path}: {words}; it was pushed over or deleted: push again"
            )
        if any(sign in said for sign in NOT_ALLOWED):
            return NotFound(
                f"{self.url} is not there or not for this job's token: {words}; add {_us()} to the allow-list "
                f"of {self.path}: Settings > CI/CD > Job token permissions; the one who pushed must be a member of both"
            )
        if "redirect" in said:
            return InputError(f"{self.url} leads elsewhere: {words}; use the address and path that GitLab shows")
        return Passing(f"git cannot fetch {self.url}: {words}")

    def _last_words(self, said: str) -> str:
        for secret in filter(None, (self.token, self._secret)):
            said = said.replace(secret, "[token]")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        return "".join(one if one.isprintable() else "?" for one in (lines[-1] if lines else "without a word"))[:300]


def _us() -> str:
    """This job's own project, as GitLab tells it."""
    name = os.environ.get("CI_PROJECT_PATH", "")
    return name if name.isprintable() and name else "ml-ops"
