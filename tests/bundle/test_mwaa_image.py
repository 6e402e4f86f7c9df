"""The bundle in what MWAA's image has: MWAA starts even where requirements could not be installed."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.environment

IMPORT_ALL = """
import json, logging, socket, sys
logging.disable(logging.CRITICAL)

def refuse(*args, **kwargs):
    raise OSError("no network at import")

socket.socket.connect = refuse
from airflow.models.dagbag import DagBag
bag = DagBag(include_examples=False)
print(json.dumps({
    "errors": bag.import_errors,
    "dags": {dag.dag_id: [dag.is_paused_upon_creation, sorted(dag.task_ids)] for dag in bag.dags.values()},
    "modules": sorted(sys.modules),
}))
"""


@pytest.fixture(scope="module")
def imported(mwaa_python: Path, mwaa_environment: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(
        [mwaa_python, "-c", IMPORT_ALL], env=mwaa_environment, capture_output=True, text=True, check=True
    )
    answer: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def test_every_dag_imports_without_network(imported: dict[str, object]) -> None:
    assert imported["errors"] == {}
    assert set(imported["dags"]) == {path.stem for path in Path("dags").glob("*.py")}  # type: ignore[call-overload]


def test_no_dag_waits_for_somebody_to_unpause_it(imported: dict[str, object]) -> None:
    dags: dict[str, list[object]] = imported["dags"]  # type: ignore[assignment]
    assert [dag for dag, (paused, _) in dags.items() if paused is not False] == []


def test_no_dag_imports_what_only_requirements_bring(imported: dict[str, object]) -> None:
    modules: list[str] = imported["modules"]  # type: ignore[assignment]
    assert not {"slack_sdk", "numpy", "sklearn", "pandas", "moto"} & set(modules)


LOAD_PLUGINS = """
import json, sys
from airflow import plugins_manager
plugins_manager.ensure_plugins_loaded()
print(json.dumps([plugins_manager.import_errors, sorted(sys.modules)]))
"""


def test_plugin_files_are_not_imported_under_their_bare_names(
    mwaa_python: Path, mwaa_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [mwaa_python, "-c", LOAD_PLUGINS], env=mwaa_environment, capture_output=True, text=True, check=True
    )
    errors, modules = json.loads(done.stdout.strip().splitlines()[-1])
    assert errors == {}
    assert not {"spec", "verdict", "names", "versions"} & set(modules)
