"""Two-way tables: monotone in both inputs, from steps that both, or either, of two thresholds release."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.parts import Part, centred, quantile_edges
from huoju.models.default_risk.points_table import Pair

Floats = NDArray[np.float64]
BINS = 4


def pair_part(
    values: Floats, weight: Floats, places: tuple[int, int], inputs: Sequence[Input], bins: int = BINS
) -> Part:
    """Return the part of two inputs: cells of their own edges, a last row and column for unknown that add nothing.

    Every basis is a step where both inputs are past a threshold, or where either is; with bounded steps their sums
    rise with each input whose sign is + and fall where it is -. An input without a sign steps both ways.
    """
    first, second = (values[:, place] for place in places)
    known = ~np.isnan(first) & ~np.isnan(second)
    edges = [quantile_edges(column[~np.isnan(column)], bins) for column in (first, second)]
    sizes = [len(each) + 2 for each in edges]
    at = [np.where(np.isnan(v), len(e) + 1, np.searchsorted(e, v)) for v, e in zip((first, second), edges, strict=True)]
    cells = at[0] * sizes[1] + at[1]
    columns = []
    ways = [_steps(len(each) + 1, inputs[place].sign) for each, place in zip(edges, places, strict=True)]
    for one in ways[0]:
        for other in ways[1]:
            columns += [np.outer(one, other), 1 - np.outer(1 - one, 1 - other)]
    basis = np.zeros((sizes[0], sizes[1], len(columns)))
    basis[:-1, :-1] = np.stack(columns, axis=-1)
    basis = centred(basis.reshape(-1, len(columns)), cells, weight * known)
    blank = np.zeros(sizes, dtype=bool)
    blank[-1], blank[:, -1] = True, True
    basis[blank.ravel()] = 0.0
    count = len(columns)
    free = all(inputs[place].sign == 0 for place in places)

    def made(log_odds: Floats) -> Pair:
        low, high = np.quantile(log_odds[cells[known]], (0.05, 0.95))
        return Pair(places[0], places[1], edges[0], edges[1], log_odds.reshape(sizes), float(low), float(high))

    return Part(cells, basis, np.full(count, -np.inf if free else 0.0), np.full(count, np.inf), np.ones(count), made)


def _steps(bins: int, sign: int) -> list[Floats]:
    """Return for each threshold the bins past it, towards more risk; both ways where there is no sign."""
    up = [(np.arange(bins) > threshold).astype(float) for threshold in range(bins - 1)]
    down = [1 - each for each in up]
    return up * (sign >= 0) + down * (sign <= 0)
