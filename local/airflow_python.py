"""Which Python Airflow runs in: this one, or that of an environment that has another Airflow."""

import functools
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from local.errors import StartFailed
from local.home import Home
from local.record import read_record, write_record

VARIABLE = "MODELWAY_AIRFLOW_PYTHON"
ASK = "from importlib.metadata import version; print(version('apache-airflow'))"


@dataclass(frozen=True)
class AirflowPython:
    """An interpreter, and the version of the Airflow that it has."""

    program: str
    airflow: str


def keep_airflow_python(home: Home) -> None:
    """Let this home have its Airflow from the environment that the variable names, ever after."""
    named = os.environ.get(VARIABLE)
    if named:
        program = os.path.abspath(Path(named).expanduser())  # not resolved: the link is what makes the environment
        _airflow_of(program)
        write_record(home.airflow_python, {"python": program})


def airflow_python(home: Home) -> AirflowPython:
    """The one that this home has its Airflow from."""
    record = read_record(home.airflow_python)
    program = sys.executable if record is None else str(record.get("python"))
    return AirflowPython(program, _airflow_of(program))


@functools.cache
def _airflow_of(program: str) -> str:
    if program == sys.executable:
        return version("apache-airflow")
    try:
        return subprocess.check_output([program, "-I", "-c", ASK], stderr=subprocess.PIPE, text=True).strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartFailed(
            f"{program} has no Airflow ({error}); name the Python of an environment that has one by {VARIABLE}"
        ) from error
