"""Terraform on one environment's root: the commands that a job runs, and what it says when it refuses."""

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ci import cloud
from ci.interruption import Interruption
from modelway.errors import InputError, ModelwayError, Refused, RunFailed

STALE = "Saved plan is stale"  # Terraform's exit codes tell nothing apart
LOOKING = (": Refreshing state...", ": Reading...", ": Still reading...", ": Read complete after")
OURS = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}


@dataclass(frozen=True)
class Terraform:
    """The root module in a folder, with the variables and the state of one environment."""

    root: Path
    environment: str

    def init(self, *, bucket: str) -> None:
        """Make the root ready: its providers, which have to be those of the lock file, and its state."""
        state = (f"-backend-config=environments/{self.environment}.s3.tfbackend", f"-backend-config=bucket={bucket}")
        self._say("init", "-reconfigure", "-lockfile=readonly", *state, *_plugins())

    def plan(self, into: Path) -> str:
        """Write the plan, and return it as Terraform prints it, which leaves sensitive values out.

        It takes no lock: who only reads may not, and `apply` asks whether the state has changed.
        """
        variables = f"-var-file=environments/{self.environment}.tfvars"
        said = self._say("plan", "-lock=false", variables, f"-out={into.resolve()}")
        return "\n".join(line for line in said.splitlines() if not any(word in line for word in LOOKING)).strip()

    def content(self, plan: Path) -> dict[str, Any]:
        """Return what is in a plan, with the values of sensitive attributes."""
        content: dict[str, Any] = json.loads(self._say("show", "-json", str(plan.resolve())))
        return content

    def apply(self, plan: Path) -> None:
        """Carry the plan out, each step in the job's log; Refused for one that is made for an earlier state."""
        with tempfile.TemporaryFile() as said, cloud.proof():
            # Neither goes through a pipe of ours: Terraform has to write down what it made, even if we are killed.
            code = self._ended("apply", str(plan.resolve()), errors=said)
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
        if STALE in words:
            raise Refused(
                f"the plan of {self.environment} was made before the state changed, and is not what would happen now; "
                f"run the plan job again, look at its plan, then apply. Terraform says:\n{words}"
            )
        if code:
            raise RunFailed(
                f"terraform apply of {self.environment} failed; what it made until then is kept. Mend the reason, then "
                f"run the plan job again. Terraform says:\n{words}"
            )

    def _say(self, *arguments: str) -> str:
        with cloud.proof(), tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            code = self._ended(*arguments, out=out, errors=errors)
            out.seek(0)
            errors.seek(0)
            if code:
                words = errors.read().decode(errors="replace").strip()
                raise ModelwayError(f"terraform {arguments[0]} of {self.environment} failed; Terraform says:\n{words}")
            return out.read().decode(errors="replace")

    def _ended(self, command: str, *arguments: str, errors: IO[bytes], out: IO[bytes] | None = None) -> int:
        with Interruption() as interruption:
            process = subprocess.Popen(
                [_program(), command, "-no-color", *arguments],
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                process_group=0,  # what reaches our group would be Terraform's second interrupt, at which it drops all
            )
            interruption.concerns(process)
            return process.wait()


def in_root(root: Path, environment: str) -> Terraform:
    """Return Terraform for the environment; InputError unless the root has its files."""
    known = sorted(path.stem for path in (root / "environments").glob("*.tfvars"))
    if environment not in known:
        raise InputError(
            f"{root / 'environments'} has no {environment}.tfvars; use one of {', '.join(known) or 'none: write one'}"
        )
    return Terraform(root, environment)


def _program() -> str:
    found = shutil.which("terraform")
    if found is None:
        raise InputError(
            "terraform is not on PATH; install 1.11 or later (developer.hashicorp.com/terraform/install), or give the "
            "job an image that has it by MODELWAY_TERRAFORM_IMAGE"
        )
    return found


def _plugins() -> list[str]:
    """Return the option for a folder of providers, where the registry is out of reach."""
    folder = os.environ.get("TF_PLUGIN_DIR")
    return [f"-plugin-dir={folder}"] if folder else []


def _environment() -> dict[str, str]:
    """Return the job's variables; without a configuration file that is not there, of which each command would warn."""
    file = os.environ.get("TF_CLI_CONFIG_FILE")
    missing = {"TF_CLI_CONFIG_FILE"} if file and not Path(file).exists() else set()
    return {name: value for name, value in os.environ.items() if name not in missing} | OURS
