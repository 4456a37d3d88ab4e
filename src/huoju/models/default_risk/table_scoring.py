"""Scores with their reasons, fast: a batch block by block in the caches of one core, one enterprise in plain Python.

A reason is a part of the table that takes points away: 0 is the mean of the fitting sample in every part. What is
unknown counts by the points that the unknown gets. The four that take most are given, the first of equals first;
both ways give the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import HIGHEST, LOWEST, probability_of, whole

REASONS = 4
MOST_EDGES = 250  # that a code of one byte can count
ROWS = 8_192  # of a block: what is worked on stays in the cache

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Codes = NDArray[np.uint8] | NDArray[np.int64]
Keys = NDArray[np.int32] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Of ``n`` enterprises: ``score`` and ``probability`` ``(n,)``, ``reasons`` and ``lost`` ``(n, 4)``.

    ``reasons`` are places among the parts of the table, the worst first, -1 where fewer take points away; ``lost`` is
    how many each takes, 0 where there is none.
    """

    score: NDArray[np.int16]
    probability: Floats
    reasons: NDArray[np.int16]
    lost: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Score:
    """Of one enterprise, as ``Scores``; ``points`` are those of every part and add up with the base."""

    score: int
    probability: float
    points: tuple[int, ...]
    reasons: tuple[int, ...]
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scorer:
    """A table prepared for scoring. A key holds in one integer the points lost and, below, which part lost them."""

    table: PointsTable
    bits: int
    keys: tuple[Keys, ...]  # of each part's cells, flattened
    probabilities: Floats  # of 0..1000
    plain: tuple[tuple[int, list[float], int, list[float], list[int]], ...]  # each part for one enterprise

    @classmethod
    def of(cls, table: PointsTable) -> Scorer:
        """Return the table prepared."""
        points = [whole(part.log_odds).ravel() for part in table.parts]
        bits = len(points).bit_length()
        size = sum(int(np.abs(own).max()) + 1 for own in points) << bits
        last = (1 << bits) - 1
        wide = [(-own << bits) + (last - place) for place, own in enumerate(points)]
        keys = tuple(own.astype(np.int32) if size < 2**30 else own for own in wide)
        plain = tuple(_plain(part, own) for part, own in zip(table.parts, points, strict=True))
        return cls(table, bits, keys, probability_of(np.arange(HIGHEST + 1)), plain)

    def batch(self, values: Floats) -> Scores:
        """Return the scores of ``(n, k)`` values, NaN where unknown."""
        count = len(values)
        score, reasons = np.empty(count, np.int16), np.empty((count, REASONS), np.int16)
        lost = np.empty((count, REASONS), np.int32)
        last = (1 << self.bits) - 1
        constant = sum(last - place for place in range(len(self.keys)))
        for start in range(0, count, ROWS):
            rows = slice(start, min(start + ROWS, count))
            total, top = self._block(np.ascontiguousarray(values[rows].T))
            score[rows] = np.clip(self.table.base_points - ((total - constant) >> self.bits), LOWEST, HIGHEST)
            below = top >> self.bits
            is_reason = below > 0
            reasons[rows] = np.where(is_reason, last - (top & last), -1).T
            lost[rows] = np.where(is_reason, below, 0).T
        return Scores(score, self.probabilities[score], reasons, lost)

    def one(self, values: Sequence[float]) -> Score:
        """Return the score of one enterprise; ``k`` values, NaN where unknown."""
        points, keys = [], []
        last = (1 << self.bits) - 1
        for place, (first, edges, second, others, cells) in enumerate(self.plain):
            value = values[first]
            cell = bisect_left(edges, value) if value == value else len(edges) + 1  # noqa: PLR0124 - NaN
            if second >= 0:
                value = values[second]
                other = bisect_left(others, value) if value == value else len(others) + 1  # noqa: PLR0124
                cell = cell * (len(others) + 2) + other
            points.append(cells[cell])
            keys.append((-cells[cell] << self.bits) + last - place)
        keys.sort(reverse=True)
        told = [key for key in keys[:REASONS] if key >> self.bits > 0]
        score = min(max(self.table.base_points + sum(points), LOWEST), HIGHEST)
        fill = REASONS - len(told)
        return Score(
            score,
            float(self.probabilities[score]),
            tuple(points),
            tuple([last - (key & last) for key in told] + [-1] * fill),
            tuple([key >> self.bits for key in told] + [0] * fill),
        )

    def _block(self, columns: Floats) -> tuple[Keys, Keys]:
        """Return the sum of all keys ``(r,)`` and the four highest ``(4, r)`` of columns ``(k, r)``."""
        count = columns.shape[1]
        kind = self.keys[0].dtype if self.keys else np.dtype(np.int32)
        total = np.zeros(count, kind)
        top = np.full((REASONS, count), np.iinfo(kind).min, kind)
        key, falling = np.empty(count, kind), np.empty(count, kind)
        for part, keys in zip(self.table.parts, self.keys, strict=True):
            np.take(keys, _cells(part, columns), out=key, mode="clip")
            total += key
            for place in range(REASONS):
                np.minimum(top[place], key, out=falling)
                np.maximum(top[place], key, out=top[place])
                key, falling = falling, key
        return total, top


def _cells(part: Binned | Pair, columns: Floats) -> NDArray[np.intp]:
    if isinstance(part, Binned):
        return _codes(columns[part.place], part.edges).astype(np.intp)
    rows = _codes(columns[part.first], part.first_edges).astype(np.intp)
    return rows * (len(part.second_edges) + 2) + _codes(columns[part.second], part.second_edges)


def _codes(values: Floats, edges: Floats) -> Codes:
    """Return how many edges each value passes, one more than all where unknown: one wide comparison an edge."""
    if len(edges) > MOST_EDGES:
        return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    passed = np.isnan(values)
    codes = passed.view(np.uint8) * np.uint8(len(edges) + 1)
    for edge in edges:
        np.greater(values, edge, out=passed)
        codes += passed.view(np.uint8)
    return codes


def _plain(part: Binned | Pair, points: Whole) -> tuple[int, list[float], int, list[float], list[int]]:
    if isinstance(part, Binned):
        return part.place, part.edges.tolist(), -1, [], points.tolist()
    return part.first, part.first_edges.tolist(), part.second, part.second_edges.tolist(), points.tolist()
