"""train.py takes what SageMaker passes, and prints what model.toml looks for."""

# mypy: disable-error-code="import-not-found,import-untyped"
import re
import tomllib
from pathlib import Path

import inference
import numpy as np
import pytest
import train
from sklearn.metrics import f1_score

SPEC = tomllib.loads((Path(__file__).parents[1] / "model.toml").read_text(encoding="utf-8"))


def test_hyperparameters_arrive_as_sagemaker_writes_them() -> None:
    arguments = train.parse_arguments(["-c", "0.5", "--max-iter", "20"])
    assert (arguments.c, arguments.max_iter) == (0.5, 20)


def test_every_hyperparameter_of_model_toml_is_known_to_the_script() -> None:
    flags = [
        word
        for name, value in SPEC["train"]["hyperparameters"].items()
        for word in (f"--{name}" if len(name) > 1 else f"-{name}", str(value))
    ]
    train.parse_arguments(flags)


def test_the_printed_loss_is_found_by_the_expression_in_model_toml(
    rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(["--train", str(rows / "train"), "--model-dir", str(tmp_path)])
    found = re.search(SPEC["train"]["metrics"]["train_loss"], capsys.readouterr().out)
    assert found
    assert 0 < float(found[1]) < 1


def test_the_model_passes_its_own_limit(rows: Path, model_dir: str) -> None:
    features, target = train.read_rows(str(rows / "test"))
    probabilities = inference.predict_fn(features, inference.model_fn(model_dir))
    limit = SPEC["evaluate"]["metrics"][0]["limit"]
    assert f1_score(target, np.asarray(probabilities) >= 0.5) >= limit


def test_a_folder_without_data_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"run `python data\.py` first"):
        train.read_rows(str(tmp_path))


def test_a_table_without_the_target_names_its_columns(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no column malignant; its columns are a, b"):
        train.read_rows(str(tmp_path))
