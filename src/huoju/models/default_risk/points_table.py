"""The points table: whole points for each bin of each input, which add up to the score and alone give everything.

A score is the base and one cell of every input (and of every pair of inputs, where there are any); its default
probability is read off the scale of the score. One row, a batch, SQL and a spreadsheet add the same whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from huoju.models.scale import HIGHEST, LOWEST, PER_LOG_ODDS, base_points, probability_of, whole

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Binned:
    """The input at column ``place``: bin ``j`` holds ``edges[j - 1] < x <= edges[j]``, a last cell what is unknown.

    ``sign`` is +1 where more of it means more risk, -1 where less, 0 where it is free. ``edges`` ``(b - 1,)`` rise;
    ``log_odds`` ``(b + 1,)`` is what each cell adds to the log-odds of default, unknown last. ``low`` and ``high``
    are the 5 % and 95 % quantiles of these addends in the fitting sample: the span that an unknown leaves open.
    """

    name: str
    group: str
    sign: int
    place: int
    edges: Floats
    log_odds: Floats
    low: float
    high: float

    def cells(self, values: Floats) -> Whole:
        """Return the cell of each row of ``(n, k)``; ``(n,)``, ``b`` where unknown (NaN)."""
        return _binned(values[:, self.place], self.edges)

    def unknown(self, values: Floats) -> NDArray[np.bool_]:
        """Return where the input is unknown; ``(n,)``."""
        return np.isnan(values[:, self.place])


@dataclass(frozen=True, slots=True)
class Pair:
    """A two-way table over the inputs at places ``first`` and ``second``: ``log_odds`` ``(b1 + 1, b2 + 1)``.

    Its cells are those of the two inputs over edges of its own; the last row and column hold what is unknown.
    """

    first: int
    second: int
    first_edges: Floats
    second_edges: Floats
    log_odds: Floats
    low: float
    high: float

    def cells(self, values: Floats) -> Whole:
        """Return the place of each row of ``(n, k)`` in the flattened table; ``(n,)``."""
        row = _binned(values[:, self.first], self.first_edges)
        return row * (len(self.second_edges) + 2) + _binned(values[:, self.second], self.second_edges)

    def unknown(self, values: Floats) -> NDArray[np.bool_]:
        """Return where either side is unknown; ``(n,)``."""
        return np.isnan(values[:, self.first]) | np.isnan(values[:, self.second])


@dataclass(frozen=True, slots=True)
class PointsTable:
    """The table of ``k`` inputs and ``m`` pairs; ``base`` is in log-odds of default, as every cell is.

    ``replicates`` ``(r, 1 + cells)`` holds the base and every cell (inputs, then pairs, each flattened) of the same
    fit on other samples: what the fit does not know. ``anchor_error`` is the standard error of the anchor in
    log-odds. ``catalogue`` names where the inputs are computed: ``panel``, ``statements`` or ``columns``.
    """

    catalogue: str
    base: float
    inputs: tuple[Binned, ...]
    pairs: tuple[Pair, ...] = ()
    replicates: Floats = field(default_factory=lambda: np.empty((0, 0)))
    anchor_error: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs in the order of their columns."""
        return tuple(each.name for each in self.inputs)

    @property
    def parts(self) -> tuple[Binned | Pair, ...]:
        """The inputs, then the pairs."""
        return (*self.inputs, *self.pairs)

    @property
    def base_points(self) -> int:
        """What the score starts from."""
        return base_points(self.base)

    def cells(self, values: Floats) -> Whole:
        """Return the cell of every input and pair; ``(n, k + m)`` for values ``(n, k)``, NaN where unknown."""
        return np.stack([part.cells(values) for part in self.parts], axis=1)

    def addends(self, values: Floats) -> Whole:
        """Return the whole points of every input and pair; ``(n, k + m)``; with the base they add up to the score."""
        cells = self.cells(values)
        found = [whole(part.log_odds).ravel()[cells[:, place]] for place, part in enumerate(self.parts)]
        return np.stack(found, axis=1)

    def unbounded(self, values: Floats) -> Whole:
        """Return base and addends summed, before the score is held within 0..1000; ``(n,)``."""
        return np.asarray(self.base_points + self.addends(values).sum(axis=1))

    def score(self, values: Floats) -> Whole:
        """Return the score in whole points, 0..1000; ``(n,)``."""
        return np.clip(self.unbounded(values), LOWEST, HIGHEST)

    def probability(self, values: Floats) -> Floats:
        """Return the default probability, read off the score; ``(n,)``."""
        return probability_of(self.score(values))

    def span(self, values: Floats) -> tuple[Whole, Whole]:
        """Return how many points what is unknown could take away and add, by part; ``(n, k + m)`` each, 0 where known.

        The span goes from the points that the unknown got to those of the fitting sample's 5 % and 95 % quantiles.
        """
        given = self.addends(values)
        unknown = np.stack([part.unknown(values) for part in self.parts], axis=1)
        worst = np.array([np.floor(-PER_LOG_ODDS * part.high) for part in self.parts]).astype(np.int64)
        best = np.array([np.ceil(-PER_LOG_ODDS * part.low) for part in self.parts]).astype(np.int64)
        low = np.where(unknown, np.minimum(worst - given, 0), 0)
        return low, np.where(unknown, np.maximum(best - given, 0), 0)

    def error(self, values: Floats) -> Floats:
        """Return the standard error of the log-odds, from the replicates and the anchor; ``(n,)``."""
        if not len(self.replicates):
            return np.full(len(values), self.anchor_error)
        cells = self.cells(values) + self._offsets()
        total = self.replicates[:, :1] + sum(self.replicates[:, cells[:, place]] for place in range(cells.shape[1]))
        return np.asarray(np.sqrt(total.var(axis=0, ddof=1) + self.anchor_error**2))

    def rescaled(self, slope: float, shift: float) -> PointsTable:
        """Return the table whose log-odds are ``slope`` times these, plus ``shift``."""
        inputs = tuple(
            replace(i, log_odds=slope * i.log_odds, low=slope * i.low, high=slope * i.high) for i in self.inputs
        )
        pairs = tuple(
            replace(p, log_odds=slope * p.log_odds, low=slope * p.low, high=slope * p.high) for p in self.pairs
        )
        replicates = slope * self.replicates
        if len(replicates):
            replicates[:, 0] += shift
        return replace(self, base=slope * self.base + shift, inputs=inputs, pairs=pairs, replicates=replicates)

    def _offsets(self) -> Whole:
        """Return where each part's cells begin in a row of ``replicates``; ``(k + m,)``."""
        sizes = [1, *(part.log_odds.size for part in self.parts)]
        return np.cumsum(sizes[:-1]).astype(np.int64)


def _binned(values: Floats, edges: Floats) -> Whole:
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
