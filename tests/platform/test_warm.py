"""The scheduler starts warm, and it starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.desk import REPOSITORY, clean_environment

pytestmark = pytest.mark.server

PROGRAM = """
import json, os, pathlib, sys
from local.warm import Plugins, warm_up
dags, folder = map(pathlib.Path, sys.argv[1:])
plugins = Plugins.now(folder)
warm_up(dags)
if os.environ.get("EDIT"):
    (folder / "bundle" / "part.py").write_text(os.environ["EDIT"])
plugins.forget_changed()
print(json.dumps([name in sys.modules for name in ("wave", "chunky", "bundle", "bundle.part")]))
"""


def warmed(folder: Path, *, edit: str = "", **dags: str) -> "subprocess.CompletedProcess[str]":
    """Warm up in a process of its own, with a plugins folder that holds a package, which may then be edited."""
    (folder / "dags").mkdir()
    (folder / "plugins/bundle").mkdir(parents=True)
    (folder / "plugins/bundle/__init__.py").touch()
    (folder / "plugins/bundle/part.py").write_text("import wave\n")
    for name, text in dags.items():
        (folder / "dags" / f"{name}.py").write_text(text)
    path = os.pathsep.join([str(folder / "plugins"), str(REPOSITORY)])
    environment = clean_environment() | {"PYTHONPATH": path, "AIRFLOW_HOME": str(folder / "airflow"), "EDIT": edit}
    command = [sys.executable, "-c", PROGRAM, str(folder / "dags"), str(folder / "plugins")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def test_what_a_dag_s_imports_import_is_kept(tmp_path: Path) -> None:
    done = warmed(tmp_path, good="from bundle import part\nimport bundle.part\n")
    assert json.loads(done.stdout.splitlines()[-1]) == [True, False, True, True]


def test_after_an_edit_our_own_modules_are_read_again(tmp_path: Path) -> None:
    done = warmed(tmp_path, good="import bundle.part\n", edit="import wave, chunk\n")
    assert json.loads(done.stdout.splitlines()[-1]) == [True, False, False, False]


def test_a_broken_dag_does_not_keep_the_scheduler_from_its_start(tmp_path: Path) -> None:
    done = warmed(tmp_path, absent="import chunky\n", broken="def (\n", good="import bundle.part\n")
    assert json.loads(done.stdout.splitlines()[-1]) == [True, False, True, True]
    assert "absent.py is left cold: ModuleNotFoundError" in done.stderr
    assert "broken.py is left cold: SyntaxError" in done.stderr
