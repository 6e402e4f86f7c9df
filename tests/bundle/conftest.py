"""An environment of exactly what MWAA's image installs, plus requirements.txt."""

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INPUTS = [ROOT / "locks/mwaa.txt", ROOT / "requirements.txt"]


@pytest.fixture(scope="session")
def mwaa_python() -> Path:
    """Its interpreter; built once for the same lock, with uv's cache.

    Under another Airflow than the lock's it is this very one, whose packages keep to that Airflow's image.
    """
    if f"apache-airflow=={version('apache-airflow')} " not in INPUTS[0].read_text():
        return Path(sys.executable)
    name = hashlib.sha256(b"".join(path.read_bytes() for path in INPUTS) + sys.version.encode()).hexdigest()[:12]
    home = ROOT / ".modelway" / f"mwaa-{name}"
    python = home / "bin/python"
    if not (home / ".complete").exists():
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, home], check=True)
        for lock, how in zip(INPUTS, ("--require-hashes", "--no-deps"), strict=True):
            subprocess.run([uv, "pip", "install", "-q", "--python", python, how, "-r", lock], check=True)
        (home / ".complete").touch()
    return python


@pytest.fixture(scope="session")
def mwaa_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The process environment: this bundle's folders, nothing of ours on the path, no network."""
    home = tmp_path_factory.mktemp("airflow")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__MODELWAY__OWNER": "ml-platform",
        "AIRFLOW__MODELWAY__OWNER_URL": "mailto:ml-platform@example.com",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
    }
