"""predictions.csv: each row's label and answer, for people and for the next challenger's comparison."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modelway_runtime.errors import EvaluationError
from modelway_runtime.evaluation.answers import Answers, binary_labels, class_names, finite
from modelway_runtime.evaluation.problem import Problem

HEADER = ["row_id", "label", "prediction", "score"]
EXAMPLES = 3


def write_predictions(path: Path, *, ids: Sequence[str], labels: Sequence[str], answers: Answers) -> None:
    """One line a row; the score is empty where the model gave none."""
    scores = [""] * len(ids) if answers.scores is None else answers.scores.tolist()
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(zip(ids, labels, answers.predictions.tolist(), scores, strict=True))


def read_predictions(path: Path, *, ids: Sequence[str], labels: Sequence[str], problem: Problem) -> Answers:
    """Another model's answers to the very same rows, in their order; anything else is an error."""
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.reader(lines)
        if next(reader, None) != HEADER:
            raise EvaluationError(f"the champion's {path.name} does not have the columns {', '.join(HEADER)}")
        rows = {row[0]: row[1:] for row in reader if len(row) == len(HEADER)}
    _same_rows(rows, ids=ids)
    ordered = [rows[row_id] for row_id in ids]
    _same_labels([row[0] for row in ordered], labels, ids=ids)
    return _answers([row[1] for row in ordered], [row[2] for row in ordered], problem=problem)


def _same_rows(rows: dict[str, list[str]], *, ids: Sequence[str]) -> None:
    missing, extra = [i for i in ids if i not in rows], len(rows.keys() - set(ids))
    if missing or extra:
        named = f" (such as {', '.join(missing[:EXAMPLES])})" if missing else ""
        raise EvaluationError(
            f"the champion's rows are not the challenger's: {len(missing)} of {len(ids)} are missing{named}, "
            f"{extra} are not in the test data"
        )


def _same_labels(theirs: Sequence[str], ours: Sequence[str], *, ids: Sequence[str]) -> None:
    different = np.flatnonzero(class_names(theirs) != class_names(ours))
    if len(different):
        named = ", ".join(ids[place] for place in different[:EXAMPLES])
        raise EvaluationError(
            f"{len(different)} labels differ from those the champion was measured on, such as {named}"
        )


def _answers(predictions: list[str], scores: list[str], *, problem: Problem) -> Answers:
    known = finite(scores, what="the champion's score") if all(scores) else None
    match problem:
        case Problem.BINARY:
            return Answers(binary_labels(predictions, what="the champion's prediction"), known)
        case Problem.MULTICLASS:
            return Answers(class_names(predictions), known)
        case Problem.REGRESSION:
            return Answers(finite(predictions, what="the champion's prediction"), known)
