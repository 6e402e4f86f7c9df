"""Resampled regression metrics: from sums of errors, over rows or, of very many rows, over random groups of them."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
import numpy as np

from modelway_runtime.evaluation.resampling import SEED, drawn
from modelway_runtime.evaluation.sample import Sample

MAX_GROUPS = 10_000
SAME = 1e-9


def resampled_errors(sample: Sample) -> dict[str, np.ndarray]:
    """Each metric's value by model (row) and resample (column)."""
    groups = _groups(len(sample.labels))
    centred = sample.labels - sample.labels.mean()
    errors = [model.predictions - sample.labels for model in sample.answers]
    columns = [np.ones_like(centred), centred, centred**2]
    columns += [column for error in errors for column in (error**2, np.abs(error))]
    sums = np.stack([np.bincount(groups, weights=column) for column in columns], axis=1)
    totals = np.concatenate([draw @ sums for draw in drawn(np.ones(len(sums)))])
    return _metrics(totals, models=len(errors))


def _groups(rows: int) -> np.ndarray:
    """Each row its own group, or its place in random groups of one size: their sums vary as the rows' do."""
    places = np.arange(rows)
    return places if rows <= MAX_GROUPS else np.random.default_rng(SEED).permutation(places) % MAX_GROUPS


def _metrics(totals: np.ndarray, *, models: int) -> dict[str, np.ndarray]:
    rows, labels, squares = totals[:, 0], totals[:, 1], totals[:, 2]
    squared = np.stack([totals[:, 3 + 2 * number] for number in range(models)])
    absolute = np.stack([totals[:, 4 + 2 * number] for number in range(models)])
    spread = np.broadcast_to(squares - labels**2 / rows, squared.shape)
    # Of equal labels the difference of two large sums leaves a little more than nothing.
    varied = spread > SAME * np.broadcast_to(squares, squared.shape)
    explained = np.divide(squared, spread, out=np.full_like(squared, np.nan), where=varied)
    mse = squared / rows
    return {"mse": mse, "mae": absolute / rows, "rmse": np.sqrt(mse), "r2": 1 - explained}
