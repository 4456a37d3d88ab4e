"""A forecast: paths of the months ahead, so that sums over months and readings at a line are counts of paths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS, Assessments
from huoju.core.fact import EntityId
from huoju.core.period import Period

NAME, VERSION = "cash_flow", "2"
AHEAD = 12
PATHS = 401  # so that every level of LEVELS is one path, and quantiles of paths are the quantiles put in

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Paths of the months ahead: ``sales`` and ``purchases`` are ``(n, PATHS, AHEAD)`` in fen.

    ``known`` is ``(n,)``: False where there is too little history, and the paths mean nothing.
    """

    as_of: date
    entities: tuple[EntityId, ...]
    periods: tuple[Period, ...]
    sales: Floats
    purchases: Floats
    known: NDArray[np.bool_]

    @property
    def net(self) -> Floats:
        """Net operating inflow by path; ``(n, PATHS, AHEAD)`` fen."""
        return self.sales - self.purchases

    def monthly(self) -> Floats:
        """Return quantiles of each month's net inflow; ``(n, AHEAD, len(LEVELS))`` fen."""
        return np.moveaxis(np.quantile(self.net, LEVELS, axis=1), 0, -1)

    def sums(self) -> Floats:
        """Return the net inflow of the twelve months by path; ``(n, PATHS)`` fen, sorted."""
        return np.sort(self.net.sum(axis=2), axis=1)


def assess_sums(forecast: Forecast) -> Assessments:
    """Return the assessments of the twelve months' net inflow that a forecast gives."""
    quantiles = np.quantile(forecast.sums(), LEVELS, axis=1).T
    span = Period(forecast.periods[0].start, forecast.periods[-1].end)
    return Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=forecast.as_of,
        period=span,
        unit="fen",
        entities=forecast.entities,
        value=quantiles[:, LEVELS.index(0.5)],
        known=forecast.known,
        low=quantiles[:, LEVELS.index(0.1)],
        high=quantiles[:, LEVELS.index(0.9)],
        quantiles=quantiles,
    )
