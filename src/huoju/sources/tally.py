"""What the numbers of a layout look like, so that later deliveries can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_MOST = 2**63 - 1
_POWERS = 10 ** np.arange(19, dtype=np.int64)
_STEP = 10_000  # four digits


class Sizes:
    """How often each size of number came, sizes cut to their first four digits; of many numbers a few numbers."""

    def __init__(self) -> None:
        self._counts = np.zeros(0, dtype=np.int64)
        self._first = 0  # the size of which ``_counts`` begins to tell

    def add(self, values: NDArray[np.int64]) -> None:
        """Count numbers; ``(n,)``."""
        if not len(values):
            return
        sizes = _cut(values)
        low, high = int(sizes.min()), int(sizes.max()) + 1
        before = self._counts
        first, last = (min(low, self._first), max(high, self._first + len(before))) if len(before) else (low, high)
        self._counts = np.bincount(sizes - first, minlength=last - first)
        self._counts[self._first - first :][: len(before)] += before
        self._first = first

    def middle(self) -> int | None:
        """Return the median of the sizes, the lower of two; None where nothing was counted."""
        if not len(self._counts):
            return None
        summed = np.cumsum(self._counts)
        size = self._first + int(np.searchsorted(summed, (int(summed[-1]) - 1) // 2, side="right"))
        power, digits = divmod(abs(size), _STEP)
        whole: int = digits * 10**power
        return whole if size > 0 else -whole


def _cut(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each number one that keeps its order and first four digits: how many follow, then the digits."""
    sizes = np.abs(np.maximum(values, -_MOST))
    power = np.maximum(np.searchsorted(_POWERS, sizes, side="right") - 4, 0)
    return np.asarray(np.sign(values) * (power * _STEP + sizes // _POWERS[power]))


@dataclass(slots=True)
class Tally:
    """What the rows of a layout look like so far: how many, how many filled, how often each size of number came."""

    rows: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, Sizes] = field(default_factory=dict)
