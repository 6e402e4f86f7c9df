"""The terraform binary with its AWS provider, from TF_PLUGIN_DIR or a registry."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.provider import WHY, is_out_of_reach
from tests.terraform.blocks import ROOT


@dataclass(frozen=True)
class Terraform:
    """Runs terraform on a root; what it downloads or links is kept outside of the checkout."""

    root: Path
    data: Path
    aws: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """One command, whatever it comes to."""
        # A desk's own settings must not decide what a test sees; its way to a registry is its own.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
        environment = kept | {
            **self.aws,
            "TF_DATA_DIR": str(self.data),
            "TF_IN_AUTOMATION": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        command = ["terraform", *arguments, "-no-color"]
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def init(self, *options: str) -> None:
        """Find the provider; skip where there is neither a folder of plugins nor a registry."""
        folder = os.environ.get("TF_PLUGIN_DIR")
        plugins = [f"-plugin-dir={folder}"] if folder else []
        done = self.run("init", "-lockfile=readonly", "-input=false", *plugins, *options)
        if done.returncode and is_out_of_reach(done.stderr):
            pytest.skip(f"{WHY}: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Terraform on the root itself."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH; install 1.11 or later from https://developer.hashicorp.com/terraform")
    ready = Terraform(ROOT, tmp_path_factory.mktemp("terraform"))
    ready.init("-backend=false")
    return ready


@pytest.fixture
def copy(terraform: Terraform, tmp_path: Path) -> Terraform:
    """Terraform on a copy that keeps its state beside itself and so needs no bucket."""
    return copied(tmp_path)


def copied(folder: Path, aws: Mapping[str, str] | None = None) -> Terraform:
    """The root in a folder with a state of its own; `aws` is what leads to the AWS that is meant."""
    root = folder / "terraform"
    root.mkdir()
    for path in (*ROOT.glob("*.tf"), ROOT / ".terraform.lock.hcl"):
        (root / path.name).symlink_to(path)
    for name in ("dags", "requirements.txt"):
        (folder / name).symlink_to(ROOT.parent / name)
    (root / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    ready = Terraform(root, folder / "data", aws or {})
    ready.init()
    return ready
