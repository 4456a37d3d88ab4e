"""From quantiles of each month to paths: months are joined in the ranks in which past years had them.

The joining is that of Schaake (Clark et al. 2004, J. Hydrometeorology 5:243): it moves no month's distribution. The
ranks are of where past months fell within their own forecasts, and are common to all enterprises.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from huoju.core.assessment import LEVELS
from huoju.models.cash_flow.forecast import AHEAD, PATHS
from huoju.models.quantiles import HIGH, LOW, between

Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]
LEAST_TEMPLATES = 40  # past years, before their ranks are believed
_LASTING, _PASSING = 0.5, 0.35  # correlation of months without past years, huoju's own: for good, and side with side
_STEPS = np.arange(PATHS) / (PATHS - 1)
_GRID: Floats = ndtri(np.clip(_STEPS, 0.5 / PATHS, 1 - 0.5 / PATHS))
_EXACT = [round(level * (PATHS - 1)) for level in LEVELS]


def joined(quantiles: Floats, ranks: Ranks) -> Floats:
    """Return ``(n, PATHS, AHEAD)`` paths with the given quantiles in each month; ``(n, AHEAD, len(LEVELS))``."""
    count = len(quantiles)
    ordered = between(quantiles.reshape(-1, len(LEVELS)), LEVELS, _GRID)
    ordered[:, _EXACT] = quantiles.reshape(-1, len(LEVELS))
    ordered = ordered.reshape(count, AHEAD, PATHS)
    return np.stack([ordered[:, month][:, ranks[:, month]] for month in range(AHEAD)], axis=2)


def places(truth: Floats, quantiles: Floats) -> Floats:
    """Return where truths ``(n,)`` fell within quantiles ``(n, len(LEVELS))``: a number that rises with the truth."""
    below = (quantiles < truth[:, None]).sum(axis=1)
    rows = np.arange(len(truth))
    left, right = quantiles[rows, np.maximum(below - 1, 0)], quantiles[rows, np.minimum(below, len(LEVELS) - 1)]
    gap = np.where(right > left, right - left, quantiles[:, HIGH] - quantiles[:, LOW])
    return np.asarray(below + np.clip((truth - left) / gap, -100, 100))


def ranks_of(templates: Floats, rng: np.random.Generator) -> Ranks:
    """Return for each of ``(PATHS, ...)`` templates its rank in each column, ties by lot."""
    lot = rng.random(templates.shape)
    order = np.lexsort((lot, templates), axis=0)
    return np.argsort(order, axis=0)


def made_up_templates(rng: np.random.Generator) -> Floats:
    """Return ``(PATHS, 2, AHEAD)`` normal templates where no past years are: half of a month's swing lasts."""
    lasting, passing = rng.normal(size=(PATHS, 2, 1)), rng.normal(size=(PATHS, 2, AHEAD))
    for drawn in (lasting, passing):
        drawn[:, 1] = _PASSING * drawn[:, 0] + np.sqrt(1 - _PASSING**2) * drawn[:, 1]
    return np.asarray(np.sqrt(_LASTING) * lasting + np.sqrt(1 - _LASTING) * passing)
