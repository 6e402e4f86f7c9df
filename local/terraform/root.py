"""The root module in terraform/, as it is run against one platform's local AWS."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.environment import aws_environment, base_environment
from local.errors import TerraformMissing
from local.home import CHECKOUT
from local.leash import on_leash
from local.platform import Platform
from local.record import read_record, write_record
from local.run import Deaf, Listener, Process, begun, end_group, follow
from local.terraform.progress import Progress

ROOT = CHECKOUT / "terraform"
ENVIRONMENTS = tuple(sorted(path.stem for path in (ROOT / "environments").glob("*.tfvars")))
WITH_VARIABLES = ("plan", "apply", "destroy", "import", "refresh", "console")
PATIENCE = 90  # seconds in which Terraform ends what it has begun, and writes down what it has made


@dataclass(frozen=True)
class Root:
    """The root with one environment's variables, under the account's administrator."""

    platform: Platform
    environment: str
    credentials: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Providers, the zip files and the last plan."""
        return self.platform.home.root / "terraform"

    @property
    def state_bucket(self) -> str:
        """Where the state lies: the one thing that is made by hand on AWS too."""
        return f"modelway-terraform-{self.environment}-{self.platform.identity.account}"

    @property
    def variables(self) -> tuple[str, ...]:
        """The options that name the environment's variables; no local Airflow installs anything."""
        return (f"-var-file=environments/{self.environment}.tfvars", "-var=requirements=../requirements.txt")

    def prepare(self) -> None:
        """Pack what is shipped and make the root ready."""
        build = self.folder / "build"
        build.mkdir(parents=True, exist_ok=True)
        pack = on_leash(sys.executable, "-m", "ci", "archive", "--into", str(build))
        self._follow(pack, what="python -m ci archive", cwd=CHECKOUT)
        self._init()

    def apply(self, progress: Progress) -> None:
        """Make, change and delete until everything is as the files say."""
        try:
            self.run("apply", "-json", "-auto-approve", *self.variables, listener=progress)
        except Exception as error:
            progress.explain(error)
            raise

    def outputs(self) -> dict[str, Any]:
        """The root's outputs by name."""
        answer = subprocess.run(
            [terraform(), "output", "-json"],
            cwd=ROOT,
            env=self.process_environment(),
            capture_output=True,
            check=True,
        )
        return {name: output["value"] for name, output in json.loads(answer.stdout).items()}

    def run(self, *arguments: str, listener: Listener | None = None) -> None:
        """Run one command of Terraform's to its end."""
        command = on_leash("--death", "INT", terraform(), *arguments)
        self._follow(command, what=f"terraform {arguments[0]}", cwd=ROOT, listener=listener)

    def attended(self, command: str, *arguments: str) -> int:
        """Run one command with this terminal; its exit code."""
        options = self.variables if command in WITH_VARIABLES else ()
        words = [terraform(), command, *options, *arguments]
        with subprocess.Popen(words, cwd=ROOT, env=self.process_environment()) as process:
            return process.wait()

    def process_environment(self) -> dict[str, str]:
        """What Terraform's process has of the platform.

        Its provider asks MWAA at `api.127.0.0.1`, a name that only the local AWS, as its proxy, can resolve.
        """
        proxy = self.platform.aws_url
        return {
            **_without_missing_configuration(base_environment(self.platform.identity)),
            **aws_environment(self.platform.identity, self.credentials),
            "PYTHONPATH": str(CHECKOUT / "plugins"),
            "HTTP_PROXY": proxy,
            "http_proxy": proxy,
            "AWS_MAX_ATTEMPTS": "2",  # of 25 the last would come minutes after the first refusal
            "CHECKPOINT_DISABLE": "1",
            "TF_DATA_DIR": str(self.folder / "data"),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_VAR_archives": str(self.folder / "build"),
        }

    def _init(self) -> None:
        """It takes seconds, so only where it would come to something else than the last time."""
        options = ["-reconfigure", "-lockfile=readonly", *self._backend(), *_plugins()]
        asked = {"options": options, "lock": (ROOT / ".terraform.lock.hcl").read_text()}
        if read_record(self.folder / "initialized.json") != asked:
            self.run("init", *options)
            write_record(self.folder / "initialized.json", asked)

    def _follow(self, command: list[str], *, what: str, cwd: Path, listener: Listener | None = None) -> None:
        with begun(command, environment=self.process_environment(), cwd=cwd) as process:
            follow(process, what=what, listener=listener or Deaf(), end=end_gently)

    def _backend(self) -> tuple[str, ...]:
        file = f"-backend-config=environments/{self.environment}.s3.tfbackend"
        here = (f"bucket={self.state_bucket}", f"region={self.platform.identity.region}")
        return (file, *(f"-backend-config={setting}" for setting in here))


def terraform() -> str:
    """The program; TerraformMissing where there is none."""
    found = shutil.which("terraform")
    if found is None:
        raise TerraformMissing(
            "terraform is not on PATH; install 1.11 or later (developer.hashicorp.com/terraform/install), "
            "or start without it: `python -m local up`"
        )
    return found


def end_gently(process: Process) -> None:
    """Let Terraform end what it has begun: what it does not write down, nobody would ever delete."""
    try:
        os.kill(process.pid, signal.SIGINT)
        process.wait(PATIENCE)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        end_group(process)


def _plugins() -> tuple[str, ...]:
    """The folder of providers, where the registry is out of reach."""
    folder = os.environ.get("TF_PLUGIN_DIR")
    return (f"-plugin-dir={folder}",) if folder else ()


def _without_missing_configuration(environment: dict[str, str]) -> dict[str, str]:
    """Terraform warns at each command of a configuration file that is not there."""
    file = environment.get("TF_CLI_CONFIG_FILE")
    if file is None or Path(file).exists():
        return environment
    return {name: value for name, value in environment.items() if name != "TF_CLI_CONFIG_FILE"}
