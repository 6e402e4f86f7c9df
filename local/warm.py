"""`python -m local.warm ARGUMENT…`: the airflow command, with what each task would import again read before its forks.

Airflow's scheduler forks a process for each task, which imports the DAGs' modules: most of a second a task.
"""

import ast
import gc
import importlib
import importlib.util
import os
import runpy
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from local.airflow import DAGS, PLUGINS
from local.descriptions import read_descriptions
from local.leash import die_with

SERVICES = ("s3", "sagemaker", "sagemaker-runtime", "sns", "secretsmanager", "logs")
RUNNER = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.models.dagbag",
    "airflow.dag_processing.dagbag",  # Airflow 3.2 and later
)


def warm_up(dags: Path) -> None:
    """Import what the DAGs' files import."""
    for name in filter(importlib.util.find_spec, RUNNER):
        importlib.import_module(name)
    for path in sorted(dags.glob("*.py")):
        _import_all_of(path)


@dataclass(frozen=True)
class Plugins:
    """The modules in plugins/, and their files as they were read."""

    folder: Path
    files: frozenset[tuple[str, int, int]]

    @classmethod
    def now(cls, folder: Path) -> Self:
        """As they are on the disk."""
        return cls(folder, frozenset((str(path), *_stamp(path)) for path in folder.rglob("*.py")))

    def forget_changed(self) -> None:
        """Let all be imported anew if any file has changed since: an edit counts for the next task."""
        if self.now(self.folder) == self:
            return
        own = {path.stem for path in self.folder.iterdir()}
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            del sys.modules[name]


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


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


def _begin_child(plugins: Plugins) -> None:
    """End with the scheduler, however that ends, and leave its heap alone, which a collection would copy."""
    die_with(os.getppid(), by=signal.SIGTERM)
    gc.freeze()
    plugins.forget_changed()


def main() -> None:
    """Warm up and become the airflow command."""
    plugins = Plugins.now(PLUGINS)
    warm_up(DAGS)
    read_connection_types()
    read_descriptions(SERVICES)
    os.register_at_fork(after_in_child=partial(_begin_child, plugins))
    runpy.run_module("airflow", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
