"""The bundle in what MWAA's image has: MWAA starts even where requirements could not be installed."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bundle.conftest import ROOT

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
    "paused": [dag.dag_id for dag in bag.dags.values() if dag.is_paused_upon_creation is not False],
    "roads": {dag.dag_id: [task.task_id for task in dag.topological_sort()] for dag in bag.dags.values()},
    "teardowns": {dag.dag_id: [task.task_id for task in dag.teardowns] for dag in bag.dags.values()},
    "modules": sorted(sys.modules),
}))
"""


@pytest.fixture(scope="module")
def imported(mwaa_python: Path, mwaa_environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [mwaa_python, "-c", IMPORT_ALL], env=mwaa_environment, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def test_every_dag_imports_without_network(imported: dict[str, Any]) -> None:
    assert imported["errors"] == {}
    assert set(imported["roads"]) == {path.stem for path in (ROOT / "dags").glob("*.py")}


def test_no_dag_waits_for_somebody_to_unpause_it(imported: dict[str, Any]) -> None:
    assert imported["paused"] == []


ANNOUNCEMENTS = ["announce_by_mail", "announce_on_slack"]


def test_graphs_read_like_the_road(imported: dict[str, Any]) -> None:
    roads = {dag: [task for task in road if task not in ANNOUNCEMENTS] for dag, road in imported["roads"].items()}
    assert roads["train"] == [
        "read_release",
        "train",
        "evaluate_champion",
        "evaluate_challenger",
        "judge",
        "create_model",
        "register",
        "record_training",
    ]
    assert roads["deploy"] == [
        "read_approved_package",
        "create_endpoint_config",
        "roll_out",
        "smoke_test",
        "record_deployment",
    ]


def test_what_tells_of_a_run_cannot_make_it_a_success(imported: dict[str, Any]) -> None:
    assert sorted(imported["teardowns"]["train"]) == [*ANNOUNCEMENTS, "record_training"]
    assert sorted(imported["teardowns"]["deploy"]) == [*ANNOUNCEMENTS, "record_deployment"]


def test_no_dag_imports_what_only_requirements_bring(imported: dict[str, Any]) -> None:
    assert not {"slack_sdk", "numpy", "sklearn", "pandas", "moto"} & set(imported["modules"])


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
