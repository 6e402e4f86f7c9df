"""What somebody without Modelway would write to see how good a model is: `evaluate.py MODEL_DIR TEST_CSV`."""

# mypy: disable-error-code="import-not-found,import-untyped"
import csv
import json
import sys
from pathlib import Path

import inference
import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_score, recall_score, roc_auc_score

TARGET = "malignant"


def main(model_dir: str, test: str) -> None:
    """Print the metrics that the platform's evaluation writes."""
    with Path(test).open(newline="", encoding="utf-8") as lines:
        header = next(csv.reader(lines))
        table = np.loadtxt(lines, delimiter=",", ndmin=2)
    target = header.index(TARGET)
    labels = table[:, target].astype(int)
    scores = inference.predict_fn(np.delete(table, target, axis=1), inference.model_fn(model_dir))
    answers = (scores >= 0.5).astype(int)
    measured = {each.__name__: each(labels, answers) for each in (f1_score, precision_score, recall_score)}
    measured |= {"accuracy": accuracy_score(labels, answers), "auc": roc_auc_score(labels, scores)}
    measured["confusion_matrix"] = confusion_matrix(labels, answers).tolist()
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
