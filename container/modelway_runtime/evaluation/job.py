"""The evaluation as a Processing job: model and rows in, evaluation, predictions and comparison out."""

import json
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelway_runtime.errors import ConfigurationError, ContainerError, EvaluationError
from modelway_runtime.evaluation.archive import unpack
from modelway_runtime.evaluation.inference import Answered, answered
from modelway_runtime.evaluation.predictions import read_predictions, write_predictions
from modelway_runtime.evaluation.problem import Problem, problem_of
from modelway_runtime.evaluation.report import comparison, evaluation, incomparable
from modelway_runtime.evaluation.rows import batches
from modelway_runtime.evaluation.sample import sample
from modelway_runtime.folders import Folders
from modelway_runtime.program import load_model, load_program, told

MAX_CHARACTERS = 1024  # SageMaker keeps that much of output/message as ExitMessage

log = logging.getLogger(__name__)


def evaluate(folders: Folders, environ: Mapping[str, str]) -> int:
    """Write the three files, or output/message with why not."""
    try:
        _evaluate(folders, problem=problem_of(environ), target=_target(environ))
    except ContainerError as error:
        _explain(folders, str(error))
        raise
    except Exception as error:
        _explain(folders, f"the evaluation itself failed: {told(error)}")
        raise
    return 0


def _evaluate(folders: Folders, *, problem: Problem, target: str) -> None:
    inputs, outputs = folders.processing / "input", folders.processing / "output" / "evaluation"
    outputs.mkdir(parents=True, exist_ok=True)
    ours = _answers(inputs, problem=problem, target=target)
    write_predictions(outputs / "predictions.csv", ids=ours.ids, labels=ours.labels, answers=ours.answers)
    report = evaluation(sample(ours.labels, models=[ours.answers], problem=problem))
    _write(outputs / "evaluation.json", report)
    log.info("%s", _summary(report[problem.table], rows=len(ours.ids)))
    champion = inputs / "champion" / "predictions.csv"
    if champion.exists():
        _write(outputs / "comparison.json", _compared(ours, champion=champion, problem=problem))


def _answers(inputs: Path, *, problem: Problem, target: str) -> Answered:
    with tempfile.TemporaryDirectory(prefix="model-") as folder:
        unpack(inputs / "model" / "model.tar.gz", into=Path(folder))
        program = load_program(Path.cwd())
        model = load_model(program, Path(folder))
        return answered(batches(inputs / "test", target=target), program=program, model=model, problem=problem)


def _compared(ours: Answered, *, champion: Path, problem: Problem) -> dict[str, Any]:
    """A champion that was measured on other rows spoils the comparison, not the evaluation."""
    try:
        theirs = read_predictions(champion, ids=ours.ids, labels=ours.labels, problem=problem)
    except EvaluationError as error:
        log.warning("No comparison: %s", error)
        return incomparable(str(error))
    return comparison(sample(ours.labels, models=[ours.answers, theirs], problem=problem))


def _target(environ: Mapping[str, str]) -> str:
    target = environ.get("MODELWAY_TARGET", "")
    if not target:
        raise ConfigurationError("MODELWAY_TARGET is empty; it names the column of the labels, [evaluate] target")
    return target


def _summary(table: Mapping[str, Any], *, rows: int) -> str:
    measured = {name: entry["value"] for name, entry in table.items() if "value" in entry}
    return " ".join([f"rows={rows}", *(f"{name}={value:.6g}" for name, value in measured.items() if value is not None)])


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _explain(folders: Folders, text: str) -> None:
    folders.output.mkdir(parents=True, exist_ok=True)
    (folders.output / "message").write_text(text[:MAX_CHARACTERS], encoding="utf-8")
