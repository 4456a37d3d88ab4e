"""Which loan the paths bear, and when cash first runs out: read off one forecast at the line of debt service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.money import MICRO
from huoju.core.schedule import debt_service

Floats = NDArray[np.float64]
LONGEST = 60  # months of a term that is looked for
_YEAR = 12
_YARDSTICK = 10**12  # fen: a loan large enough that rounding does not show


@dataclass(frozen=True, slots=True)
class Runout:
    """When cash runs out: ``by_month`` ``(n, months)`` is P(it has by then); ``median`` ``(n,)`` the month, from 1.

    ``median`` is NaN where fewer than half of the paths run out within the months looked at, or nothing is known.
    """

    by_month: Floats
    median: Floats


def runout(net: Floats, cash: Floats, due: Floats, known: NDArray[np.bool_]) -> Runout:
    """Return when net inflow and cash no longer cover what has fallen due; months carry their surplus on.

    ``net`` is ``(n, paths, months)``, ``due`` ``(n, months)``, ``cash`` ``(n,)``, all fen; unknown cash is left out.
    """
    left = np.nan_to_num(cash)[:, None, None] + np.cumsum(net - due[:, None, :], axis=2)
    has_run_out = np.logical_or.accumulate(left < 0, axis=2)
    share = has_run_out.mean(axis=1)
    half = share >= 0.5
    median = np.where(half.any(axis=1), half.argmax(axis=1) + 1.0, np.nan)
    return Runout(np.where(known[:, None], share, np.nan), np.where(known, median, np.nan))


def first_year(principal: NDArray[np.int64], yearly_rate: float, months: int, method: str) -> NDArray[np.int64]:
    """Return what loans cost in their first twelve months; ``(n,)`` fen, exact."""
    count = len(principal)
    due = debt_service(
        principal,
        np.full(count, round(yearly_rate * MICRO)),
        np.full(count, months),
        np.full(count, method, dtype=object),
    )
    return np.asarray(due[:, :_YEAR].sum(axis=1))


def largest_loan(room: Floats, yearly_rate: float, months: int, method: str) -> Floats:
    """Return the largest loan whose first year costs no more than ``room`` ``(n,)`` fen; NaN where that is unknown.

    ``room`` is what ``room_for_service`` gives for a policy's tolerance; without room the loan is 0.
    """
    share = first_year(np.array([_YARDSTICK]), yearly_rate, months, method)[0] / _YARDSTICK
    if share == 0:
        return np.where(np.isnan(room), np.nan, np.inf)
    amount = np.floor(np.maximum(np.nan_to_num(room), 0) / share).astype(np.int64)
    while (over := (first_year(amount, yearly_rate, months, method) > np.maximum(room, 0)) & (amount > 0)).any():
        amount = amount - over
    return np.where(np.isnan(room), np.nan, amount.astype(np.float64))


def shortest_term(room: Floats, amount: int, yearly_rate: float, method: str) -> Floats:
    """Return the fewest months over which a loan costs no more in its first year than ``room`` ``(n,)`` fen.

    NaN where no term up to ``LONGEST`` does, or the room is unknown.
    """
    terms = np.arange(1, LONGEST + 1)
    costs = np.array([first_year(np.array([amount]), yearly_rate, int(term), method)[0] for term in terms])
    fits = costs[None, :] <= np.nan_to_num(room, nan=-1.0)[:, None]
    return np.where(fits.any(axis=1), terms[fits.argmax(axis=1)].astype(np.float64), np.nan)
