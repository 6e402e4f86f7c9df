"""A root of a few resources, in a repository of its own, for commands that run Terraform for real."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.conftest import ROOT, Ended

STATE = "modelway-state"
VERSIONS = """
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100.0"
    }
  }
  backend "s3" {}
}
provider "aws" {
  region = "eu-west-1"
}
variable "environment" {
  type = string
}
"""
BUCKET = """
resource "aws_s3_bucket" "data" {
  bucket        = "modelway-tiny-${var.environment}"
  force_destroy = true
}
"""
PARAMETER = """
resource "aws_ssm_parameter" "password" {
  name  = "/tiny/${var.environment}"
  type  = "SecureString"
  value = "%s"
}
"""
BACKEND = 'key = "tiny/{environment}.tfstate"\nregion = "eu-west-1"\nuse_lockfile = true\n'


@dataclass(frozen=True)
class Infrastructure:
    """The repository with its root, and the commands on it."""

    checkout: Path
    command: Callable[..., Any]

    @property
    def root(self) -> Path:
        """The root module."""
        return self.checkout / "terraform"

    @property
    def plans(self) -> Path:
        """What `plan` leaves."""
        return self.checkout / "plan"

    def run(self, name: str, environment: str = "dev", **variables: str) -> Any:
        """`ci plan` or `ci apply`."""
        place = ("--root", self.root, "--plans", self.plans, "--state-bucket", STATE)
        return self.command(name, "--environment", environment, *place, **variables)

    def left(self) -> str:
        """The summary, the report and the record, one after the other."""
        names = ("dev.md", "dev.json", "dev.planned.json")
        return "\n".join((self.plans / name).read_text() for name in names)

    def commit(self, *blocks: str) -> None:
        """Let the root consist of these, in a commit of their own."""
        (self.root / "main.tf").write_text("".join((VERSIONS, *blocks)))
        _git(self.checkout, "add", ".")
        _git(self.checkout, "commit", "--quiet", "--allow-empty", "--message", "Change it")


def infrastructure_in(folder: Path, command: Callable[..., Any]) -> Infrastructure:
    """Make the repository, with the provider's lock and two environments."""
    made = Infrastructure(folder, command)
    (made.root / "environments").mkdir(parents=True)
    shutil.copyfile(ROOT / "terraform" / ".terraform.lock.hcl", made.root / ".terraform.lock.hcl")
    for name in ("dev", "stage"):
        (made.root / "environments" / f"{name}.tfvars").write_text(f'environment = "{name}"\n')
        (made.root / "environments" / f"{name}.s3.tfbackend").write_text(BACKEND.format(environment=name))
    (folder / ".gitignore").write_text(".terraform/\nbuild/\nplan/\n")
    _git(folder, "init", "--quiet")
    return made


def process(environment: Mapping[str, str]) -> Callable[..., Ended]:
    """Run commands as a job does, in a process of their own, which has these variables of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CI_", "MODELWAY_"))}

    def command(*arguments: object) -> Ended:
        words = [sys.executable, "-m", "ci", *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False)
        return Ended(done.returncode, done.stdout, done.stderr)

    return command


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    settings = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *who, "-C", str(folder), *arguments], env=settings, check=True)
