"""An evaluation measures what can be worked out by hand."""

import math
import tarfile

import pytest

from tests.container.box import Box
from tests.container.evaluation import (
    evaluate,
    message,
    output,
    pack_model,
    processing,
    table,
    write_champion,
    write_rows,
)

pytestmark = pytest.mark.environment

SCORES = [(0.9, 1), (0.4, 1), (0.8, 1), (0.4, 0), (0.1, 0), (0.7, 0)]
LABELS_ONLY = """
def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return [str(int(row[0])) for row in data]
"""


def test_binary_metrics_are_those_of_the_confusion_matrix(image_box: Box) -> None:
    write_rows(image_box, test=table(*SCORES))
    ended = evaluate(image_box)
    assert ended.returncode == 0, ended.stderr
    metrics = output(image_box, "evaluation.json")["binary_classification_metrics"]
    assert metrics["confusion_matrix"] == {"0": {"0": 2, "1": 1}, "1": {"0": 1, "1": 2}}
    values = {name: entry["value"] for name, entry in metrics.items() if name != "confusion_matrix"}
    # Of the 9 pairs of a positive and a negative row 7 are in order, (0.4, 0.4) is half a pair, (0.4, 0.7) is none.
    assert values == pytest.approx(dict.fromkeys(["f1", "precision", "recall", "accuracy"], 2 / 3) | {"auc": 7.5 / 9})
    assert output(image_box, "predictions.csv").splitlines()[:3] == [
        "row_id,label,prediction,score",
        "test.csv:0,1,1,0.9",
        "test.csv:1,1,0,0.4",
    ]
    assert not (processing(image_box) / "output" / "evaluation" / "comparison.json").exists()
    assert "rows=6 f1=0.666667" in ended.stdout


def test_the_bootstrap_gives_the_deviation_that_the_binomial_law_gives(image_box: Box) -> None:
    write_rows(image_box, test=table(*[(1, 1), (0, 0), (0, 0), (1, 0)] * 100))
    evaluate(image_box)
    accuracy = output(image_box, "evaluation.json")["binary_classification_metrics"]["accuracy"]
    assert accuracy["value"] == 0.75
    assert accuracy["standard_deviation"] == pytest.approx(math.sqrt(0.75 * 0.25 / 400), rel=0.1)


def test_labels_without_scores_have_no_auc_and_files_are_read_by_name(image_box: Box) -> None:
    write_rows(image_box, b=table((1, 1)), a=table((0, 1), (0, 0)))
    assert evaluate(image_box, LABELS_ONLY).returncode == 0
    metrics = output(image_box, "evaluation.json")["binary_classification_metrics"]
    assert metrics["auc"] == {"value": None, "standard_deviation": None}
    assert metrics["recall"]["value"] == 0.5
    assert output(image_box, "predictions.csv").splitlines()[1:] == ["a.csv:0,1,0,", "a.csv:1,0,0,", "b.csv:0,1,1,"]


def test_classes_are_weighted_by_their_rows(image_box: Box) -> None:
    pairs = [("0", "a"), ("0", "a"), ("1", "a"), ("1", "b"), ("2", "c"), ("0", "c")]
    program = """
        def model_fn(model_dir):
            return None

        def predict_fn(data, model):
            return ["abc"[int(row[0])] for row in data]
        """
    write_rows(image_box, test=table(*pairs))
    ended = evaluate(image_box, program, problem="multiclass")
    assert ended.returncode == 0, ended.stderr
    metrics = output(image_box, "evaluation.json")["multiclass_classification_metrics"]
    assert metrics["confusion_matrix"]["a"] == {"a": 2, "b": 1, "c": 0}
    assert metrics["confusion_matrix"]["c"] == {"a": 1, "b": 0, "c": 1}
    # a: precision 2/3, recall 2/3, 3 rows; b: 1/2, 1, 1 row; c: 1, 1/2, 2 rows.
    assert metrics["weighted_precision"]["value"] == pytest.approx((3 * 2 / 3 + 1 / 2 + 2 * 1) / 6)
    assert metrics["weighted_recall"]["value"] == pytest.approx((3 * 2 / 3 + 1 + 2 * 1 / 2) / 6)
    assert metrics["weighted_f1"]["value"] == pytest.approx((3 * 2 / 3 + 2 / 3 + 2 * 2 / 3) / 6)
    assert metrics["accuracy"]["value"] == pytest.approx(4 / 6)


def test_columns_of_probabilities_are_the_models_classes(image_box: Box) -> None:
    program = """
        class Model:
            classes_ = [10, 20]

        def model_fn(model_dir):
            return Model()

        def predict_fn(data, model):
            return [[1 - row[0], row[0]] for row in data]
        """
    write_rows(image_box, test=table((0.9, 20), (0.2, "10.0"), (0.6, 10)))
    assert evaluate(image_box, program, problem="multiclass").returncode == 0
    metrics = output(image_box, "evaluation.json")["multiclass_classification_metrics"]
    assert metrics["confusion_matrix"] == {"10": {"10": 1, "20": 1}, "20": {"10": 0, "20": 1}}
    assert output(image_box, "predictions.csv").splitlines()[1] == "test.csv:0,20,20,0.9"


def test_regression_measures_the_distance(image_box: Box) -> None:
    write_rows(image_box, test=table((1, 1), (2, 3), (5, 4), (7, 8)))
    assert evaluate(image_box, problem="regression").returncode == 0
    metrics = output(image_box, "evaluation.json")["regression_metrics"]
    values = {name: entry["value"] for name, entry in metrics.items()}
    # Errors 0, -1, 1, -1; the labels' squared distances from their mean 4 add up to 26.
    assert values == pytest.approx({"mse": 0.75, "mae": 0.75, "rmse": math.sqrt(0.75), "r2": 1 - 3 / 26})


def test_the_deviation_of_r2_bears_resamples_of_equal_labels(image_box: Box) -> None:
    write_rows(image_box, test=table(*[(0.1, 0.1)] * 60, (0.9, 1)))
    assert evaluate(image_box, problem="regression").returncode == 0
    r2 = output(image_box, "evaluation.json")["regression_metrics"]["r2"]
    assert 0 < r2["standard_deviation"] < 1


def test_rows_in_folders_are_measured_too(image_box: Box) -> None:
    write_rows(image_box, a=table((0, 0)))
    (image_box.ml / "processing/input/test/2024").mkdir()
    write_rows(image_box, **{"2024/b": table((1, 1))})
    assert evaluate(image_box, LABELS_ONLY).returncode == 0
    ids = [line.split(",")[0] for line in output(image_box, "predictions.csv").splitlines()[1:]]
    assert ids == ["2024/b.csv:0", "a.csv:0"]


ONE_CLASS = """
import numpy as np

class Model:
    classes_ = np.array(["0"])

def model_fn(model_dir):
    return Model()

def predict_fn(data, model):
    return np.ones((len(data), 1))
"""


def test_a_model_that_has_seen_one_class_answers_that_class(image_box: Box) -> None:
    write_rows(image_box, test=table((0, 0), (0, 1)))
    ended = evaluate(image_box, ONE_CLASS)
    assert ended.returncode == 0, ended.stderr
    assert output(image_box, "predictions.csv").splitlines()[1:] == ["test.csv:0,0,0,", "test.csv:1,1,0,"]


def test_a_challenger_that_mends_the_champions_errors_is_clearly_better(image_box: Box) -> None:
    write_rows(image_box, test=table(*[(0.9, 1), (0.8, 1), (0.2, 0), (0.1, 0)] * 10))
    lines = [
        f"test.csv:{row},{label},{answer},{score}"
        for row, (label, answer, score) in enumerate([(1, 1, 0.9), (1, 0, 0.4), (0, 0, 0.2), (0, 0, 0.1)] * 10)
    ]
    write_champion(image_box, "\n".join(["row_id,label,prediction,score", *reversed(lines)]) + "\n")
    assert evaluate(image_box).returncode == 0
    comparison = output(image_box, "comparison.json")
    recall, precision = comparison["metrics"]["recall"], comparison["metrics"]["precision"]
    assert comparison["rows"] == 40
    assert (recall["challenger"], recall["champion"], recall["difference"]) == (1.0, 0.5, 0.5)
    assert 0 < recall["low"] < 0.5 < recall["high"] < 1
    assert (precision["low"], precision["high"]) == (0, 0)
    # The champion ranks all positive rows above all negative ones: no resample can tell the two apart.
    assert comparison["metrics"]["auc"] == {"challenger": 1.0, "champion": 1.0, "difference": 0, "low": 0, "high": 0}


@pytest.mark.parametrize(
    ("champion", "words"),
    [
        ("row_id,label,prediction,score\ntest.csv:0,1,1,\n", "1 of 2 are missing (such as test.csv:1), 0 are not"),
        ("row_id,label,prediction,score\ntest.csv:0,1,1,\ntest.csv:1,1,1,\n", "1 labels differ"),
        ("id,prediction\n", "does not have the columns row_id, label, prediction, score"),
    ],
)
def test_a_champion_of_other_rows_leaves_the_comparison_open(image_box: Box, champion: str, words: str) -> None:
    write_rows(image_box, test=table((1, 1), (0, 0)))
    write_champion(image_box, champion)
    assert evaluate(image_box).returncode == 0
    comparison = output(image_box, "comparison.json")
    assert comparison["rows"] == 0
    assert words in comparison["problem"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "answer,lable\n1,1\n",
            "test.csv has no column 'label', the target of model.toml; its columns are answer, lable",
        ),
        ("answer,label\n", "no rows below their headers"),
        ("answer,label\n1\n", "test.csv, row 0 has 1 values; the header has 2"),
        ("answer,label\n1,yes\n", "the target column has 'yes' in row 0"),
        ("answer,label\n3.5,1\n", "scores from 3.5 to 3.5; return probabilities, or labels"),
        ("answer,label\none,1\n", "input_fn failed on test.csv, rows 0 to 0: BadBody"),
    ],
)
def test_rows_that_cannot_be_measured_are_named(image_box: Box, rows: str, words: str) -> None:
    write_rows(image_box, test=rows)
    ended = evaluate(image_box)
    assert ended.returncode == 1
    assert words in message(image_box)
    assert words in ended.stderr


def test_files_with_other_columns_are_not_mixed(image_box: Box) -> None:
    write_rows(image_box, a=table((1, 1)), b="label,answer\n1,1\n")
    assert evaluate(image_box).returncode == 1
    assert "b.csv has the columns ['label', 'answer']" in message(image_box)


def test_a_model_that_answers_too_few_rows_is_named(image_box: Box) -> None:
    write_rows(image_box, test=table((1, 1), (0, 0)))
    program = "def model_fn(model_dir): ...\n\ndef predict_fn(data, model): return data[:1, 0]\n"
    assert evaluate(image_box, program).returncode == 1
    assert "predict_fn returned (1,) for the 2 rows of test.csv, rows 0 to 1" in message(image_box)


def test_an_archive_that_points_outside_is_refused(image_box: Box) -> None:
    pack_model(image_box, tarfile.TarInfo("../escaped"))
    write_rows(image_box, test=table((1, 1)))
    assert evaluate(image_box).returncode == 1
    assert "model.tar.gz cannot be unpacked: '../escaped' would be extracted to" in message(image_box)


def test_an_unknown_problem_is_refused_with_the_known_ones(image_box: Box) -> None:
    assert evaluate(image_box, problem="ranking").returncode == 1
    assert "MODELWAY_PROBLEM is 'ranking'; use binary, multiclass, regression" in message(image_box)
