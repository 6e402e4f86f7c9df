"""evaluation.json and comparison.json: what the platform and SageMaker's registry read."""

from typing import Any

from modelway_runtime.evaluation import metrics
from modelway_runtime.evaluation.problem import Problem
from modelway_runtime.evaluation.sample import Sample
from modelway_runtime.evaluation.uncertainty import interval, resampled, standard_deviation


def evaluation(sample: Sample) -> dict[str, Any]:
    """SageMaker's model-quality layout; a number that is not known is null, since NaN is not JSON."""
    exact = metrics.values(sample)
    spread = resampled(sample, exact=exact)
    table: dict[str, Any] = {
        name: {
            "value": exact[0][name],
            "standard_deviation": standard_deviation(spread[name][0]) if name in spread else None,
        }
        for name in sample.problem.metrics
    }
    if sample.problem is not Problem.REGRESSION:
        table["confusion_matrix"] = metrics.confusion_matrix(sample, model=0)
    return {sample.problem.table: table}


def comparison(sample: Sample) -> dict[str, Any]:
    """Challenger (first) against champion (second) on the same rows: differences, and how sure they are."""
    exact = metrics.values(sample)
    spread = resampled(sample, exact=exact)
    compared = {}
    for name in sample.problem.metrics:
        low, high = interval(spread[name][0] - spread[name][1]) if name in spread else (None, None)
        challenger, champion = exact[0][name], exact[1][name]
        compared[name] = {
            "challenger": challenger,
            "champion": champion,
            "difference": None if challenger is None or champion is None else challenger - champion,
            "low": low,
            "high": high,
        }
    return {"rows": len(sample.labels), "metrics": compared}


def incomparable(problem: str) -> dict[str, Any]:
    """The comparison that could not be made, and why."""
    return {"rows": 0, "metrics": {}, "problem": problem}
