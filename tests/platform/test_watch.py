"""A DAG run's tasks become rows while a step waits for it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.errors import StepFailed
from local.view.dagrun import DagRuns, Run
from local.view.plain import Plain
from local.view.stage import State
from local.view.view import View
from local.view.watch import Watch

BEGUN = "run t-0123456789abcdef of train is queued: http://127.0.0.1:1/dags/train/runs/t-0123456789abcdef"
RUN = Run("train", "t-0123456789abcdef", "http://127.0.0.1:1/dags/train/runs/t-0123456789abcdef")
RECORD = {"name": "demo--churn-v1-0-0-train-0a1b2c3d", "metrics": {"train_loss": 0.3109}}


class Airflow(ThreadingHTTPServer):
    """As much of Airflow's API as rows need."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.states: dict[str, str | None] = {}
        self.left: dict[str, Any] = {}
        self.runs: list[dict[str, Any]] = []
        self.token = "one"
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Airflow

    def do_GET(self) -> None:
        if self.path == "/auth/token":
            self._say(200, {"access_token": self.server.token})
        elif self.headers["Authorization"] != f"Bearer {self.server.token}":
            self._say(401, {})
        elif "/xcomEntries/" in self.path:
            task, key = self.path.split("/")[-3], self.path.split("/")[-1]
            found = self.server.left.get(f"{task}.{key}")
            self._say(404 if found is None else 200, {"value": found})
        elif self.path.startswith("/api/v2/dags/train/dagRuns?"):
            asked = parse_qs(urlsplit(self.path).query)["state"]
            self._say(200, {"dag_runs": [run for run in self.server.runs if run["state"] in asked]})
        else:
            tasks = [{"task_id": i, "state": s, "task_display_name": i} for i, s in self.server.states.items()]
            self._say(200, {"task_instances": tasks})

    def _say(self, code: int, content: dict[str, Any]) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def airflow() -> Iterator[Airflow]:
    server = Airflow()
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def view() -> View:
    view = View(Plain())
    view.chapter("Push")
    return view


def watch(view: View, airflow: Airflow) -> Watch:
    watch = Watch(view, DagRuns(airflow.url), queue="queue the training")
    watch.hear(BEGUN)
    return watch


def rows(view: View) -> dict[str, tuple[State, str]]:
    return {stage.name: (stage.state, stage.detail) for stage in view.stages if stage.name != "queue the training"}


def test_the_step_s_own_words_name_the_run(view: View, airflow: Airflow) -> None:
    run = watch(view, airflow).run
    assert run == RUN


def test_a_step_that_names_no_run_is_only_waited_for(view: View, airflow: Airflow) -> None:
    silent = Watch(view, DagRuns(airflow.url), queue="queue the training")
    silent.hear("modelway: no such function")
    silent.look()
    assert rows(view) == {}


def test_what_has_not_begun_has_no_row(view: View, airflow: Airflow) -> None:
    airflow.states = {"read_release": "success", "train": "deferred", "judge": None, "register": "upstream_failed"}
    watch(view, airflow).look_once(RUN)
    assert rows(view) == {"read the release": (State.DONE, ""), "train": (State.RUNNING, "")}


def test_a_task_s_row_says_what_it_left(view: View, airflow: Airflow) -> None:
    airflow.states = {"train": "success", "evaluate_champion": "skipped"}
    airflow.left = {"train.return_value": RECORD}
    watch(view, airflow).look_once(RUN)
    assert rows(view) == {
        "train": (State.DONE, "demo--churn-v1-0-0-train-0a1b2c3d, train_loss 0.3109"),
        "evaluate the champion": (State.SKIPPED, "none that could be compared with"),
    }


def test_a_task_that_left_something_new_still_has_its_row(view: View, airflow: Airflow) -> None:
    airflow.states = {"train": "success"}
    airflow.left = {"train.return_value": ["no", "record"]}
    watch(view, airflow).look_once(RUN)
    assert rows(view) == {"train": (State.DONE, "")}


def test_a_failed_task_gives_its_reason(view: View, airflow: Airflow) -> None:
    airflow.states = {"train": "failed"}
    airflow.left = {"train.failure": {"reason": "AlgorithmError: upside down\nmore", "log_tail": []}}
    watch(view, airflow).look_once(RUN)
    assert rows(view) == {"train": (State.FAILED, "AlgorithmError: upside down")}


def test_a_retried_task_says_so_and_then_no_more(view: View, airflow: Airflow) -> None:
    watched = watch(view, airflow)
    airflow.states = {"train": "up_for_retry"}
    watched.look_once(RUN)
    assert rows(view) == {"train": (State.RUNNING, "failed once; tries again")}
    airflow.states = {"train": "running"}
    watched.look_once(RUN)
    assert rows(view) == {"train": (State.RUNNING, "")}


def test_record_and_channels_are_one_row(view: View, airflow: Airflow) -> None:
    watched = watch(view, airflow)
    steps: list[tuple[dict[str, str | None], State]] = [
        ({"record_training": "success", "announce_by_mail": None, "announce_on_slack": None}, State.RUNNING),
        ({"record_training": "success", "announce_by_mail": "success", "announce_on_slack": "running"}, State.RUNNING),
        ({"record_training": "success", "announce_by_mail": "success", "announce_on_slack": "failed"}, State.FAILED),
    ]
    for states, state in steps:
        airflow.states = states
        watched.look_once(RUN)
        assert rows(view)["announce the training"][0] is state


def test_a_task_of_tomorrow_is_told_by_its_own_name(view: View, airflow: Airflow) -> None:
    airflow.states = {"weigh_the_drift": "success"}
    watch(view, airflow).look_once(RUN)
    assert rows(view) == {"weigh the drift": (State.DONE, "")}


def test_a_token_that_ran_out_is_renewed(view: View, airflow: Airflow) -> None:
    watched = watch(view, airflow)
    airflow.states = {"train": "running"}
    watched.look_once(RUN)
    airflow.token, airflow.states = "two", {"train": "success"}
    watched.look_once(RUN)
    watched.look_once(RUN)
    assert rows(view) == {"train": (State.DONE, "")}


def test_an_airflow_that_restarts_is_no_failure(view: View) -> None:
    gone = Watch(view, DagRuns("http://127.0.0.1:9"), queue="queue the training")
    gone.hear(BEGUN)
    with gone.to_the_end():
        gone.look()
    assert rows(view) == {}


def test_a_step_that_fails_still_shows_which_task_did(view: View, airflow: Airflow) -> None:
    airflow.states = {"train": "failed"}
    with pytest.raises(StepFailed), watch(view, airflow).to_the_end():
        raise StepFailed("run failed")
    assert rows(view)["train"][0] is State.FAILED


def test_a_step_that_fails_before_there_is_a_run_is_the_row_that_failed(view: View, airflow: Airflow) -> None:
    with pytest.raises(StepFailed), Watch(view, DagRuns(airflow.url), queue="queue the training").to_the_end():
        raise StepFailed("no such function")
    assert [(stage.name, stage.state) for stage in view.stages] == [("queue the training", State.FAILED)]


CONF = {"project": "demo", "model": "churn", "version": "1.0.1"}


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_of_the_same_version_is_under_way_until_it_has_ended(airflow: Airflow, state: str) -> None:
    airflow.runs = [{"dag_run_id": "t-1", "state": state, "conf": {**CONF, "reason": "a push"}}]
    found = DagRuns(airflow.url).under_way("train", conf=CONF)
    assert found == Run("train", "t-1", f"{airflow.url}/dags/train/runs/t-1")


@pytest.mark.parametrize(
    ("state", "conf"),
    [("success", CONF), ("failed", CONF), ("running", {**CONF, "version": "1.0.2"}), ("queued", None)],
)
def test_another_run_is_not(airflow: Airflow, state: str, conf: dict[str, str] | None) -> None:
    airflow.runs = [{"dag_run_id": "t-1", "state": state, "conf": conf}]
    assert DagRuns(airflow.url).under_way("train", conf=CONF) is None


def test_while_airflow_does_not_answer_nothing_is_known_to_be_under_way() -> None:
    assert DagRuns("http://127.0.0.1:9").under_way("train", conf=CONF) is None
