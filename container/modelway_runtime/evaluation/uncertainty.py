"""How far metrics would move on other rows like these: the bootstrap's standard deviations and intervals."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Mapping, Sequence

import numpy as np

from modelway_runtime.evaluation.counting import resampled_counts
from modelway_runtime.evaluation.problem import Problem
from modelway_runtime.evaluation.ranking import resampled_auc
from modelway_runtime.evaluation.residuals import resampled_errors
from modelway_runtime.evaluation.sample import Sample

CONFIDENCE = 95.0
Values = Sequence[Mapping[str, float | None]]


def resampled(sample: Sample, *, exact: Values) -> dict[str, np.ndarray]:
    """Each metric's value by model (row) and resample (column); a metric without an exact value is left out."""
    if len(sample.labels) < 2:
        return {}
    if sample.problem is Problem.REGRESSION:
        return resampled_errors(sample)
    metrics = resampled_counts(sample)
    known = [value for value in (of_model.get("auc") for of_model in exact) if value is not None]
    if len(known) == len(sample.answers):
        metrics["auc"] = resampled_auc(sample, exact=known)
    return metrics


def standard_deviation(values: np.ndarray) -> float | None:
    """Of the resamples that have a value."""
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if len(known) > 1 else None


def interval(differences: np.ndarray) -> tuple[float | None, float | None]:
    """The middle 95 % of the resamples that have a value."""
    known = differences[np.isfinite(differences)]
    if len(known) < 2:
        return None, None
    low, high = np.percentile(known, [(100 - CONFIDENCE) / 2, (100 + CONFIDENCE) / 2])
    return float(low), float(high)
