"""What stands in for a job's image: a Python environment that is nobody else's, and kept."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.errors import PlatformError
from local.gitlab.place import Place
from local.gitlab.project import ML_OPS, Project


def binaries(place: Place, project: Project, image: str, *, environment: Mapping[str, str]) -> Path:
    """Where the job finds `python` and `pip`; ml-ops' jobs the ones that run this."""
    if project == ML_OPS:
        return Path(sys.executable).parent
    folder = place.images / f"{project.id}-{re.sub(r'[^A-Za-z0-9.]+', '-', image) or 'none'}"
    if not (folder / "made").exists():
        _make(folder, environment=environment)
        (folder / "made").touch()
    return folder / "bin"


def _make(folder: Path, *, environment: Mapping[str, str]) -> None:
    command = ["uv", "venv", "--quiet", "--clear", "--seed", "--python", sys.executable, str(folder)]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise PlatformError(f"no Python environment for the model's jobs: {done.stderr.strip()}; try again")
