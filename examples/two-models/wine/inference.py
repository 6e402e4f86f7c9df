"""How the trained model answers."""

# mypy: disable-error-code="import-not-found,import-untyped"
from pathlib import Path

import joblib
from sklearn.pipeline import Pipeline


def model_fn(model_dir: str) -> Pipeline:
    """Load what train.py saved."""
    return joblib.load(Path(model_dir) / "model.joblib")
