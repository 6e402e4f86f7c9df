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
try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # Airflow 3.0
    from airflow.models.dagbag import DagBag
bag = DagBag()
print(json.dumps({
    "errors": bag.import_errors,
    "paused": [dag.dag_id for dag in bag.dags.values() if dag.is_paused_upon_creation is not False],
    "roads": {dag.dag_id: [task.task_id for task in dag.topological_sort()] for dag in bag.dags.values()},
    "pages": {
        dag.dag_id: {
            "doc": dag.doc_md,
            "tags": sorted(dag.tags),
            "owners": sorted({task.owner for task in dag.tasks}),
            "owner_links": dag.owner_links,
            "timeout": dag.dagrun_timeout,
            "params": list(dag.params),
            "tasks": {task.task_id: task.doc_md for task in dag.tasks},
            "buttons": {task.task_id: [link.name for link in task.operator_extra_links] for task in dag.tasks},
        }
        for dag in bag.dags.values()
    },
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
    assert roads["sweep"] == ["stop_what_nobody_owns", "tell_by_mail", "tell_on_slack"]


def test_what_tells_of_a_run_cannot_make_it_a_success(imported: dict[str, Any]) -> None:
    assert sorted(imported["teardowns"]["train"]) == [*ANNOUNCEMENTS, "record_training"]
    assert sorted(imported["teardowns"]["deploy"]) == [*ANNOUNCEMENTS, "record_deployment"]


def test_no_dag_imports_what_only_requirements_bring(imported: dict[str, Any]) -> None:
    assert not {"slack_sdk", "numpy", "sklearn", "pandas", "moto"} & set(imported["modules"])


def test_a_dag_tells_what_each_of_its_tasks_does(imported: dict[str, Any]) -> None:
    for dag, page in imported["pages"].items():
        assert page["doc"].startswith("### "), f"{dag}.md is not beside {dag}.py"
        assert [task for task in page["tasks"] if task not in page["doc"]] == []


def test_a_task_tells_in_a_few_words_what_it_does(imported: dict[str, Any]) -> None:
    for page in imported["pages"].values():
        for task, words in page["tasks"].items():
            assert words, f"{task} says nothing"
            assert 20 < len(words) < 200, words


def test_a_dag_is_found_by_its_tags_and_has_an_owner(imported: dict[str, Any]) -> None:
    for dag, page in imported["pages"].items():
        assert page["tags"] == sorted(["modelway", dag])
        assert page["owners"] == ["ml-platform"]
        assert page["owner_links"] == {"ml-platform": "mailto:ml-platform@example.com"}


def test_the_form_asks_in_the_order_of_the_road(imported: dict[str, Any]) -> None:
    for dag in ("train", "deploy"):
        assert imported["pages"][dag]["params"] == ["project", "model", "version", "reason"]


def test_the_sweep_asks_for_nothing(imported: dict[str, Any]) -> None:
    assert imported["pages"]["sweep"]["params"] == []


def test_no_clock_of_airflows_ends_a_run_that_pays(imported: dict[str, Any]) -> None:
    """At its end Airflow skips the teardowns too: the job would go on, and nobody would be told."""
    assert {page["timeout"] for page in imported["pages"].values()} == {None}


def test_what_a_task_makes_is_a_button_away(imported: dict[str, Any]) -> None:
    pages = imported["pages"]
    assert {task: names for task, names in pages["train"]["buttons"].items() if names} == {
        "train": ["Log", "Job"],
        "evaluate_champion": ["Log", "Job", "Evaluation"],
        "evaluate_challenger": ["Log", "Job", "Evaluation"],
        "judge": ["Evaluation"],
        "create_model": ["Model"],
        "register": ["Model package"],
        "record_training": ["Result"],
    }
    assert {task: names for task, names in pages["deploy"]["buttons"].items() if names} == {
        "create_endpoint_config": ["Endpoint configuration"],
        "roll_out": ["Endpoint", "Log"],
        "smoke_test": ["Endpoint"],
        "record_deployment": ["Result"],
    }


LOAD_PLUGINS = """
import json, sys
from airflow import plugins_manager
from airflow.listeners.listener import get_listener_manager
plugins_manager.ensure_plugins_loaded()
errors = getattr(plugins_manager, "get_import_errors", lambda: plugins_manager.import_errors)()  # a function in 3.2
listeners = [each.__name__ for each in get_listener_manager().pm.get_plugins()]
print(json.dumps({"errors": errors, "modules": sorted(sys.modules), "listeners": listeners}))
"""


@pytest.fixture(scope="module")
def plugged(mwaa_python: Path, mwaa_environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [mwaa_python, "-c", LOAD_PLUGINS], env=mwaa_environment, capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def test_plugin_files_are_not_imported_under_their_bare_names(plugged: dict[str, Any]) -> None:
    assert plugged["errors"] == {}
    assert not {"spec", "verdict", "names", "versions"} & set(plugged["modules"])


def test_the_scheduler_tells_the_bundle_of_each_run_that_starts(plugged: dict[str, Any]) -> None:
    assert "modelway.tasks.slots" in plugged["listeners"]
    assert "airflow.models.taskinstance" not in plugged["modules"], "every process that loads plugins would pay for it"
