"""Bodies to arrays and back, for models that do not bring their own input_fn or output_fn.

The types are those of sagemaker-inference-toolkit: CSV, JSON and NumPy's own.
"""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
import io
import json
from collections.abc import Callable, Mapping

import numpy as np

from modelway_runtime.errors import BadBody, NotAcceptable, UnsupportedMedia

CSV = "text/csv"
JSON = "application/json"
NPY = "application/x-npy"
TEXT_TYPES = frozenset({CSV, JSON})


def decode(body: str | bytes, content_type: str) -> np.ndarray:
    """The array in a body; CSV is always rows of columns, even where it is one row."""
    reader = _READERS.get(content_type)
    if reader is None:
        raise UnsupportedMedia(f"Content-Type {content_type!r} cannot be read; send {', '.join(_READERS)}")
    try:
        return reader(body)
    except (ValueError, EOFError) as error:
        raise BadBody(f"the body is not {content_type}: {error}") from error


def encode(prediction: object, accept: str) -> tuple[str | bytes, str]:
    """The prediction in the first type of `accept` that can be written, and that type."""
    for wish in accept.split(","):
        media = wish.split(";")[0].strip().lower()
        media = JSON if media in ("*/*", "application/*") else media
        if writer := _WRITERS.get(media):
            return writer(prediction), media
    raise NotAcceptable(f"Accept {accept!r} cannot be written; ask for {', '.join(_WRITERS)}")


def _from_csv(body: str | bytes) -> np.ndarray:
    text = body.decode("utf-8") if isinstance(body, bytes) else body
    if not text.strip():
        raise ValueError("it is empty")
    return np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2, comments=None)


def _from_json(body: str | bytes) -> np.ndarray:
    array = np.array(json.loads(body))
    if array.dtype == object:
        raise ValueError("it is not an array of numbers or texts, such as [[1.0, 2.0]]")
    return array


def _from_npy(body: str | bytes) -> np.ndarray:
    """Pickled objects stay out: a request must not run code."""
    raw = body.encode("latin-1") if isinstance(body, str) else body
    return np.load(io.BytesIO(raw), allow_pickle=False)


def _to_csv(prediction: object) -> str:
    stream = io.StringIO()
    np.savetxt(stream, np.atleast_1d(np.asarray(prediction)), delimiter=",", fmt="%s")
    return stream.getvalue()


def _to_json(prediction: object) -> str:
    return json.dumps(prediction, default=_listed)


def _listed(value: object) -> object:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON; give the model an output_fn")


def _to_npy(prediction: object) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.asarray(prediction), allow_pickle=False)
    return stream.getvalue()


_READERS: Mapping[str, Callable[[str | bytes], np.ndarray]] = {CSV: _from_csv, JSON: _from_json, NPY: _from_npy}
_WRITERS: Mapping[str, Callable[[object], str | bytes]] = {JSON: _to_json, CSV: _to_csv, NPY: _to_npy}
