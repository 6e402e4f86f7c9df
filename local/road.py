"""A model's road on a desk: the same `python -m ci` steps that GitLab's jobs run, as the same role."""

import sys
from dataclasses import dataclass
from pathlib import Path

from local.actors import GITLAB, environment_of
from local.environment import base_environment
from local.estate.function import NAME
from local.home import CHECKOUT
from local.leash import on_leash
from local.platform import Platform
from local.run import Deaf, Listener, run


@dataclass(frozen=True)
class Road:
    """Runs ci's steps; what a step writes to the dotenv file is in the next one's environment, as in GitLab."""

    platform: Platform
    dotenv: Path

    def step(self, *arguments: str, listener: Listener | None = None) -> None:
        """Run one `python -m ci` command to its end."""
        self._run(*arguments, "--env-file", str(self.dotenv), listener=listener or Deaf())

    def check(self, source: Path, *, listener: Listener) -> None:
        """Judge the model's sources; this one command takes no dotenv file."""
        self._run("check", "--source", str(source), listener=listener)

    def variables(self) -> dict[str, str]:
        """What the steps have written so far."""
        return read_dotenv(self.dotenv)

    def _run(self, *arguments: str, listener: Listener) -> None:
        command = on_leash(sys.executable, "-m", "ci", *arguments)
        what = f"python -m ci {arguments[0]}"
        run(command, environment=self._environment(), what=what, cwd=CHECKOUT, listener=listener)

    def _environment(self) -> dict[str, str]:
        return {
            **base_environment(self.platform.identity),
            **environment_of(self.platform, GITLAB),
            "PYTHONPATH": str(CHECKOUT / "plugins"),  # a moved checkout is not where it was installed
            "MODELWAY_BUCKET": self.platform.bucket,
            "MODELWAY_FUNCTION": NAME,
            "MODELWAY_POLL_SECONDS": "0.5",
            **self.variables(),
        }


def read_dotenv(path: Path) -> dict[str, str]:
    """The KEY=value lines of the file, the last one of a key counting; none where there is no file."""
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
