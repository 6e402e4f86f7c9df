"""The wheels of requirements.txt, for an Airflow that has no way to PyPI."""

import subprocess
import sys
import tempfile
from pathlib import Path

from modelway.errors import InputError

# MWAA's image of Airflow 3.0.6.
MACHINE = ("--python-version", "3.12", "--platform", "manylinux2014_x86_64", "--only-binary", ":all:", "--no-deps")
# Where MWAA unpacks plugins.zip. https://docs.aws.amazon.com/mwaa/latest/userguide/best-practices-dependencies.html
FROM_PLUGINS = "--no-index\n--find-links /usr/local/airflow/plugins\n"


def wheels_of(requirements: Path) -> dict[str, bytes]:
    """Return the requirements' wheels by their file names; every one has to be named, and pinned, in the file."""
    with tempfile.TemporaryDirectory(prefix="modelway-wheels-") as folder:
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", *MACHINE]
        done = subprocess.run(
            [*command, "--dest", folder, "--requirement", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise InputError(
                f"{requirements} has requirements that pip cannot bring as wheels for MWAA: "
                f"{done.stderr.strip()[-1000:]}; pin ones that have wheels for Python 3.12 on Linux"
            )
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def offline(requirements: Path) -> bytes:
    """Return the requirements file by which Airflow installs them from plugins.zip alone."""
    return FROM_PLUGINS.encode() + requirements.read_bytes()
