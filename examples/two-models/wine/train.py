"""Train the model: `python train.py --train data/train --model-dir model`."""

# mypy: disable-error-code="import-not-found,import-untyped"
import argparse
import os
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main() -> None:
    """Read, fit, save."""
    parser = argparse.ArgumentParser(description="Train the wine model.")
    parser.add_argument("--train", default=os.environ.get("SM_CHANNEL_TRAIN", "data/train"))
    parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "model"))
    arguments = parser.parse_args()
    table = np.vstack([np.loadtxt(file, delimiter=",", skiprows=1) for file in Path(arguments.train).glob("*.csv")])
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(table[:, :-1], table[:, -1])
    print(f"rows={len(table)}")
    Path(arguments.model_dir).mkdir(parents=True, exist_ok=True)
    joblib.dump(model, Path(arguments.model_dir) / "model.joblib")


if __name__ == "__main__":
    main()
