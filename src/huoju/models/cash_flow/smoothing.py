"""Exponential smoothing of many series at once: level, weight and error as they stood at every month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.models.quantiles import SCORES

Floats = NDArray[np.float64]
WEIGHTS = (0.02, 0.1, 0.2, 0.35, 0.5, 0.7)  # of the newest month
_FIRST = 6  # known months whose mean is the first level


@dataclass(frozen=True, slots=True)
class Smoothed:
    """``level``, ``weight`` and ``error`` (standard deviation one month ahead) of series; ``(n, t)`` or ``(n,)``."""

    level: Floats
    weight: Floats
    error: Floats

    def at(self, month: int, scale: Floats) -> Smoothed:
        """Return the state at the close of one month, in units of ``scale`` ``(n,)``."""
        return Smoothed(self.level[:, month] / scale, self.weight[:, month], self.error[:, month] / scale)

    def take(self, rows: NDArray[np.int64]) -> Smoothed:
        """Return the states of some rows."""
        return Smoothed(self.level[rows], self.weight[rows], self.error[rows])

    def quantiles(self, ahead: Floats) -> Floats:
        """Return normal quantiles ``ahead`` months on, ``(n,)``; ``(n, len(LEVELS))``."""
        error = self.error * np.sqrt(1 + np.maximum(ahead - 1, 0) * self.weight**2)
        return np.asarray(self.level[:, None] + error[:, None] * SCORES)


def smoothed(series: Floats) -> Smoothed:
    """Return the smoothing of ``(n, t)`` series, NaN where unknown: an unknown month leaves the level as it was.

    At each month the weight is the one of ``WEIGHTS`` with the least squared error so far.
    """
    known, filled = ~np.isnan(series), np.nan_to_num(series)
    is_first = known & (np.cumsum(known, axis=1) <= _FIRST)
    start = np.where(is_first, filled, 0).sum(axis=1) / np.maximum(is_first.sum(axis=1), 1)
    best = np.full(series.shape, np.inf)
    level, weight = np.zeros(series.shape), np.zeros(series.shape)
    for tried in WEIGHTS:
        now, lost = start.copy(), np.zeros(len(series))
        for month in range(series.shape[1]):
            error = np.where(known[:, month], filled[:, month] - now, 0.0)
            lost = lost + error * error
            now = now + tried * error
            better = lost < best[:, month]
            best[better, month] = lost[better]
            level[better, month], weight[better, month] = now[better], tried
    free = np.maximum(np.cumsum(known, axis=1) - 2, 1)
    return Smoothed(level, weight, np.sqrt(best / free))
