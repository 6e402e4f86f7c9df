"""A root of a few resources, in a repository of its own, for commands that run Terraform for real."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ci.conftest import ROOT

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


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    settings = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *who, "-C", str(folder), *arguments], env=settings, check=True)
