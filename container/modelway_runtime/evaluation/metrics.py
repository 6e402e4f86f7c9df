"""The metrics' values, by scikit-learn; None where a metric has no value."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Callable

import numpy as np
from sklearn import metrics as sk

from modelway_runtime.evaluation.answers import Answers
from modelway_runtime.evaluation.problem import Problem
from modelway_runtime.evaluation.sample import Sample


def values(sample: Sample) -> list[dict[str, float | None]]:
    """Each model's metrics by name."""
    measure = _MEASURES[sample.problem]
    return [measure(sample.labels, model) for model in sample.answers]


def confusion_matrix(sample: Sample, *, model: int) -> dict[str, dict[str, int]]:
    """Counts by label, then by prediction: SageMaker's layout."""
    codes = list(range(len(sample.classes)))
    counts = sk.confusion_matrix(sample.labels, sample.answers[model].predictions, labels=codes).tolist()
    return {
        label: dict(zip(sample.classes, row, strict=True)) for label, row in zip(sample.classes, counts, strict=True)
    }


def _binary(labels: np.ndarray, model: Answers) -> dict[str, float | None]:
    precision, recall, f1, _ = sk.precision_recall_fscore_support(
        labels, model.predictions, average="binary", zero_division=0.0
    )
    return {
        "f1": float(f1),
        "precision": float(precision),
        "recall": float(recall),
        "accuracy": float(sk.accuracy_score(labels, model.predictions)),
        "auc": _auc(labels, model.scores),
    }


def _auc(labels: np.ndarray, scores: np.ndarray | None) -> float | None:
    """Without scores, or with labels of one class only, there is no ranking to measure."""
    if scores is None or len(np.unique(labels)) < 2:
        return None
    return float(sk.roc_auc_score(labels, scores))


def _multiclass(labels: np.ndarray, model: Answers) -> dict[str, float | None]:
    precision, recall, f1, _ = sk.precision_recall_fscore_support(
        labels, model.predictions, average="weighted", zero_division=0.0
    )
    return {
        "weighted_f1": float(f1),
        "weighted_precision": float(precision),
        "weighted_recall": float(recall),
        "accuracy": float(sk.accuracy_score(labels, model.predictions)),
    }


def _regression(labels: np.ndarray, model: Answers) -> dict[str, float | None]:
    mse = float(sk.mean_squared_error(labels, model.predictions))
    varied = len(labels) > 1 and float(np.ptp(labels)) > 0
    return {
        "mse": mse,
        "mae": float(sk.mean_absolute_error(labels, model.predictions)),
        "rmse": mse**0.5,
        "r2": float(sk.r2_score(labels, model.predictions)) if varied else None,
    }


_MEASURES: dict[Problem, Callable[[np.ndarray, Answers], dict[str, float | None]]] = {
    Problem.BINARY: _binary,
    Problem.MULTICLASS: _multiclass,
    Problem.REGRESSION: _regression,
}
