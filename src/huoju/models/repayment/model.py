"""Repayment capacity: the distribution of cash flow read at the line of debt service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from huoju.core.assessment import LEVELS

NAME, VERSION = "repayment", "2"
Floats = NDArray[np.float64]
_SCORES: Floats = ndtri(np.array(LEVELS))
_CERTAIN = 0.001


@dataclass(frozen=True, slots=True)
class Capacity:
    """Whether debt can be served; ``shortfall`` ``(n,)``, ``dscr`` ``(n, len(LEVELS))``, NaN where unknown."""

    shortfall: Floats
    dscr: Floats


def capacity(sums: Floats, cash: Floats, service: Floats, known: NDArray[np.bool_]) -> Capacity:
    """Return P(inflow + cash < debt service) and the quantiles of inflow over debt service.

    ``sums`` ``(n, paths)`` sorted net inflow of the twelve months, ``cash`` and ``service`` ``(n,)``, all in fen;
    unknown cash (NaN) is left out of the sum, which the caller says. Without debt service there is no ratio.
    """
    need = service - np.nan_to_num(cash, nan=0.0)
    below = (sums < need[:, None]).sum(axis=1)
    shortfall = np.where(service > 0, (below + 0.5) / (sums.shape[1] + 1), 0.0)
    divisor = np.where(service > 0, service, np.nan)
    dscr = np.quantile(sums, LEVELS, axis=1).T / divisor[:, None]
    return Capacity(np.where(known, shortfall, np.nan), np.where(known[:, None], dscr, np.nan))


def chance_below(quantiles: Floats, line: Floats) -> Floats:
    """Return P(value < line) where only quantiles are forecast, as for annual statements; ``(n,)``.

    ``quantiles`` ``(n, len(LEVELS))`` rise along each row and are joined, and go on, by straight lines in normal
    scores; never 0 or 1.
    """
    rows = np.arange(len(line))
    left = np.clip((quantiles <= line[:, None]).sum(axis=1) - 1, 0, len(LEVELS) - 2)
    low, high = quantiles[rows, left], quantiles[rows, left + 1]
    share = (line - low) / np.maximum(high - low, 1e-12)
    score = _SCORES[left] + share * (_SCORES[left + 1] - _SCORES[left])
    return np.asarray(np.clip(ndtr(np.clip(score, -9, 9)), _CERTAIN, 1 - _CERTAIN))


def room_for_service(sums: Floats, cash: Floats, service: Floats, tolerance: float) -> Floats:
    """Return how much more yearly debt service keeps the shortfall probability within ``tolerance``; ``(n,)`` fen.

    The largest service under which no more than that share of paths falls short; may be negative.
    """
    paths = sums.shape[1]
    allowed = int(np.floor(tolerance * (paths + 1) - 0.5))
    line = sums[:, max(min(allowed, paths - 1), 0)]
    return line + np.nan_to_num(cash, nan=0.0) - service
