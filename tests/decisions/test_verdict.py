"""Judging: limits first, then the interval against the champion; what is not a number is never better."""

from typing import Any

import pytest

from modelway.evaluation import judge
from modelway.spec import Metric, ModelSpec
from modelway.verdict import Outcome, Verdict
from tests.decisions.plans import SPEC

F1 = Metric(name="f1", limit=0.9)


def spec(*metrics: Metric) -> ModelSpec:
    return SPEC.model_copy(update={"evaluate": SPEC.evaluate.model_copy(update={"metrics": list(metrics)})})


def evaluation(**values: object) -> dict[str, Any]:
    return {"binary_classification_metrics": {name: {"value": value} for name, value in values.items()}}


def comparison(low: object, high: object) -> dict[str, Any]:
    return {"rows": 114, "metrics": {"f1": {"challenger": 0.95, "champion": 0.93, "low": low, "high": high}}}


def verdict(challenger: object, against: dict[str, Any] | None = None) -> Verdict:
    return judge(spec(F1), evaluation=evaluation(f1=challenger), comparison=against, champion_version="1.0.0")


def test_without_a_champion_a_version_within_its_limits_is_the_first() -> None:
    assert verdict(0.95).outcome is Outcome.FIRST


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.01, 0.05, Outcome.BETTER),
        (-0.05, -0.01, Outcome.WORSE),
        (-0.01, 0.03, Outcome.NO_CLEAR_DIFFERENCE),
        (0.0, 0.05, Outcome.NO_CLEAR_DIFFERENCE),
        (None, None, Outcome.INCONCLUSIVE),
        (float("nan"), 0.05, Outcome.INCONCLUSIVE),
    ],
)
def test_the_interval_decides_against_the_champion(low: object, high: object, outcome: Outcome) -> None:
    assert verdict(0.95, comparison(low, high)).outcome is outcome


def test_for_an_error_lower_is_better() -> None:
    regression = SPEC.model_copy(update={"model": SPEC.model.model_copy(update={"problem": "regression"})})
    mse = Metric.model_validate({"name": "mse", "goal": "minimize", "limit": 2.0})
    asked = regression.model_copy(update={"evaluate": SPEC.evaluate.model_copy(update={"metrics": [mse]})})
    numbers = {"regression_metrics": {"mse": {"value": 1.0}}}
    compared = {"rows": 9, "metrics": {"mse": {"challenger": 1.0, "champion": 1.5, "low": -0.7, "high": -0.2}}}
    assert judge(asked, evaluation=numbers, comparison=compared).outcome is Outcome.BETTER


def test_a_broken_limit_weighs_more_than_a_better_number() -> None:
    result = verdict(0.89, comparison(0.01, 0.05))
    assert result.outcome is Outcome.FAILS_ITS_LIMITS
    assert result.reason == "f1 is 0.8900, below its limit 0.9"
    assert not result.deployable


NO_NUMBERS = [None, float("nan"), float("inf"), "0.99", True]


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_not_a_number_is_within_no_limit(value: object) -> None:
    result = verdict(value, comparison(0.01, 0.05))
    assert (result.outcome, result.deployable) == (Outcome.FAILS_ITS_LIMITS, False)
    assert result.reason == "f1 is not a number, its limit is 0.9"


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_without_a_limit_what_is_not_a_number_is_inconclusive_and_never_better(value: object) -> None:
    free = spec(Metric(name="f1"))
    result = judge(free, evaluation=evaluation(f1=value), comparison=comparison(0.01, 0.05))
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "f1" in result.reason


def test_a_metric_that_the_evaluation_left_out_fails_its_limit() -> None:
    assert judge(spec(F1), evaluation={}).outcome is Outcome.FAILS_ITS_LIMITS


def test_an_inconclusive_version_is_a_persons_to_weigh() -> None:
    assert verdict(0.95, {"metrics": {}, "problem": "the champion cannot read these rows"}).deployable


def test_rows_that_do_not_match_are_inconclusive_and_say_so() -> None:
    result = verdict(0.95, {"rows": 0, "metrics": {}, "problem": "no common rows"})
    assert result.outcome is Outcome.INCONCLUSIVE
    assert "no common rows" in result.reason


def test_every_metric_has_its_limit() -> None:
    strict = judge(spec(F1, Metric(name="recall", limit=0.99)), evaluation=evaluation(f1=0.95, recall=0.9))
    assert [metric.passes for metric in strict.metrics] == [True, False]
    assert strict.outcome is Outcome.FAILS_ITS_LIMITS
