"""The three kinds of answer a model can give."""

from collections.abc import Mapping
from enum import Enum

from modelway_runtime.errors import ConfigurationError


class Problem(Enum):
    """What the model answers; the value is the word of model.toml."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def table(self) -> str:
        """The key of SageMaker's model-quality layout."""
        return _TABLES[self]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that are measured."""
        return _METRICS[self]


_TABLES = {
    Problem.BINARY: "binary_classification_metrics",
    Problem.MULTICLASS: "multiclass_classification_metrics",
    Problem.REGRESSION: "regression_metrics",
}
_METRICS = {
    Problem.BINARY: ("f1", "precision", "recall", "accuracy", "auc"),
    Problem.MULTICLASS: ("weighted_f1", "weighted_precision", "weighted_recall", "accuracy"),
    Problem.REGRESSION: ("mse", "mae", "rmse", "r2"),
}


def problem_of(environ: Mapping[str, str]) -> Problem:
    """The problem that MODELWAY_PROBLEM names."""
    word = environ.get("MODELWAY_PROBLEM", "")
    try:
        return Problem(word)
    except ValueError as error:
        raise ConfigurationError(f"MODELWAY_PROBLEM is {word!r}; use {', '.join(p.value for p in Problem)}") from error
