"""Train the model: a script that runs the same at a desk and in SageMaker.

python train.py --train data/train --model-dir model
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import argparse
import csv
import os
from collections.abc import Sequence
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

TARGET = "malignant"


def read_rows(folder: str) -> tuple[np.ndarray, np.ndarray]:
    """Features and target of all CSV files in the folder."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise SystemExit(f"no .csv file in {folder}; run `python data.py` first")
    tables = [read_table(file) for file in files]
    features, targets = zip(*tables, strict=True)
    return np.vstack(features), np.concatenate(targets)


def read_table(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Features and target of one CSV file with a header."""
    with file.open(newline="", encoding="utf-8") as lines:
        header = next(csv.reader(lines))
        table = np.loadtxt(lines, delimiter=",", ndmin=2)
    if TARGET not in header:
        raise SystemExit(f"{file} has no column {TARGET}; its columns are {', '.join(header)}")
    target = header.index(TARGET)
    return np.delete(table, target, axis=1), table[:, target].astype(int)


def fit(features: np.ndarray, target: np.ndarray, *, c: float, max_iter: int) -> Pipeline:
    """A logistic regression on scaled features; a smaller c keeps it simpler."""
    classifier = LogisticRegression(C=c, max_iter=max_iter)
    return make_pipeline(StandardScaler(), classifier).fit(features, target)


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The hyperparameters of model.toml and the two folders; SageMaker writes `-c`, not `--c`."""
    parser = argparse.ArgumentParser(description="Train the breast cancer model.")
    parser.add_argument("-c", "--c", type=float, default=0.0017, help="regularise less")
    parser.add_argument("--max-iter", "--max_iter", type=int, default=1000, help="steps at most")
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN", "data/train"))
    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "model"))
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Read, fit, save, and print what `[train] metrics` of model.toml looks for."""
    arguments = parse_arguments(words)
    features, target = read_rows(arguments.train)
    model = fit(features, target, c=arguments.c, max_iter=arguments.max_iter)
    loss = log_loss(target, model.predict_proba(features))
    print(f"rows={len(target)} c={arguments.c}")
    print(f"train_loss={loss:.6f}")
    Path(arguments.model_dir).mkdir(parents=True, exist_ok=True)
    joblib.dump(model, Path(arguments.model_dir) / "model.joblib")


if __name__ == "__main__":
    main()
