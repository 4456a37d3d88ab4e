"""The parts of a table that is being fitted: which cell each row is in, and how steps add up to cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.points_table import Binned, Pair

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
LEAST_KNOWN = 0.05  # share of the sample in which an input must be known to enter
ENOUGH_UNKNOWN = 30  # rows from which the unknown cell is learnt


@dataclass(frozen=True, slots=True)
class Part:
    """One input or pair over ``n`` rows: ``cells`` ``(n,)``; ``basis`` ``(c, p)``: what ``p`` steps add to ``c`` cells.

    Cells are centred: over the known rows they add nothing on the mean. ``least`` and ``most`` ``(p,)`` bound steps.
    """

    cells: Whole
    basis: Floats
    least: Floats
    most: Floats
    penalty: Floats
    made: Callable[[Floats], Binned | Pair]

    def bounds(self) -> list[tuple[float, float]]:
        """Return the bounds of each step."""
        return list(zip(self.least.tolist(), self.most.tolist(), strict=True))


def main_part(values: Floats, weight: Floats, given: Input, place: int, bins: int, hiding_pays: bool) -> Part:
    """Return the part of one input; one bin and no steps where it is hardly ever known or never differs."""
    column = values[:, place]
    known = ~np.isnan(column)
    edges = quantile_edges(column[known], bins) if known.mean() >= LEAST_KNOWN else np.empty(0)
    count = len(edges) + 1
    cells = np.where(known, np.searchsorted(edges, column, side="left"), count)
    basis = np.zeros((count + 1, count))
    basis[:count, : count - 1] = np.tril(np.ones((count, count - 1)), -1)
    basis = centred(basis, cells, weight * known) if known.any() else basis
    learnt = len(edges) > 0 and (~known).sum() >= ENOUGH_UNKNOWN
    basis[count] = 0.0
    basis[count, -1] = 1.0
    least = np.full(count, 0.0 if given.sign > 0 else -np.inf)
    most = np.full(count, 0.0 if given.sign < 0 else np.inf)
    least[-1], most[-1] = (-np.inf if hiding_pays else 0.0, np.inf) if learnt else (0.0, 0.0)

    def made(log_odds: Floats) -> Binned:
        low, high = np.quantile(log_odds[cells[known]], (0.05, 0.95)) if known.any() else (0.0, 0.0)
        return Binned(given.name, given.group, given.sign, place, edges, log_odds, float(low), float(high))

    return Part(cells, basis, least, most, np.ones(count), made)


def quantile_edges(known: Floats, bins: int) -> Floats:
    """Return at most ``bins - 1`` distinct edges between the known values ``(m,)``, each with values on both sides.

    They stand at quantiles that are even in log-odds, 2 % to 98 %: finer in the tails, where risk is.
    """
    reach = logit(0.02)
    edges = np.unique(np.quantile(known, expit(np.linspace(reach, -reach, bins - 1)), method="lower"))
    return np.asarray(edges[edges < known.max()])


def centred(basis: Floats, cells: Whole, weight: Floats) -> Floats:
    """Return the basis less its mean over the rows that ``weight`` ``(n,)`` counts."""
    share = np.bincount(cells, weight, len(basis))
    return np.asarray(basis - (share @ basis) / share.sum())
