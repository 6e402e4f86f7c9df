"""Resampled metrics that only need counts: of right answers, of answers and of labels, by class."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from modelway_runtime.evaluation.problem import Problem
from modelway_runtime.evaluation.resampling import cells, drawn, ratio, summing
from modelway_runtime.evaluation.sample import Sample


@dataclass(frozen=True)
class Counts:
    """One row a resample, one column a class."""

    right: np.ndarray
    predicted: np.ndarray
    labelled: np.ndarray

    @property
    def precision(self) -> np.ndarray:
        """Right answers of all answers of a class."""
        return ratio(self.right, self.predicted)

    @property
    def recall(self) -> np.ndarray:
        """Right answers of all rows of a class."""
        return ratio(self.right, self.labelled)

    @property
    def f1(self) -> np.ndarray:
        """The harmonic mean of both."""
        return ratio(2 * self.right, self.predicted + self.labelled)

    @property
    def accuracy(self) -> np.ndarray:
        """Right answers of all rows."""
        return self.right.sum(axis=1) / self.labelled.sum(axis=1)

    def weighted(self, metric: np.ndarray) -> np.ndarray:
        """The mean over classes, by how many rows each has."""
        return (metric * self.labelled).sum(axis=1) / self.labelled.sum(axis=1)


def resampled_counts(sample: Sample) -> dict[str, np.ndarray]:
    """Each metric's value by model (row) and resample (column)."""
    metrics = _METRICS[sample.problem]
    blocks = _blocks(sample)
    return {
        name: np.stack([np.concatenate([metric(counts) for counts in model]) for model in blocks])
        for name, metric in metrics.items()
    }


def _blocks(sample: Sample) -> list[list[Counts]]:
    """For each model, its counts in all resamples; the resamples are the same for all: that is the pairing."""
    size = len(sample.classes)
    (labels, *models), counts = cells(sample.labels, *(model.predictions for model in sample.answers))
    labelled = summing(labels, size=size)
    predicted = [summing(model, size=size) for model in models]
    right = [summing(np.where(model == labels, labels, -1), size=size) for model in models]
    blocks: list[list[Counts]] = [[] for _ in models]
    for draw in drawn(counts):
        for number, block in enumerate(blocks):
            block.append(Counts(draw @ right[number], draw @ predicted[number], draw @ labelled))
    return blocks


_METRICS: dict[Problem, dict[str, Callable[[Counts], np.ndarray]]] = {
    Problem.BINARY: {
        "f1": lambda counts: counts.f1[:, 1],
        "precision": lambda counts: counts.precision[:, 1],
        "recall": lambda counts: counts.recall[:, 1],
        "accuracy": lambda counts: counts.accuracy,
    },
    Problem.MULTICLASS: {
        "weighted_f1": lambda counts: counts.weighted(counts.f1),
        "weighted_precision": lambda counts: counts.weighted(counts.precision),
        "weighted_recall": lambda counts: counts.weighted(counts.recall),
        "accuracy": lambda counts: counts.accuracy,
    },
}
