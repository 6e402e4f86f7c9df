"""A GitLab job has exactly the packages of locks/ci.txt, and every command starts with them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ci.__main__ import COMMANDS

pytestmark = pytest.mark.environment
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a job after its `before_script`."""
    folder = tmp_path_factory.mktemp("job") / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    lock = ["--quiet", "--require-hashes", "-r", str(ROOT / "locks/ci.txt")]
    subprocess.run([uv, "pip", "install", "--python", str(folder / "bin/python"), *lock], check=True)
    return folder / "bin" / "python"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_starts_with_the_packages_of_a_job(python: Path, command: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "plugins"}
    words = [str(python), "-m", "ci", command, "--help"]
    asked = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    assert f"python -m ci {command}" in asked.stdout
