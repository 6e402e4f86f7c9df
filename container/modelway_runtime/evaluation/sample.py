"""The labelled rows and one or two models' answers to them: what metrics are taken of."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelway_runtime.evaluation.answers import Answers, binary_labels, class_names, finite
from modelway_runtime.evaluation.problem import Problem


@dataclass(frozen=True)
class Sample:
    """Labels and answers in one coding; `classes` names the codes of a classification."""

    problem: Problem
    labels: np.ndarray
    answers: tuple[Answers, ...]
    classes: tuple[str, ...] = ()


def sample(labels: Sequence[str], *, models: Sequence[Answers], problem: Problem) -> Sample:
    """Labels as the test files write them, and the answers of each model to the same rows."""
    if problem is Problem.REGRESSION:
        return Sample(problem, finite(labels, what="the target column"), tuple(models))
    if problem is Problem.BINARY:
        return Sample(problem, binary_labels(labels, what="the target column"), tuple(models), ("0", "1"))
    columns = [class_names(labels), *(model.predictions for model in models)]
    classes, codes = np.unique(np.concatenate(columns), return_inverse=True)
    first, *others = np.split(codes.ravel(), len(columns))
    coded = tuple(Answers(codes, model.scores) for codes, model in zip(others, models, strict=True))
    return Sample(problem, first, coded, tuple(str(name) for name in classes))
