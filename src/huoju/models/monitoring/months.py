"""Months of a panel side by side, whatever each source's delay: the last known ones against those of a year before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huoju.core.panel import Panel

STALE = 9  # months without news after which a quantity says nothing of now

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def last_known(grid: Floats) -> Whole:
    """Return the place of each row's last known month of ``(n, t)``; ``(n,)``, -1 where there is none."""
    known = ~np.isnan(grid)
    return np.where(known.any(axis=1), grid.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1), -1)


def change(panel: Panel, variable: str, window: int) -> Floats:
    """Return the change of a monthly quantity: its last ``window`` known months over the same a year before, minus 1.

    ``(n,)``; unknown where any of these months is, where the year before holds nothing, or where the last known month
    is more than ``STALE`` months ago.
    """
    grid = panel.months(variable, 24 + STALE).floats()
    last = last_known(grid)
    now, before = (_sum(grid, last - back, window) for back in (0, 12))
    fresh = last >= grid.shape[1] - STALE
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fresh & (before > 0), now / before - 1, np.nan)


def level(panel: Panel, variable: str, window: int, unit: float = 1.0) -> Floats:
    """Return the mean of the last ``window`` months up to the last known one; ``(n,)``, unknown months left out."""
    grid = panel.months(variable, window + STALE).floats(unit)
    last = last_known(grid)
    place = last[:, None] - np.arange(window)[None, :]
    inside = (place >= 0) & (last >= 0)[:, None]
    values = np.where(inside, np.take_along_axis(grid, np.maximum(place, 0), axis=1), np.nan)
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan)


def _sum(grid: Floats, last: Whole, window: int) -> Floats:
    """Return the sum of the ``window`` months that end at each row's place; NaN where one is unknown or before all."""
    place = last[:, None] - np.arange(window)[None, :]
    values = np.take_along_axis(grid, np.maximum(place, 0), axis=1)
    total: Floats = np.where((place >= 0).all(axis=1), values.sum(axis=1), np.nan)
    return total
