"""What a model's predictions mean: an answer a row, and its score where there is one."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelway_runtime.errors import EvaluationError
from modelway_runtime.evaluation.problem import Problem


@dataclass(frozen=True)
class Answers:
    """One prediction a row (0 and 1, class names, or numbers); scores are probabilities or None."""

    predictions: np.ndarray
    scores: np.ndarray | None = None


def answers(raw: np.ndarray, *, problem: Problem, classes: list[str] | None = None) -> Answers:
    """Read what predict_fn returned; `classes` names the columns of probabilities."""
    if raw.ndim == 2 and raw.shape[1] == 1:  # of a model that has seen one class, it is the column of that class
        values = np.full(len(raw), classes[0]) if classes and len(classes) == 1 else raw[:, 0]
    else:
        values = raw
    if values.ndim > 2 or (values.ndim == 2 and problem is Problem.REGRESSION):
        raise EvaluationError(f"predict_fn returned the shape {raw.shape}; return one answer a row")
    match problem:
        case Problem.BINARY:
            return _binary(values)
        case Problem.MULTICLASS:
            return _multiclass(values, classes=classes)
        case Problem.REGRESSION:
            return Answers(finite(values, what="predict_fn"))


def class_name(value: object) -> str:
    """One spelling a class: 1, 1.0 and '1' are the same."""
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text


def class_names(values: Any) -> np.ndarray:
    """The spelling of many values, each distinct one worked out once."""
    distinct, places = np.unique(np.asarray(values).astype(str), return_inverse=True)
    return np.array([class_name(value) for value in distinct], dtype=str)[places.ravel()]


def binary_labels(values: Any, *, what: str) -> np.ndarray:
    """0 and 1; anything else is an error that names the first such value."""
    names = class_names(values)
    wrong = ~np.isin(names, ["0", "1"])
    if wrong.any():
        place = int(wrong.argmax())
        raise EvaluationError(f"{what} has {str(names[place])!r} in row {place}; a binary problem has 0 and 1")
    return (names == "1").astype(np.int64)


def finite(values: Any, *, what: str) -> np.ndarray:
    """Numbers; anything else is an error that names the first such value."""
    try:
        numbers = np.asarray(values).astype(float)
    except (TypeError, ValueError) as error:
        raise EvaluationError(f"{what} has a value that is not a number: {error}") from error
    if not np.isfinite(numbers).all():
        place = int((~np.isfinite(numbers)).reshape(len(numbers), -1).any(axis=1).argmax())
        raise EvaluationError(f"{what} has {numbers[place]} in row {place}; it must be a finite number")
    return numbers


def _binary(values: np.ndarray) -> Answers:
    if values.ndim == 1 and values.dtype.kind not in "f":
        return Answers(binary_labels(_ones_and_zeros(values), what="predict_fn"))
    scores = _probabilities(values)
    if scores.ndim == 2:
        if scores.shape[1] != 2:
            raise EvaluationError(f"predict_fn returned {scores.shape[1]} probabilities a row; a binary problem has 2")
        scores = scores[:, 1]
    return Answers((scores >= 0.5).astype(np.int64), scores)


def _ones_and_zeros(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int64) if values.dtype.kind == "b" else values


def _multiclass(values: np.ndarray, *, classes: list[str] | None) -> Answers:
    if values.ndim == 1:
        return Answers(class_names(values))
    scores = _probabilities(values)
    names = classes or [str(number) for number in range(scores.shape[1])]
    if len(names) != scores.shape[1]:
        raise EvaluationError(
            f"predict_fn returned {scores.shape[1]} probabilities a row; the model has {len(names)} classes"
        )
    return Answers(np.array(names)[scores.argmax(axis=1)], scores.max(axis=1))


def _probabilities(values: np.ndarray) -> np.ndarray:
    scores = finite(values, what="predict_fn")
    if scores.min() < 0 or scores.max() > 1:
        raise EvaluationError(
            f"predict_fn returned scores from {scores.min():g} to {scores.max():g}; return probabilities, or labels"
        )
    return scores
