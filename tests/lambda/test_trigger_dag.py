"""The rules of the function that starts runs, on a fake MWAA."""

import sys
from typing import Any

import pytest

RUN = "t-0123456789abcdef"
CONF = {"project": "demo", "model": "breast-cancer", "version": "1.4.0"}
TRIGGER = {"dag_id": "train", "conf": CONF, "run_id": RUN}
POST = "POST /dags/train/dagRuns"


def test_a_trigger_starts_the_run(function: Any, mwaa: Any) -> None:
    answer = function.invoke(TRIGGER)
    assert answer == {
        "dag_id": "train",
        "dag_run_id": RUN,
        "state": "queued",
        "url": f"https://abc.airflow.eu-west-1.on.aws/dags/train/runs/{RUN}",
    }
    assert mwaa.runs[RUN]["conf"] == CONF


def test_a_web_server_address_keeps_the_scheme_it_has(function: Any, mwaa: Any) -> None:
    mwaa.webserver = "http://127.0.0.1:8080"
    assert function.invoke(TRIGGER)["url"] == f"http://127.0.0.1:8080/dags/train/runs/{RUN}"


def test_a_second_delivery_of_an_event_is_the_same_run(function: Any, mwaa: Any) -> None:
    first = function.invoke(TRIGGER)
    mwaa.runs[RUN]["state"] = "running"
    assert function.invoke(TRIGGER) == first | {"state": "running"}
    assert len(mwaa.runs) == 1


def test_a_run_id_taken_with_another_conf_is_a_conflict(function: Any, mwaa: Any) -> None:
    function.invoke(TRIGGER)
    answer = function.invoke(TRIGGER | {"conf": CONF | {"version": "1.4.1"}})
    assert answer["errorType"] == "ConfConflict"
    assert RUN in answer["errorMessage"]
    assert mwaa.runs[RUN]["conf"] == CONF


def test_a_start_whose_answer_is_lost_is_found_by_the_retry(function: Any, mwaa: Any) -> None:
    mwaa.troubles[POST] = [502]
    mwaa.loses_answers = True
    assert function.invoke(TRIGGER)["state"] == "queued"
    assert mwaa.calls.count(POST) == 2
    assert len(mwaa.runs) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(function: Any, mwaa: Any, status: int) -> None:
    mwaa.troubles["GET /dags/train"] = [status, status]
    assert function.invoke(TRIGGER)["state"] == "queued"
    assert mwaa.calls.count("GET /dags/train") == 3


def test_throttling_of_aws_itself_is_tried_again(function: Any, mwaa: Any) -> None:
    mwaa.troubles["GetEnvironment"] = [400]
    assert function.invoke(TRIGGER)["state"] == "queued"
    assert mwaa.calls.count("GET /environments/modelway") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_what_cannot_pass_fails_at_once(function: Any, mwaa: Any, status: int) -> None:
    mwaa.troubles[POST] = [status]
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "AirflowRefused"
    assert answer["errorMessage"].startswith(f"Airflow answers {status}: the web server is busy; ")
    assert mwaa.calls.count(POST) == 1


def test_retries_are_counted(function: Any, mwaa: Any) -> None:
    mwaa.troubles[POST] = [503] * 20
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "AirflowBusy"
    assert "same run_id" in answer["errorMessage"]
    assert mwaa.calls.count(POST) == 4


def test_no_retry_starts_in_the_last_second(function: Any, mwaa: Any) -> None:
    mwaa.troubles[POST] = [503] * 20
    assert function.invoke(TRIGGER, milliseconds=900)["errorType"] == "AirflowBusy"
    assert mwaa.calls.count(POST) == 1


def test_a_paused_dag_is_not_started(function: Any, mwaa: Any) -> None:
    mwaa.dags["train"] |= {"is_paused": True}
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "PausedDag"
    assert "unpause it at https://abc.airflow.eu-west-1.on.aws/dags/train" in answer["errorMessage"]
    assert mwaa.runs == {}


def test_a_dag_that_airflow_does_not_know_is_unknown(function: Any, mwaa: Any) -> None:
    mwaa.dags.clear()
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "UnknownDag"
    assert "dags/train.py" in answer["errorMessage"]


@pytest.mark.parametrize("dags", [{}, {"train": {"has_import_errors": True, "relative_fileloc": "train.py"}}])
def test_a_dag_whose_file_cannot_be_imported_is_broken(function: Any, mwaa: Any, dags: dict[str, Any]) -> None:
    trace = "Traceback (most recent call last):\n  File 'train.py'\nModuleNotFoundError: No module named 'semver'\n"
    mwaa.dags = dags
    mwaa.import_errors = [{"filename": "other.py", "stack_trace": "x"}, {"filename": "train.py", "stack_trace": trace}]
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "BrokenDag"
    assert "No module named 'semver'" in answer["errorMessage"]
    assert mwaa.runs == {}


def test_an_error_in_another_file_does_not_make_a_dag_broken(function: Any, mwaa: Any) -> None:
    mwaa.dags.clear()
    mwaa.import_errors = [{"filename": "deploy.py", "stack_trace": "SyntaxError"}]
    assert function.invoke(TRIGGER)["errorType"] == "UnknownDag"


@pytest.mark.parametrize("status", ["UPDATING", "MAINTENANCE", "CREATE_FAILED"])
def test_an_environment_that_is_not_available_starts_nothing(function: Any, mwaa: Any, status: str) -> None:
    mwaa.status = status
    answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "EnvironmentUnavailable"
    assert status in answer["errorMessage"]
    assert mwaa.runs == {}


@pytest.mark.parametrize(("name", "words"), [("elsewhere", "elsewhere"), ("", "MWAA_ENVIRONMENT")])
def test_an_environment_that_is_not_there_is_unavailable(function: Any, mwaa: Any, name: str, words: str) -> None:
    answer = function.invoke(TRIGGER, MWAA_ENVIRONMENT=name)
    assert answer["errorType"] == "EnvironmentUnavailable"
    assert words in answer["errorMessage"]
    assert mwaa.runs == {}


def test_an_environment_out_of_reach_is_unavailable(running_function: Any) -> None:
    with running_function(sys.executable, endpoint="http://127.0.0.1:1") as function:
        answer = function.invoke(TRIGGER)
    assert answer["errorType"] == "EnvironmentUnavailable"
    assert "out of reach" in answer["errorMessage"]


def test_a_status_question_starts_nothing(function: Any, mwaa: Any) -> None:
    function.invoke(TRIGGER)
    mwaa.runs[RUN]["state"] = "success"
    mwaa.calls.clear()
    assert function.invoke({"action": "status", "dag_id": "train", "run_id": RUN})["state"] == "success"
    assert mwaa.calls == ["GET /environments/modelway", f"GET /dags/train/dagRuns/{RUN}"]


def test_a_run_can_be_read_while_the_environment_is_updated(function: Any, mwaa: Any) -> None:
    function.invoke(TRIGGER)
    mwaa.status = "UPDATING"
    assert function.invoke({"action": "status", "dag_id": "train", "run_id": RUN})["state"] == "queued"


def test_the_status_of_a_run_that_never_started_is_refused(function: Any, mwaa: Any) -> None:
    answer = function.invoke({"action": "status", "dag_id": "train", "run_id": RUN})
    assert answer["errorType"] == "AirflowRefused"
    assert f"no run {RUN}" in answer["errorMessage"]
    assert mwaa.runs == {}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (None, "the event is missing"),
        ("train", "the event is 'train'"),
        ([], "the event is []"),
        ({}, "dag_id is missing; allowed are: train, deploy"),
        (TRIGGER | {"dag_id": "retrain"}, "dag_id is 'retrain'; allowed are: train, deploy"),
        (TRIGGER | {"dag_id": ["train"]}, "dag_id is ['train']"),
        (TRIGGER | {"run_id": "manual__2026"}, "run_id is 'manual__2026'"),
        (TRIGGER | {"run_id": RUN.upper()}, "run_id is"),
        (TRIGGER | {"run_id": RUN + "\n"}, "run_id is"),
        (TRIGGER | {"run_id": 7}, "run_id is 7"),
        ({"dag_id": "train", "run_id": RUN}, "conf is missing"),
        (TRIGGER | {"conf": []}, "conf is []"),
        (TRIGGER | {"conf": {"reason": "x" * 65_536}}, "conf has 65550 bytes"),
        (TRIGGER | {"version": "1.4.0"}, "the event has version; send only conf, dag_id, run_id"),
        (TRIGGER | {"action": "status"}, "the event has conf; send only action, dag_id, run_id"),
        ({"action": "delete", "dag_id": "train", "run_id": RUN}, "action is 'delete'"),
        ({"action": {}, "dag_id": "train", "run_id": RUN}, "action is {}"),
    ],
)
def test_an_event_that_is_not_right_is_named_and_nothing_is_asked(
    function: Any, mwaa: Any, event: object, words: str
) -> None:
    answer = function.invoke(event)
    assert answer["errorType"] == "InvalidEvent"
    assert words in answer["errorMessage"]
    assert mwaa.calls == []


def test_a_name_whose_path_is_too_long_for_mwaa_is_refused(function: Any, mwaa: Any) -> None:
    name = "d" * 32
    answer = function.invoke(TRIGGER | {"dag_id": name}, ALLOWED_DAGS=name)
    assert answer["errorType"] == "InvalidEvent"
    assert "at most 31 characters" in answer["errorMessage"]
    assert mwaa.calls == []


def test_the_longest_name_fits_the_path(function: Any, mwaa: Any) -> None:
    name = "d" * 31
    mwaa.dags[name] = {"dag_id": name}
    assert function.invoke(TRIGGER | {"dag_id": name}, ALLOWED_DAGS=name)["state"] == "queued"


def test_a_function_without_allowed_dags_says_what_to_set(function: Any, mwaa: Any) -> None:
    answer = function.invoke(TRIGGER, ALLOWED_DAGS="")
    assert "set the function's ALLOWED_DAGS" in answer["errorMessage"]
    assert mwaa.calls == []
