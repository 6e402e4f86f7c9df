"""The verdict as a table."""

from typing import Any

import pytest

from local.view.table import Tone
from local.view.verdict import difference, verdict_of, verdict_table


def metric(**changes: Any) -> dict[str, Any]:
    plain = {"name": "f1", "goal": "maximize", "challenger": 0.96, "champion": 0.91, "limit": None, "passes": True}
    return plain | {"difference": {"low": 0.01, "high": 0.09}} | changes


def result(outcome: str, *metrics: dict[str, Any], champion: str | None = "1.0.0") -> dict[str, Any]:
    verdict = {"outcome": outcome, "reason": "because", "metrics": list(metrics), "champion_version": champion}
    return {"project": "demo", "model": "churn", "version": "1.0.1", "verdict": verdict}


@pytest.mark.parametrize(
    ("outcome", "champion", "words"),
    [
        ("first", None, "demo/churn 1.0.1: first"),
        ("better", "1.0.0", "demo/churn 1.0.1: better than 1.0.0"),
        ("worse", "1.0.0", "demo/churn 1.0.1: worse than 1.0.0"),
        ("no clear difference", "1.0.0", "demo/churn 1.0.1: no clear difference from 1.0.0"),
        ("inconclusive", "1.0.0", "demo/churn 1.0.1: inconclusive beside 1.0.0"),
        ("fails its limits", None, "demo/churn 1.0.1: fails its limits"),
        ("fails its limits", "1.0.0", "demo/churn 1.0.1: fails its limits"),
    ],
)
def test_the_headline_says_the_outcome(outcome: str, champion: str | None, words: str) -> None:
    verdict = verdict_of(result(outcome, metric(), champion=champion))
    assert verdict is not None
    assert verdict_table(verdict).headline.text == words


@pytest.mark.parametrize(
    ("changes", "text", "tone"),
    [
        ({}, "+0.0500 ▲", Tone.GOOD),
        ({"goal": "minimize"}, "+0.0500 ▲", Tone.BAD),
        ({"challenger": 0.86, "difference": {"low": -0.09, "high": -0.01}}, "-0.0500 ▼", Tone.BAD),
        ({"challenger": 0.86, "difference": {"low": -0.09, "high": -0.01}, "goal": "minimize"}, "-0.0500 ▼", Tone.GOOD),
        ({"difference": {"low": -0.01, "high": 0.09}}, "+0.0500 =", Tone.FAINT),
        ({"difference": None}, "+0.0500 =", Tone.FAINT),
        ({"champion": None, "difference": None}, "-", Tone.FAINT),
        ({"challenger": None}, "-", Tone.FAINT),
    ],
)
def test_an_arrow_points_where_the_metric_went_and_its_colour_says_whether_that_is_good(
    changes: dict[str, Any], text: str, tone: Tone
) -> None:
    cell = difference(metric(**changes))
    assert (cell.text, cell.tone) == (text, tone)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limit": 0.9}, "✓ ≥ 0.9"),
        ({"limit": 0.97, "passes": False}, "✗ ≥ 0.97"),
        ({"limit": 2, "goal": "minimize"}, "✓ ≤ 2"),
        ({}, "-"),
        ({"passes": False}, "✗"),
    ],
)
def test_a_limit_says_whether_it_is_kept(changes: dict[str, Any], words: str) -> None:
    verdict = verdict_of(result("better", metric(**changes)))
    assert verdict is not None
    assert verdict_table(verdict).rows[0][-1].text == words


def test_only_what_fails_its_limits_may_not_be_deployed() -> None:
    verdicts = {outcome: verdict_of(result(outcome, metric())) for outcome in ("worse", "fails its limits")}
    assert {name: verdict.may_be_deployed for name, verdict in verdicts.items() if verdict} == {
        "worse": True,
        "fails its limits": False,
    }


def test_a_run_without_a_verdict_has_none() -> None:
    assert verdict_of({"state": "failed", "verdict": None}) is None


def test_a_narrow_terminal_keeps_the_numbers_and_drops_the_interval() -> None:
    verdict = verdict_of(result("better", metric(limit=0.9)))
    assert verdict is not None
    names = [column.name for column in verdict_table(verdict).narrowed(58).columns]
    assert names == ["metric", "challenger", "champion", "difference", "limit"]
