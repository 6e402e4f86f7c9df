"""How the trained model answers: the four functions that the serving container calls."""

# mypy: disable-error-code="import-not-found,import-untyped"
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.pipeline import Pipeline

CSV = "text/csv"
JSON = "application/json"


class BadRequest(ValueError):
    """The body cannot be used; the caller reads the text with HTTP status 400."""

    status_code = 400


class UnsupportedType(ValueError):
    """The content type is not known; HTTP status 415."""

    status_code = 415


class NotAcceptable(ValueError):
    """The answer cannot be written in the wanted type; HTTP status 406."""

    status_code = 406


def model_fn(model_dir: str) -> Pipeline:
    """Load what train.py saved; called once, when the container starts."""
    return joblib.load(Path(model_dir) / "model.joblib")


def input_fn(body: str, content_type: str) -> np.ndarray:
    """Read rows of features: CSV without a header, or {"instances": [[...], ...]}."""
    if content_type == CSV:
        return _array(np.loadtxt, io.StringIO(body), delimiter=",", ndmin=2, comments=None)
    if content_type == JSON:
        rows = json.loads(body)
        rows = rows.get("instances") if isinstance(rows, dict) else rows
        return _array(np.array, rows, dtype=float, ndmin=2)
    raise UnsupportedType(f"{content_type} cannot be read; send {CSV} or {JSON}")


def predict_fn(data: np.ndarray, model: Pipeline) -> np.ndarray:
    """The probability of a malignant tumour, one number a row."""
    if data.shape[1] != model.n_features_in_:
        wanted = model.n_features_in_
        raise BadRequest(f"a row has {data.shape[1]} numbers; the model wants {wanted}")
    return model.predict_proba(data)[:, 1]


def output_fn(prediction: np.ndarray, accept: str) -> tuple[str, str]:
    """Write the probabilities, and the answer that they mean, as JSON or CSV."""
    probabilities = [round(float(value), 6) for value in prediction]
    answers = [{"malignant": int(p >= 0.5), "probability": p} for p in probabilities]
    for wanted in (part.split(";")[0].strip() for part in accept.split(",")):
        if wanted in (JSON, "application/*", "*/*"):
            return json.dumps({"predictions": answers}), JSON
        if wanted == CSV:
            return _as_csv(answers), CSV
    raise NotAcceptable(f"{accept} cannot be written; ask for {JSON} or {CSV}")


def _array(read: Callable[..., np.ndarray], source: Any, **options: Any) -> np.ndarray:
    try:
        rows = read(source, **options)
    except (TypeError, ValueError) as error:
        raise BadRequest(f"the rows are not all numbers, or not of one length: {error}") from error
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise BadRequest("send rows of finite numbers, such as [[1.0, 2.0]]")
    return rows


def _as_csv(answers: list[dict[str, float]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(answer.values() for answer in answers)
    return text.getvalue()
