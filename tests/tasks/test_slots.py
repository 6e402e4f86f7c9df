"""A project's runs queue in a pool of its own, as Airflow's own scheduler and database see it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelway.errors import ModelwayError
from modelway.tasks.slots import read_slots

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schedule(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What has become of runs and pools, after rounds of (the option, the projects of new runs)."""
    home = tmp_path_factory.mktemp("airflow")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    rounds = [
        (json.dumps({"demo": 2, "churn-eu": 3}), ["demo", "churn-eu", "other"]),
        (json.dumps({"demo": 5}), ["demo", "churn-eu"]),
        ("no JSON", ["demo"]),
    ]
    command = [sys.executable, str(Path(__file__).with_name("scheduler.py")), json.dumps(rounds)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_tasks_of_a_run_have_their_projects_pool(schedule: Any) -> None:
    assert schedule["runs"]["0-demo"] == ["running", ["modelway-demo"]]
    assert schedule["runs"]["0-churn-eu"] == ["running", ["modelway-churn-eu"]]


def test_a_project_without_slots_of_its_own_shares_the_default_pool(schedule: Any) -> None:
    assert schedule["runs"]["0-other"] == ["running", ["default_pool"]]


def test_a_pool_has_the_size_that_the_option_says_now(schedule: Any) -> None:
    assert schedule["pools"]["modelway-demo"] == 5


def test_a_project_that_is_taken_out_of_the_option_shares_the_default_pool_again(schedule: Any) -> None:
    assert schedule["runs"]["1-churn-eu"] == ["running", ["default_pool"]]


def test_a_wrong_option_starts_runs_all_the_same(schedule: Any) -> None:
    assert schedule["runs"]["2-demo"] == ["running", ["default_pool"]]


@pytest.mark.parametrize("value", ["4", "[]", '{"demo": 0}', '{"demo": "many"}', "{"])
def test_a_wrong_option_is_told_with_its_value(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__SLOTS", value)
    with pytest.raises(ModelwayError, match=r"\[modelway\] slots is "):
        read_slots()
