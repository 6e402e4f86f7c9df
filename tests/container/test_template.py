"""The template is a model as the platform wants it."""

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from modelway.spec import parse_spec
from tests.container.box import Box
from tests.container.evaluation import evaluate, output, processing, write_champion

TEMPLATE = Path(__file__).parents[2] / "model_template"


def trained_and_evaluated(box: Box, *, c: float, champion: str | None = None) -> None:
    """Run the template as a training and a processing job."""
    shutil.copytree(TEMPLATE, box.program, ignore=shutil.ignore_patterns("data", "model", "tests", "__pycache__"))
    subprocess.run([box.python, "data.py"], cwd=box.program, check=True, capture_output=True)
    shutil.copytree(box.program / "data" / "train", box.ml / "input" / "data" / "train")
    shutil.copytree(box.program / "data" / "test", processing(box) / "input" / "test")
    box.configure(hyperparameters={"c": str(c), "max-iter": "1000"}, inputdataconfig={"train": {}})
    assert box.run("train").returncode == 0
    archive = processing(box) / "input" / "model" / "model.tar.gz"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(box.ml / "model", arcname=".")
    if champion:
        write_champion(box, champion)
    ended = evaluate(box, (TEMPLATE / "inference.py").read_text(), target="malignant")
    assert ended.returncode == 0, ended.stderr


def test_its_model_toml_is_a_specification() -> None:
    spec = parse_spec((TEMPLATE / "model.toml").read_text())
    assert str(spec.id) == "demo/breast-cancer"
    assert [metric.name for metric in spec.evaluate.metrics] == ["f1", "recall", "auc"]


@pytest.mark.environment
def test_its_own_tests_pass_in_a_models_environment(image_python: str) -> None:
    command = [image_python, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "-c", "/dev/null", "tests"]
    ended = subprocess.run([*command, "--rootdir", "."], cwd=TEMPLATE, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.environment
def test_its_default_passes_the_limit_and_a_larger_c_is_clearly_better(tmp_path: Path, image_python: str) -> None:
    spec = parse_spec((TEMPLATE / "model.toml").read_text())
    first, second = Box(tmp_path / "first", image_python), Box(tmp_path / "second", image_python)
    trained_and_evaluated(first, c=float(spec.train.hyperparameters["c"]))
    f1 = output(first, "evaluation.json")["binary_classification_metrics"]["f1"]["value"]
    assert spec.evaluate.metrics[0].passes(f1)
    trained_and_evaluated(second, c=0.015, champion=output(first, "predictions.csv"))
    assert output(second, "comparison.json")["metrics"]["f1"]["low"] > 0
