"""The rules of `trigger`: one job is one run, and its outcome is the job's."""

import json
from typing import Any

import pytest

from modelway import names
from modelway.verdict import Deployed, Failure, Interval, MetricResult, Outcome, Result, Verdict

BUCKET = "modelway-test"
CONF = {"project": "demo", "model": "breast-cancer", "version": "1.4.0"}
RUN = names.run_id("train", CONF, trigger="7")
VERDICT = Verdict(
    outcome=Outcome.BETTER,
    reason="f1 differs by +0.0100 to +0.0300 (95 %)",
    metrics=[
        MetricResult(
            name="f1",
            goal="maximize",
            challenger=0.97,
            champion=0.95,
            limit=0.9,
            passes=True,
            difference=Interval(low=0.01, high=0.03),
        ),
        MetricResult(name="recall", goal="maximize", challenger=0.8, champion=0.9, limit=0.85, passes=False),
    ],
)


@pytest.fixture
def trigger(run: Any, function: Any) -> Any:
    """Trigger a DAG for 1.4.0, as GitLab's job 7."""

    def invoke(*arguments: str, dag: str = "train", **environment: str) -> Any:
        named = ["--project", "demo", "--model", "breast-cancer", "--version", "1.4.0"]
        variables = {"AWS_ENDPOINT_URL_LAMBDA": function.url, "CI_JOB_ID": "7"} | environment
        return run("trigger", dag, *named, *arguments, **variables)

    return invoke


@pytest.fixture
def leave(aws: Any) -> Any:
    """Leave a result in the bucket, as the DAG does."""

    def write(**values: Any) -> None:
        common = {"dag_id": "train", "run_id": RUN, **CONF, "state": "success", "url": f"https://a/{RUN}"}
        result = Result.model_validate(common | values)
        body = result.model_dump_json().encode()
        aws.client("s3").put_object(Bucket=BUCKET, Key=f"runs/{result.run_id}/result.json", Body=body)

    return write


def test_a_trigger_sends_the_run_of_its_job(trigger: Any, function: Any) -> None:
    function.will_say("queued")
    ended = trigger("--no-wait")
    assert ended.code == 0, ended.err
    assert function.events == [{"dag_id": "train", "run_id": RUN, "conf": CONF}]
    assert f"run {RUN} of train is queued: https://a/{RUN}" in ended.out


def test_a_job_run_again_is_the_same_run_and_another_job_another(trigger: Any, function: Any) -> None:
    function.will_say("queued")
    for job in ("7", "7", "8"):
        trigger("--no-wait", CI_JOB_ID=job)
    first, again, other = (event["run_id"] for event in function.events)
    assert first == again != other


def test_at_a_desk_each_call_is_a_run_of_its_own(trigger: Any, function: Any) -> None:
    function.will_say("queued")
    for _ in range(2):
        trigger("--no-wait", CI_JOB_ID="")
    assert function.events[0]["run_id"] != function.events[1]["run_id"]


def test_a_reason_travels_with_the_run(trigger: Any, function: Any) -> None:
    function.will_say("queued")
    trigger("--no-wait", "--reason", "approved by ana", dag="deploy")
    assert function.events[0]["conf"] == CONF | {"reason": "approved by ana"}


def test_waiting_says_each_state_once_and_prints_the_verdict(trigger: Any, function: Any, leave: Any) -> None:
    function.will_say("queued", "queued", "running", "running", "success")
    leave(verdict=VERDICT, package_arn="arn:aws:sagemaker:eu-west-1:123456789012:model-package/demo--breast-cancer/1")
    ended = trigger()
    assert ended.code == 0, ended.err
    states = [line.split(" s  ")[1] for line in ended.out.splitlines() if " s  " in line]
    assert states == ["queued", "running", "success"]
    assert "demo/breast-cancer 1.4.0: better: f1 differs by +0.0100 to +0.0300 (95 %)" in ended.out
    assert "  f1      0.9700      0.9500    0.9000  +0.0100 to +0.0300\n" in ended.out
    assert "  recall  0.8000      0.9000    0.8500  -                   fails its limit\n" in ended.out
    assert "package: arn:aws:sagemaker" in ended.out


def test_a_deployment_prints_the_endpoint_and_how_to_ask_it(trigger: Any, function: Any, leave: Any) -> None:
    function.will_say("queued", "success")
    run = names.run_id("deploy", CONF, trigger="7")
    leave(dag_id="deploy", run_id=run, endpoint=Deployed(name="demo--breast-cancer", config="c-1", example="curl x"))
    ended = trigger(dag="deploy")
    assert ended.code == 0, ended.err
    assert "endpoint: demo--breast-cancer serves 1.4.0 by c-1\nask it: curl x\n" in ended.out


def test_a_failed_run_is_a_failed_job_with_reason_and_log(trigger: Any, function: Any, leave: Any) -> None:
    function.will_say("queued", "failed")
    failure = Failure(task="train_model", reason="KeyError: 'malignant'", log_tail=["epoch 1", "Traceback"])
    leave(state="failed", failure=failure)
    ended = trigger()
    assert ended.code == 6
    assert "task train_model failed: KeyError: 'malignant'\n  | epoch 1\n  | Traceback\n" in ended.err
    assert f"https://a/{RUN}" in ended.err


def test_a_result_that_says_failed_is_a_failed_job_whatever_airflow_says(
    trigger: Any, function: Any, leave: Any
) -> None:
    function.will_say("queued", "success")
    leave(state="failed", failure=Failure(task="judge", reason="no rows"))
    ended = trigger()
    assert ended.code == 6
    assert "no rows" in ended.err


@pytest.mark.parametrize("state", ["success", "failed"])
def test_a_run_without_a_result_is_a_failed_job(trigger: Any, function: Any, aws: Any, state: str) -> None:
    function.will_say("queued", state)
    ended = trigger()
    assert ended.code == 6
    assert f"ended as {state} but left no result" in ended.err


def test_a_run_that_outlasts_patience_is_still_running(trigger: Any, function: Any) -> None:
    function.will_say("running")
    ended = trigger("--timeout", "1s")
    assert ended.code == 3
    assert "is still running" in ended.err
    assert f"https://a/{RUN}" in ended.err


def test_a_look_that_fails_is_said_and_repeated(trigger: Any, function: Any, leave: Any) -> None:
    trouble = {"errorType": "EnvironmentUnavailable", "errorMessage": "modelway is UPDATING"}
    function.answers = [{"state": "queued"}, trouble, trouble, {"state": "success"}]
    leave()
    ended = trigger()
    assert ended.code == 0, ended.err
    assert ended.out.count("no news: modelway-trigger-dag answers EnvironmentUnavailable: modelway is UPDATING") == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [("InvalidEvent", 2), ("UnknownDag", 4), ("PausedDag", 5), ("BrokenDag", 5), ("EnvironmentUnavailable", 1)],
)
def test_a_refusal_of_the_function_is_told_in_its_words(trigger: Any, function: Any, name: str, code: int) -> None:
    function.answers = [{"errorType": name, "errorMessage": "DAG train is odd; do this"}]
    ended = trigger()
    assert ended.code == code
    assert f"{name}: DAG train is odd; do this" in ended.err
    assert len(function.events) == 1


def test_a_function_that_timed_out_is_told_in_its_words(trigger: Any, function: Any) -> None:
    function.answers = [{"errorMessage": "Task timed out after 3.00 seconds"}]
    ended = trigger()
    assert ended.code == 1
    assert "Task timed out after 3.00 seconds" in ended.err


def test_a_function_that_does_not_exist_is_named(trigger: Any, function: Any) -> None:
    ended = trigger("--function", "elsewhere")
    assert ended.code == 4
    assert "there is no Lambda function elsewhere" in ended.err


def test_a_service_out_of_reach_is_asked_once(trigger: Any) -> None:
    ended = trigger(AWS_ENDPOINT_URL_LAMBDA="http://127.0.0.1:1")
    assert ended.code == 1
    assert "does not answer" in ended.err


@pytest.mark.parametrize(
    "arguments", [("--version", "1.4"), ("--model", "Breast_Cancer"), ("--timeout", "soon"), ("--project", "demo\n")]
)
def test_a_wrong_value_is_refused_before_anything_is_called(
    trigger: Any, function: Any, arguments: tuple[str, str]
) -> None:
    ended = trigger(*arguments)
    assert ended.code == 2
    assert function.events == []


def test_the_event_is_json_that_the_function_takes(trigger: Any, function: Any) -> None:
    function.will_say("queued")
    trigger("--no-wait", "--reason", "größer; $(rm -rf)")
    assert json.loads(json.dumps(function.events[0]))["conf"]["reason"] == "größer; $(rm -rf)"
