"""A model's road on a desk: the same `python -m ci` steps that GitLab's jobs run, each as the same role."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.actors import environment_of
from local.engine_choice import EngineName, engine_variables
from local.environment import base_environment
from local.estate.function import NAME
from local.home import CHECKOUT
from local.leash import on_leash
from local.platform import Platform
from local.rights import role_of_step
from local.run import Deaf, Listener, follow, run
from local.steps import Steps

SERVICES = {"version": "s3", "image": "ecr", "publish": "s3", "trigger": "lambda", "approve": "sagemaker"}


@dataclass(frozen=True)
class Road:
    """Runs ci's steps; what a step writes to the dotenv file is in the next one's environment, as in GitLab."""

    platform: Platform
    dotenv: Path
    steps: Steps

    def step(self, *arguments: str, listener: Listener | None = None) -> None:
        """Run one `python -m ci` command to its end."""
        self._run(*arguments, "--env-file", str(self.dotenv), listener=listener or Deaf())

    def check(self, source: Path, *, listener: Listener) -> None:
        """Judge the model's sources; this one command takes no dotenv file."""
        run(
            on_leash(sys.executable, "-m", "ci", "check", "--source", str(source)),
            environment=environment_of_steps(self.platform),
            what="python -m ci check",
            cwd=CHECKOUT,
            listener=listener,
        )

    def variables(self) -> dict[str, str]:
        """What the steps have written so far."""
        return read_dotenv(self.dotenv)

    def _run(self, *arguments: str, listener: Listener) -> None:
        role = environment_of(self.platform, role_of_step(*arguments))
        with self.steps.begun(arguments, variables=self.variables() | role) as process:
            follow(process, what=f"python -m ci {arguments[0]}", listener=listener)


@contextmanager
def opened_road(platform: Platform, *commands: str, engine: EngineName = EngineName.PROCESS) -> Iterator[Road]:
    """A road of these commands, with a dotenv file of its own; the engine is what builds an image on it."""
    steps = Steps(
        "ci",
        imports=[f"ci.{command}" for command in commands],
        services=[SERVICES[command] for command in commands],
        environment=environment_of_steps(platform) | engine_variables(platform, engine),
        cwd=CHECKOUT,
    )
    with tempfile.TemporaryDirectory(prefix="modelway-road-") as folder, steps:
        yield Road(platform, Path(folder) / "build.env", steps)


def environment_of_steps(platform: Platform) -> dict[str, str]:
    """What GitLab's variables are to a job that has no role of AWS."""
    return {
        **base_environment(platform.identity),
        "PYTHONPATH": str(CHECKOUT / "plugins"),  # a moved checkout is not where it was installed
        "MODELWAY_BUCKET": platform.bucket,
        "MODELWAY_FUNCTION": NAME,
        "MODELWAY_POLL_SECONDS": "0.5",
    }


def read_dotenv(path: Path) -> dict[str, str]:
    """The KEY=value lines of the file, the last one of a key counting; none where there is no file."""
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
