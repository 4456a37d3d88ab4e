"""A forest as neighbours: how often two rows end in the same leaf, and the quantiles of the targets so weighed.

After Meinshausen 2006, Journal of Machine Learning Research 7:983, on extremely randomised trees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from huoju.core.assessment import LEVELS

Floats = NDArray[np.float64]
_UNKNOWN = -9.0  # beyond what any ratio is
_ROWS = 512  # at once, for memory


class Trees(Protocol):
    """Fitted trees."""

    def apply(self, rows: Floats) -> NDArray[np.int64]:
        """Return the leaf of each row in each tree; ``(n, trees)``."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Fitted trees with the rows they were fitted on, by rising ``target`` ``(m,)``: ``leaves`` ``(m, all leaves)``."""

    trees: Trees
    first: NDArray[np.int64]  # (trees,) where each tree's leaves begin
    leaves: sparse.csr_matrix
    share: Floats  # (all leaves,) 1 over the rows in the leaf
    target: Floats

    def quantiles(self, rows: Floats) -> Floats:
        """Return the quantiles of each row's neighbours; ``(n, len(LEVELS))``, the same for one row as for all."""
        found = [self._quantiles(rows[start : start + _ROWS]) for start in range(0, len(rows), _ROWS)]
        return np.concatenate(found) if found else np.zeros((0, len(LEVELS)))

    def _quantiles(self, rows: Floats) -> Floats:
        ends = self.trees.apply(np.nan_to_num(rows, nan=_UNKNOWN)) + self.first
        width = ends.shape[1]
        steps = np.arange(0, ends.size + 1, width)
        weights = sparse.csr_matrix((self.share[ends.ravel()], ends.ravel(), steps), shape=(len(rows), len(self.share)))
        reached = np.cumsum((weights @ self.leaves.T).toarray(), axis=1)
        reached /= reached[:, -1:]
        last = len(self.target) - 1
        return np.stack([self.target[np.minimum((reached < level).sum(axis=1), last)] for level in LEVELS], axis=1)


def grow(rows: Floats, target: Floats, seed: int, *, trees: int = 200, least_in_leaf: int = 5) -> Forest:
    """Return a forest over ``rows`` ``(m, k)``, NaN where unknown."""
    from sklearn.ensemble import ExtraTreesRegressor

    order = np.argsort(target, kind="stable")
    filled, target = np.nan_to_num(rows[order], nan=_UNKNOWN), target[order]
    fitted = ExtraTreesRegressor(
        trees, min_samples_leaf=least_in_leaf, max_features=0.4, random_state=seed, n_jobs=1
    ).fit(filled, target)
    ends = fitted.apply(filled)
    first = np.concatenate([[0], np.cumsum(ends.max(axis=0) + 1)[:-1]])
    ends = ends + first
    count = int(max(tree.tree_.node_count for tree in fitted.estimators_) + first.max())
    leaves = sparse.csr_matrix(
        (np.ones(ends.size), ends.ravel(), np.arange(0, ends.size + 1, trees)), shape=(len(target), count)
    )
    rows_in = np.asarray(leaves.sum(axis=0)).ravel()
    return Forest(fitted, first, leaves, 1 / np.maximum(rows_in, 1), target)
