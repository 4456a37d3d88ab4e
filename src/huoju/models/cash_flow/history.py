"""What a past says: months of sales and purchases as they stood at any month, and the features read off them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import Period, complete_months
from huoju.models.cash_flow.smoothing import Smoothed, smoothed
from huoju.models.cash_flow.spring_festival import slack_share

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
HISTORY = 36
LEAST_MONTHS = 6  # known of the last twelve
SIDES = ("net", "sales")  # what is forecast; purchases are what is left
SCALE_FLOOR = 100_000.0  # fen: credit.md 4.4 adds 1,000 yuan
_WINDOW = 24
_BOUGHT = 3.0  # purchases count for the scale where they are more than three times sales
_FADING = 0.7


@dataclass(frozen=True, slots=True)
class History:
    """Months of ``n`` enterprises: ``net``, ``sales``, ``purchases`` ``(n, HISTORY)`` fen, NaN where unknown."""

    months: tuple[Period, ...]
    net: Floats
    sales: Floats
    purchases: Floats
    smoothed: tuple[Smoothed, Smoothed]  # of net and sales

    @classmethod
    def of(cls, panel: Panel) -> History:
        """Return the last months of a panel."""
        sales, purchases = panel.months("sales", HISTORY).floats(), panel.months("purchases", HISTORY).floats()
        net = sales - purchases
        months = complete_months(panel.as_of, HISTORY)
        return cls(months, net, sales, purchases, (smoothed(net), smoothed(sales)))

    def side(self, name: str) -> Floats:
        """Return the months of ``net`` or ``sales``."""
        return self.net if name == "net" else self.sales

    def enough(self, month: int) -> NDArray[np.bool_]:
        """Return who has enough known months by the close of one; ``(n,)``."""
        known = ~np.isnan(self.net[:, max(month - 11, 0) : month + 1])
        return np.asarray(known.sum(axis=1) >= LEAST_MONTHS)

    def scale(self, month: int) -> Floats:
        """Return the size of a usual month of the last twelve; ``(n,)`` fen, never 0."""
        year = slice(max(month - 11, 0), month + 1)
        sold, bought = _mean(np.abs(self.sales[:, year])), _mean(np.abs(self.purchases[:, year]))
        return np.maximum(np.nan_to_num(sold), np.nan_to_num(bought) / _BOUGHT) + SCALE_FLOOR

    def past(self, month: int, rows: Rows) -> Past:
        """Return what was known of some enterprises at the close of one month, in units of their scale."""
        scale = self.scale(month)[rows]
        sales, purchases = (_window(side[rows], month) / scale[:, None] for side in (self.sales, self.purchases))
        states = tuple(state.take(rows).at(month, scale) for state in self.smoothed)
        return Past(scale, sales, purchases, (states[0], states[1]))


@dataclass(frozen=True, slots=True)
class Past:
    """The two years before a month in units of ``scale`` ``(n,)`` fen: ``sales`` and ``purchases`` ``(n, 24)``."""

    scale: Floats
    sales: Floats
    purchases: Floats
    smoothed: tuple[Smoothed, Smoothed]

    def state(self, side: str) -> Smoothed:
        """Return the smoothing of ``net`` or ``sales``, in units of scale."""
        return self.smoothed[0 if side == "net" else 1]

    def features(self) -> Floats:
        """Return what does not depend on the month asked for; ``(n, k)``, NaN where unknown."""
        sales, purchases = self.sales, self.purchases
        net = sales - purchases
        told = {name: _told(side) for name, side in (("net", net), ("sales", sales), ("purchases", purchases))}
        sold, bought = told["sales"][:, 0], told["purchases"][:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = [
                np.log(self.scale),
                told["net"][:, 0] / (sold + bought + 1e-9),
                _months_since(sales),
                _months_since(purchases),
                told["sales"][:, 3] / (sold + 1e-9),
                (~np.isnan(net)).sum(axis=1).astype(np.float64),
            ]
        states = [part for state in self.smoothed for part in (state.level, state.weight, state.error)]
        recent = [net[:, -6:], sales[:, -6:], purchases[:, -3:], *told.values()]
        return np.concatenate([*recent, np.stack([*ratios, *states], axis=1)], axis=1)

    def ahead(self, features: Floats, ahead: int, target: Period) -> Floats:
        """Return the features for one month ahead: those that do not depend on it, and those that do."""
        before = _WINDOW - 1 + ahead - 12 * ((ahead - 1) // 12 + 1)
        slack = slack_share(target)
        told = [float(target.start.month), slack, slack - slack_share(target.shift(-1, "year")), float(ahead)]
        year_ago = np.stack([self.sales[:, before], self.sales[:, before] - self.purchases[:, before]], axis=1)
        return np.concatenate([features, year_ago, np.tile(told, (len(features), 1))], axis=1)


def _window(side: Floats, month: int) -> Floats:
    found = np.full((len(side), _WINDOW), np.nan)
    length = min(_WINDOW, month + 1)
    found[:, _WINDOW - length :] = side[:, month + 1 - length : month + 1]
    return found


def _told(side: Floats) -> Floats:
    """Return mean, spread, quantiles and rhythm of the last year, and the mean of two; ``(n, 12)``."""
    year = side[:, -12:]
    mean = _mean(year)
    spread = np.sqrt(np.maximum(_mean((year - mean[:, None]) ** 2), 0))
    fading = _FADING ** np.arange(11, -1, -1) * ~np.isnan(year)
    faded = (np.nan_to_num(year) * fading).sum(axis=1) / np.maximum(fading.sum(axis=1), 1e-12)
    active = _mean(np.where(np.isnan(year), np.nan, year != 0))
    places = _quantiles(year, (0.0, 0.25, 0.5, 0.75, 1.0))
    means = [mean, _mean(side[:, -6:]), _mean(side[:, -3:]), spread, faded, active, _mean(side)]
    return np.concatenate([np.stack(means, axis=1), places], axis=1)


def _mean(values: Floats) -> Floats:
    """Return the mean of what is known in each row; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.nan_to_num(values).sum(axis=1) / np.maximum(count, 1), np.nan)


def _quantiles(values: Floats, levels: tuple[float, ...]) -> Floats:
    """Return quantiles of what is known in each row by straight lines; NaN where nothing is."""
    ordered = np.sort(values, axis=1)  # NaN last
    last = (~np.isnan(values)).sum(axis=1) - 1
    found = []
    for level in levels:
        place = level * np.maximum(last, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(last, 0))
        rows = np.arange(len(values))
        found.append(ordered[rows, below] + (place - below) * (ordered[rows, above] - ordered[rows, below]))
    return np.stack(found, axis=1)


def _months_since(side: Floats) -> Floats:
    """Return how many months ago the last one with anything was; 24 where there is none."""
    happened = np.nan_to_num(side)[:, ::-1] > 0
    return np.where(happened.any(axis=1), happened.argmax(axis=1), _WINDOW).astype(np.float64)
