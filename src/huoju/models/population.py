"""A named, frozen population against which one enterprise is placed, so that one row is the same as a batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Population:
    """Sorted values of a population; NaN is no member. ``name`` says which, e.g. a home on a day."""

    name: str
    values: NDArray[np.float64]

    @classmethod
    def of(cls, name: str, values: NDArray[np.float64]) -> Population:
        """Return the population of the known values."""
        return cls(name, np.sort(values[~np.isnan(values)]))

    def percentile(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of the population below each value, ties by half; ``(n,)``, NaN where unknown or empty."""
        if not self.values.size:
            return np.full(len(values), np.nan)
        below = np.searchsorted(self.values, values, side="left")
        up_to = np.searchsorted(self.values, values, side="right")
        return np.where(np.isnan(values), np.nan, (below + up_to) / 2 / self.values.size)
