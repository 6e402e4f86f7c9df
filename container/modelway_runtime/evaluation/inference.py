"""The test rows through the model's own functions."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelway_runtime.errors import EvaluationError, ProgramError
from modelway_runtime.evaluation.answers import Answers, answers, class_names
from modelway_runtime.evaluation.problem import Problem
from modelway_runtime.evaluation.rows import Batch
from modelway_runtime.formats import CSV
from modelway_runtime.program import FAILURES, Program, told


@dataclass(frozen=True)
class Answered:
    """All rows: their ids, their labels as written, and the model's answers."""

    ids: list[str]
    labels: list[str]
    answers: Answers


def answered(rows: Iterable[Batch], *, program: Program, model: Any, problem: Problem) -> Answered:
    """Ask the model about all rows; a model is whatever model_fn returns."""
    ids: list[str] = []
    labels: list[str] = []
    raw: list[np.ndarray] = []
    for batch in rows:
        raw.append(_ask(batch, program=program, model=model))
        ids += batch.ids
        labels += batch.labels
    if not ids:
        raise EvaluationError("the test files hold no rows below their headers; put labelled rows there")
    return Answered(ids, labels, answers(np.concatenate(raw), problem=problem, classes=_classes(model)))


def _ask(batch: Batch, *, program: Program, model: Any) -> np.ndarray:
    try:
        data = program.input_fn(batch.features, CSV)
    except FAILURES as error:
        raise ProgramError(f"input_fn failed on {batch.place}: {told(error)}") from error
    try:
        raw = np.asarray(program.predict_fn(data, model))
    except FAILURES as error:
        raise ProgramError(f"predict_fn failed on {batch.place}: {told(error)}") from error
    if raw.ndim == 0 or len(raw) != len(batch.labels):
        raise ProgramError(
            f"predict_fn returned {raw.shape} for the {len(batch.labels)} rows of {batch.place}; return one a row"
        )
    return raw


def _classes(model: Any) -> list[str] | None:
    """scikit-learn's name for what the columns of predict_proba are."""
    classes = getattr(model, "classes_", None)
    return None if classes is None else [str(name) for name in class_names(classes)]
