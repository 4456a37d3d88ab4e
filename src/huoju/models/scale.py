"""The scale of the torch score: 600 points at 50 to 1 that nothing defaults, 50 more double the odds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BASE_POINTS, BASE_ODDS, DOUBLING = 600, 50, 50  # credit.md section 1, row 8
LOWEST, HIGHEST = 0, 1000
PER_LOG_ODDS = DOUBLING / float(np.log(2))  # points that one unit of log-odds is worth

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def points_of(probability: Floats) -> Whole:
    """Return whole points for default probabilities; ``(n,)``.

    >>> points_of(np.array([1 / 51, 1 / 101])).tolist()
    [600, 650]
    """
    odds = (1 - probability) / probability
    points = BASE_POINTS + DOUBLING * np.log2(odds / BASE_ODDS)
    return np.asarray(np.clip(np.rint(points), LOWEST, HIGHEST), dtype=np.int64)


def probability_of(points: Floats | Whole) -> Floats:
    """Return the default probability of points; the inverse of ``points_of`` before rounding."""
    return 1 / (1 + BASE_ODDS * 2 ** ((points - BASE_POINTS) / DOUBLING))


def whole(log_odds: Floats) -> Whole:
    """Return what addends to the log-odds of default are in whole points: less risk, more points."""
    return np.asarray(np.rint(-PER_LOG_ODDS * log_odds), dtype=np.int64)


def base_points(log_odds: float) -> int:
    """Return the whole points of log-odds that stand for the base: the table's sum starts there."""
    return int(np.rint(BASE_POINTS - DOUBLING * np.log2(BASE_ODDS) - PER_LOG_ODDS * log_odds))
