"""The bootstrap, on counts: rows that no metric can tell apart are drawn together.

A million rows are a few joint cells of (label, challenger, champion), so a resample costs a few numbers.
"""

# numpy, scipy and scikit-learn live in the model image, not beside the type checker.
# mypy: disable-error-code="import-not-found,import-untyped"
from collections.abc import Iterator

import numpy as np
from scipy import sparse

RESAMPLES = 1000
SEED = 20  # the same rows give the same interval each time
_BLOCK = 2_000_000  # numbers held at once


def drawn(counts: np.ndarray) -> Iterator[np.ndarray]:
    """Blocks of resamples, one a row: how often each cell is drawn when all rows are drawn again."""
    random = np.random.default_rng(SEED)
    total, shares = int(counts.sum()), counts / counts.sum()
    size = max(1, min(RESAMPLES, _BLOCK // len(counts)))
    for start in range(0, RESAMPLES, size):
        yield random.multinomial(total, shares, size=min(size, RESAMPLES - start)).astype(float)


def cells(*codes: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """The distinct combinations of the codes, column by column, and how many rows have each."""
    sizes = [int(column.max()) + 1 for column in codes]
    distinct, counts = np.unique(np.ravel_multi_index(codes, sizes), return_counts=True)
    return list(np.unravel_index(distinct, sizes)), counts


def summing(groups: np.ndarray, *, size: int) -> sparse.csr_matrix:
    """The matrix that adds up cells by group; a cell of group -1 counts nowhere."""
    (chosen,) = np.nonzero(groups >= 0)
    return sparse.csr_matrix((np.ones(len(chosen)), (chosen, groups[chosen])), shape=(len(groups), size))


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top / bottom, and 0 where there is nothing to divide by, as scikit-learn's zero_division=0."""
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
