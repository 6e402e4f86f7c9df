"""What an endpoint answered, beside the truth."""

import json
from collections.abc import Sequence

from local.prediction import Answer, Prediction
from local.view.table import Cell, Column, Table, Tone

COLUMNS = (Column("truth", right=True), Column("answer", right=True), Column("probability", right=True), Column())


def answers_table(answer: Answer, shown: Sequence[Prediction]) -> Table:
    """Some of the rows, and how many of all were right."""
    right = sum(each.is_right for each in answer.predictions)
    return Table(
        headline=Cell(
            f"{answer.model} {answer.version} answers: {right} of {len(answer.predictions)} rows right", Tone.STRONG
        ),
        columns=COLUMNS,
        rows=[_row(each) for each in shown],
        remark=f"trained on {answer.training_data}" if answer.training_data else "",
    )


def _row(each: Prediction) -> list[Cell]:
    mark = Cell("✓", Tone.GOOD) if each.is_right else Cell("✗ wrong", Tone.BAD)
    probability = Cell(f"{each.probability:.4f}") if each.probability is not None else Cell("-", Tone.FAINT)
    return [Cell(each.truth), Cell(_text(each.label), Tone.STRONG), probability, mark]


def _text(label: object) -> str:
    return label if isinstance(label, str) else json.dumps(label)
