"""An evaluation in a box: rows and a model in, the three files out."""

import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.container.box import Box

# The model answers with the first column of what it is asked: the test rows say what it predicts.
FIRST_COLUMN = """
def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return data[:, 0]
"""


def processing(box: Box) -> Path:
    """What is /opt/ml/processing on SageMaker."""
    return box.ml / "processing"


def pack_model(box: Box, *members: tarfile.TarInfo) -> None:
    """Write model.tar.gz with empty members."""
    path = processing(box) / "input" / "model" / "model.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO())


def write_rows(box: Box, **files: str) -> None:
    """Write the labelled rows: `first="label,a\\n1,0\\n"` is first.csv."""
    folder = processing(box) / "input" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def table(*pairs: tuple[object, object]) -> str:
    """Rows of (answer, label) as a CSV file."""
    return "".join(["answer,label\n", *(f"{answer},{label}\n" for answer, label in pairs)])


def write_champion(box: Box, text: str) -> None:
    """Write the champion's predictions."""
    path = processing(box) / "input" / "champion" / "predictions.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def evaluate(
    box: Box, program: str = FIRST_COLUMN, *, problem: str = "binary", target: str = "label"
) -> "subprocess.CompletedProcess[str]":
    """Run the job."""
    box.write("inference.py", program)
    if not (processing(box) / "input" / "model").exists():
        pack_model(box)
    return box.run("evaluate", MODELWAY_PROBLEM=problem, MODELWAY_TARGET=target)


def output(box: Box, name: str) -> Any:
    """One of the three files: JSON read, CSV as text."""
    text = (processing(box) / "output" / "evaluation" / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text


def message(box: Box) -> str:
    """Why the job failed."""
    return (box.ml / "output" / "message").read_text(encoding="utf-8")
