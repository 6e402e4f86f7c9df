"""`python -m local.warm ARGUMENT…`: the airflow command, with what each task would import again read before its forks.

Airflow's scheduler forks a process for each task, which imports the providers that the DAGs use: half a second a task.
Our own modules are left out, so that a change in plugins/ counts for the next task.
"""

import ast
import gc
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from local.airflow import DAGS, PLUGINS
from local.leash import die_with

RUNNER = ("airflow.sdk.execution_time.supervisor", "airflow.sdk.execution_time.task_runner", "airflow.models.dagbag")


def warm_up(dags: Path, plugins: Path) -> None:
    """Import what the DAGs' files import, and forget the modules that lie in plugins/."""
    for name in RUNNER:
        importlib.import_module(name)
    for path in sorted(dags.glob("*.py")):
        _import_all_of(path)
    own = {path.stem for path in plugins.iterdir()}
    for name in [name for name in sys.modules if name.partition(".")[0] in own]:
        del sys.modules[name]


def read_connection_types() -> None:
    """Read which provider serves which type of connection, which a task's first connection would do."""
    importlib.import_module("airflow.providers_manager").ProvidersManager().initialize_providers_hooks()


def _import_all_of(path: Path) -> None:
    """Import what the file imports; one that is broken is the DAG processor's to tell, not a reason not to start."""
    try:
        for name in _imported(path):
            importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - an import may raise anything
        sys.stderr.write(f"{path.name} is left cold: {type(error).__name__}: {error}\n")


def _imported(path: Path) -> Iterator[str]:
    """The modules that the file imports, as they are written."""
    for node in ast.parse(path.read_bytes()).body:
        match node:
            case ast.ImportFrom(module=str(name), level=0):
                yield name
            case ast.Import(names=names):
                yield from (alias.name for alias in names)


def _begin_child() -> None:
    """End with the scheduler, however that ends, and leave its heap alone, which a collection would copy."""
    die_with(os.getppid(), by=signal.SIGTERM)
    gc.freeze()


def main() -> None:
    """Warm up and become the airflow command."""
    warm_up(DAGS, PLUGINS)
    read_connection_types()
    os.register_at_fork(after_in_child=_begin_child)
    runpy.run_module("airflow", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
