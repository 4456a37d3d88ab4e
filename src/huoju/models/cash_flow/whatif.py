"""What if: a forecast under a stated shock, from paths to paths; no shock gives the same forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from huoju.models.cash_flow.forecast import Forecast

Floats = NDArray[np.float64]
DAYS_A_MONTH = 30.0
LATEST = 180  # days of delay at most: half of the year ahead


@dataclass(frozen=True, slots=True)
class Shock:
    """What changes in all twelve months: shares of 1, and days.

    ``fewer_orders``: the share of sales that does not come, while ``purchases_follow`` of that share is not bought
    either (0: what was ordered is paid). ``later``: days by which buyers pay later. ``loses_largest_buyer``: the
    sales to the largest buyer of the last twelve months do not come.
    """

    fewer_orders: float = 0.0
    purchases_follow: float = 0.0
    later: int = 0
    loses_largest_buyer: bool = False

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a share outside 0 to 1, or a delay outside 0 to ``LATEST`` days."""
        for name, share in (("fewer_orders", self.fewer_orders), ("purchases_follow", self.purchases_follow)):
            if not 0 <= share <= 1:
                raise ValueError(f"{name} is a share from 0 to 1, got {share}.")
        if not 0 <= self.later <= LATEST:
            raise ValueError(f"later is 0 to {LATEST} days, got {self.later}.")


def shocked(forecast: Forecast, shock: Shock, largest_buyer: Floats) -> Forecast:
    """Return the forecast under a shock; where nothing is shocked, the one given.

    ``largest_buyer`` ``(n,)`` is that buyer's share of sales, NaN where unknown: losing it then leaves the forecast
    unknown. Returns and credit notes (months of negative sales) do not shrink with orders.
    """
    sales, purchases, known = forecast.sales, forecast.purchases, forecast.known
    if shock.fewer_orders:
        sales = _without(sales, np.full(len(sales), shock.fewer_orders))
        purchases = _without(purchases, np.full(len(sales), shock.fewer_orders * shock.purchases_follow))
    if shock.loses_largest_buyer:
        known = known & ~np.isnan(largest_buyer)
        sales = _without(sales, np.clip(np.nan_to_num(largest_buyer), 0, 1))
    if shock.later:
        sales = _delayed(sales, shock.later / DAYS_A_MONTH)
    changed = sales is not forecast.sales or purchases is not forecast.purchases
    return replace(forecast, sales=sales, purchases=purchases, known=known) if changed else forecast


def _without(amounts: Floats, share: Floats) -> Floats:
    return np.asarray(amounts - share[:, None, None] * np.maximum(amounts, 0))


def _delayed(sales: Floats, months: float) -> Floats:
    """Return what is collected when each month's sales come later; what is due before the first month has come."""
    whole, part = int(months), months - int(months)
    kept = np.zeros_like(sales)
    length = sales.shape[2]
    kept[:, :, whole:] += (1 - part) * sales[:, :, : length - whole]
    kept[:, :, whole + 1 :] += part * sales[:, :, : length - whole - 1]
    return kept
