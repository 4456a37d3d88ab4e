"""Whether a points table keeps its declared directions: the steps of an input and of its pairs, taken together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.scale import whole

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def broken_direction(table: PointsTable) -> tuple[Binned, float, int] | None:
    """Return an input that moves against its direction, at which edge and by how many points; None where none does.

    The points of an input and of its pairs count together, over every cell of the pairs' other inputs.
    """
    for place, part in enumerate(table.inputs):
        edges, steps = worst_steps(table, place)
        bad = np.flatnonzero(steps < 0)
        if part.sign and len(bad):
            return part, float(edges[bad[0]]), -int(steps[bad[0]])
    return None


def worst_steps(table: PointsTable, place: int) -> tuple[Floats, Whole]:
    """Return the edges of an input and of its pairs, and the fewest points that crossing each can bring; ``(e,)``.

    Points that fall where more means more risk count as brought, so a direction is kept where none is below 0. A free
    input counts as one of which more means less risk.
    """
    part = table.inputs[place]
    sides = [(part.edges, part.log_odds.reshape(-1, 1))]
    sides += [(pair.first_edges, pair.log_odds) for pair in table.pairs if pair.first == place]
    sides += [(pair.second_edges, pair.log_odds.T) for pair in table.pairs if pair.second == place]
    edges = np.unique(np.concatenate([own for own, _ in sides]))
    towards = -1 if part.sign > 0 else 1
    steps = [_steps(edges, own, towards * whole(log_odds)).min(axis=1) for own, log_odds in sides]
    return edges, np.sum(steps, axis=0, dtype=np.int64)


def _steps(edges: Floats, own: Floats, points: Whole) -> Whole:
    """Return what crossing each of ``edges`` adds to points ``(b + 1, c)`` over the bins of ``own``; ``(e, c)``."""
    return np.asarray(points[np.searchsorted(own, edges, "right")] - points[np.searchsorted(own, edges, "left")])
