"""Made-up points tables and values: random, monotone, with pairs, and values that sit on every edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable

Floats = NDArray[np.float64]


def made_table(seed: int, *, inputs: int = 5, bins: int = 6, pairs: int = 1, replicates: int = 3) -> PointsTable:
    """Return a table with random edges and cells that keep their directions; every third input is free."""
    random = np.random.default_rng(seed)
    parts = []
    for place in range(inputs):
        sign, edges = (1, -1, 0)[place % 3], _edges(random, int(random.integers(0, bins)))
        steps = random.exponential(0.3, len(edges) + 1) if sign else random.normal(0, 0.5, len(edges) + 1)
        cells = np.append((sign or 1) * np.cumsum(steps) - steps.sum() / 2 * (sign or 1), random.normal(0, 0.3))
        group = ("growth", "operations")[place % 2]
        parts.append(Binned(f"input_{place}", group, sign, place, edges, cells, cells.min(), cells.max()))
    joined = []
    for number in range(pairs):
        first, second = number % inputs, (number + 1) % inputs
        rows, columns = _edges(random, 2), _edges(random, 3)
        along = (parts[first].sign or 1, parts[second].sign or 1)
        cells = np.zeros((len(rows) + 2, len(columns) + 2))
        steps = random.exponential(0.1, (len(rows) + 1, len(columns) + 1))
        grown = np.cumsum(np.cumsum(steps, axis=0), axis=1)
        cells[:-1, :-1] = grown[:: along[0], :: along[1]]
        cells[-1, :-1], cells[:-1, -1] = along[1] * np.linspace(-0.2, 0.3, len(columns) + 1), cells[:-1, 0]
        joined.append(Pair(first, second, rows, columns, cells, cells.min(), cells.max()))
    size = 1 + sum(part.log_odds.size for part in (*parts, *joined))
    rows = random.normal(0, 0.05, (replicates, size)) if replicates else np.empty((0, 0))
    return PointsTable("columns", float(random.normal(-3, 0.5)), tuple(parts), tuple(joined), rows, 0.1)


def made_values(table: PointsTable, rows: int, seed: int = 0) -> Floats:
    """Return values ``(rows, k)``: at random, one in eight unknown, one in eight an edge, some infinite."""
    random = np.random.default_rng(seed)
    values = random.normal(0, 3, (rows, len(table.inputs)))
    for place in range(len(table.inputs)):
        edges = _all_edges(table, place)
        if len(edges):
            at = random.random(rows) < 1 / 8
            values[at, place] = random.choice(edges, at.sum())
    values[random.random(values.shape) < 1 / 8] = np.nan
    values[random.random(values.shape) < 1 / 64] = np.inf
    values[random.random(values.shape) < 1 / 64] = -np.inf
    return values


def _edges(random: np.random.Generator, count: int) -> Floats:
    return np.unique(random.normal(0, 2, count))


def _all_edges(table: PointsTable, place: int) -> Floats:
    found = [table.inputs[place].edges]
    found += [pair.first_edges for pair in table.pairs if pair.first == place]
    found += [pair.second_edges for pair in table.pairs if pair.second == place]
    return np.unique(np.concatenate(found))
