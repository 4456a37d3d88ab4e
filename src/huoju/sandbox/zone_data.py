"""The zone behind the deliveries: plan, economy, people, and what invoices of each month add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from huoju.core.period import add_months
from huoju.sandbox.economy import Economy
from huoju.sandbox.people import People
from huoju.sandbox.plan import Plan


@dataclass(frozen=True, slots=True)
class ZoneData:
    """All that the offices write from. ``months`` are delivered; the economy goes on for the future months.

    ``invoiced`` holds fen ``(n, t)`` for ``sales`` and ``purchases``: what the invoices of a month add up to.
    """

    plan: Plan
    seed: int
    months: int
    economy: Economy
    people: People
    invoiced: Mapping[str, NDArray[np.int64]]

    @property
    def last_day(self) -> date:
        """The last day of which anything is delivered."""
        return add_months(self.plan.first_month, self.months) - timedelta(days=1)

    def exists(self, month: int) -> NDArray[np.bool_]:
        """Return which enterprises are there in a month; ``(n,)``."""
        economy = self.economy
        return (economy.founded <= month) & ((economy.closed < 0) | (economy.closed > month))


def invoiced(plan: Plan, economy: Economy, rng: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Return what is invoiced in each month in fen: small enterprises leave months out and catch up in the next."""
    small = economy.sales.mean(axis=1) < np.median(economy.sales.mean(axis=1))
    found = {}
    for side, truth in (("sales", economy.sales), ("purchases", economy.purchases)):
        idle = (rng.random(truth.shape) < plan["invoices.idle_month"] * 2) & small[:, None]
        carried = np.zeros(len(truth))
        amounts = np.zeros(truth.shape, dtype=np.int64)
        for month in range(truth.shape[1]):
            carried = carried + truth[:, month]
            now = np.where(idle[:, month], 0.0, carried)
            amounts[:, month] = np.rint(now * 100)
            carried = carried - now
        found[side] = amounts
    return found
