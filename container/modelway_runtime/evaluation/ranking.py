"""Resampled AUC: how often a positive row ranks above a negative one."""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
import numpy as np

from modelway_runtime.evaluation.resampling import cells, drawn, summing
from modelway_runtime.evaluation.sample import Sample

EXACT_ROWS = 10_000  # above it, scores fall into bins: their joint cells stay few
BINS = 256


def resampled_auc(sample: Sample, *, exact: list[float]) -> np.ndarray:
    """AUC by model (row) and resample (column); NaN where a resample has one class only.

    Bins shift the value a little, the same way in each resample: it is moved back to `exact`.
    """
    ranks = [_ranks(model.scores) for model in sample.answers]
    (labels, *models), counts = cells(sample.labels, *ranks)
    sums = [_sums(labels, model) for model in models]
    blocks = [[_auc(draw, *pair) for pair in sums] for draw in drawn(counts)]
    values = np.stack([np.concatenate(column) for column in zip(*blocks, strict=True)])
    binned = np.stack([_auc(counts[np.newaxis].astype(float), *pair) for pair in sums])
    return values + (np.array(exact)[:, np.newaxis] - binned)


def _ranks(scores: np.ndarray) -> np.ndarray:
    distinct, ranks = np.unique(scores, return_inverse=True)
    if len(distinct) <= EXACT_ROWS:
        return ranks.ravel()
    edges = np.quantile(scores, np.linspace(0, 1, BINS + 1)[1:-1])
    return np.searchsorted(edges, scores, side="right")


def _sums(labels: np.ndarray, ranks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    size = int(ranks.max()) + 1
    return tuple(summing(np.where(labels == label, ranks, -1), size=size) for label in (1, 0))


def _auc(draw: np.ndarray, positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """The share of (positive, negative) pairs in the right order; a tie is half a pair."""
    above, below = draw @ positive, draw @ negative
    beaten = np.cumsum(below, axis=1) - below / 2
    pairs = above.sum(axis=1) * below.sum(axis=1)
    won = (above * beaten).sum(axis=1)
    return np.divide(won, pairs, out=np.full_like(won, np.nan), where=pairs > 0)
