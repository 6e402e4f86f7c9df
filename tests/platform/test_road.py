"""What travels between the steps, and what is remembered of them."""

from pathlib import Path

import pytest

from local.errors import PlatformError
from local.home import Home
from local.prediction import Prediction, surest
from local.pushed import Pushed, recall, remember
from local.road import read_dotenv

PUSHED = Pushed("demo", "churn", "1.4.0")


def test_a_later_line_of_the_dotenv_file_counts(tmp_path: Path) -> None:
    file = tmp_path / "build.env"
    file.write_text("MODEL_VERSION=1.0.0\nIMAGE=a@sha256:b=\nMODEL_VERSION=1.0.1\n")
    assert read_dotenv(file) == {"MODEL_VERSION": "1.0.1", "IMAGE": "a@sha256:b="}


def test_before_the_first_step_nothing_travels(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / "build.env") == {}


def test_the_last_push_is_what_is_approved_unless_told_otherwise(tmp_path: Path) -> None:
    home = Home(tmp_path)
    remember(home, PUSHED)
    assert recall(home, project=None, model=None, version=None) == PUSHED
    assert recall(home, project=None, model=None, version="1.4.0+r2") == Pushed("demo", "churn", "1.4.0+r2")


def test_without_a_push_the_missing_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="name the model, version or push a model first"):
        recall(Home(tmp_path), project="demo", model=None, version=None)


@pytest.mark.parametrize(
    ("truth", "answer", "right"),
    [
        ("1", {"malignant": 1, "probability": 0.9}, True),
        ("0", {"malignant": 1, "probability": 0.9}, False),
        ("setosa", "setosa", True),
        ("1", {"other": 1}, False),
    ],
)
def test_an_answer_is_right_when_its_label_is_the_truth(truth: str, answer: object, *, right: bool) -> None:
    assert Prediction(truth, answer, "malignant").is_right is right


def test_the_surest_rows_hold_each_truth_even_when_one_is_rarely_sure() -> None:
    def row(truth: str, probability: float) -> Prediction:
        return Prediction(truth, {"y": int(truth), "probability": probability}, "y")

    rows = [row("1", 0.8), row("1", 0.99), row("0", 0.4), row("1", 0.95), row("0", 0.3)]
    assert surest(rows, count=3) == [row("0", 0.3), row("1", 0.99), row("1", 0.95)]
