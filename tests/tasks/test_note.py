"""The line that a run leaves in Airflow's list of runs."""

from typing import Any

import pytest

from modelway.tasks.note import LONGEST, note, write_note
from modelway.verdict import Deployed, Failure, MetricResult, Outcome, Result, Verdict
from tests.local.sagemaker_world import World

RUN = {
    "dag_id": "train",
    "run_id": "t-0123456789abcdef",
    "project": "demo",
    "model": "churn",
    "version": "1.0.1",
    "url": "",
}


def result(**told: Any) -> Result:
    return Result.model_validate(RUN | {"state": "success"} | told)


def judged(outcome: Outcome, *metrics: MetricResult) -> Result:
    return result(verdict=Verdict(outcome=outcome, reason="", metrics=list(metrics), champion_version="1.0.0"))


def f1(challenger: float | None, champion: float | None = None, *, passes: bool = True) -> MetricResult:
    return MetricResult(name="f1", goal="maximize", challenger=challenger, champion=champion, limit=0.9, passes=passes)


def test_a_better_version_names_whom_it_beats_and_by_how_much() -> None:
    assert note(judged(Outcome.BETTER, f1(0.963, 0.909))) == (
        "demo/churn 1.0.1: **better** than 1.0.0, f1 0.9630 ▲ 0.0540"
    )


def test_a_worse_version_points_down() -> None:
    assert note(judged(Outcome.WORSE, f1(0.909, 0.963))).endswith("**worse** than 1.0.0, f1 0.9090 ▼ 0.0540")


def test_the_first_version_has_nothing_to_be_compared_with() -> None:
    assert note(judged(Outcome.FIRST, f1(0.95))) == "demo/churn 1.0.1: **first**, f1 0.9500"


def test_a_version_that_fails_its_limits_names_each_failing_metric() -> None:
    auc = MetricResult(name="auc", goal="maximize", challenger=None, limit=0.8, passes=False)
    assert note(judged(Outcome.FAILS_ITS_LIMITS, f1(0.95), auc)).endswith("**fails its limits**, auc - (limit 0.8000)")


def test_a_failure_names_the_step_and_the_first_line_of_the_reason() -> None:
    failed = result(state="failed", failure=Failure(task="evaluate_challenger", reason="no rows\nTraceback"))
    assert note(failed) == "demo/churn 1.0.1: **evaluate_challenger** failed: no rows"


def test_a_deployment_names_its_endpoint() -> None:
    deployed = result(endpoint=Deployed(name="demo--churn", config="c", example="…"))
    assert note(deployed) == "demo/churn 1.0.1: **live** on demo--churn"


@pytest.mark.server
@pytest.mark.parametrize("run_id", ["t-0123456789abcdef", "r" * LONGEST], ids=["Airflow is silent", "path too long"])
def test_a_run_is_worth_as_much_without_a_note(world: World, run_id: str, caplog: pytest.LogCaptureFixture) -> None:
    write_note(result(run_id=run_id), environment="modelway")
    assert "The run has no note" in caplog.text


def test_without_an_environment_nobody_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        write_note(result(), environment="")
    assert "mwaa_environment is not set" in caplog.text
