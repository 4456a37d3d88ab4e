"""Annual statements of many firms as arrays, and the ratios and trends that forecasts read off them (credit.md 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ITEMS = (
    *("current_assets", "total_assets", "current_liabilities", "total_liabilities", "revenue", "net_income"),
    *("retained_earnings", "market_value", "long_term_debt", "inventory", "receivables", "gross_profit"),
    *("depreciation", "ebit", "ebitda"),
)
_SMALL = 1e-9
_LEAST = 0.001  # below it a logarithm is not taken


@dataclass(frozen=True, slots=True)
class Statements:
    """Statements in order of firm and year: ``firm`` and ``year`` ``(n,)``, ``items`` by name ``(n,)``, NaN unknown."""

    firm: NDArray[np.int64]
    year: NDArray[np.int64]
    items: Mapping[str, Floats]

    @classmethod
    def of(cls, firm: NDArray[np.int64], year: NDArray[np.int64], items: Mapping[str, Floats]) -> Statements:
        """Return the statements. Raises ``ValueError`` where an item lacks or the order is not firm, then year."""
        lacking = [item for item in ITEMS if item not in items]
        if lacking:
            raise ValueError(f"A statement needs {', '.join(lacking)} as well; NaN where unknown.")
        order = np.lexsort((year, firm))
        same = (firm[1:] == firm[:-1]) & (year[1:] == year[:-1])
        if not np.array_equal(order, np.arange(len(firm))) or same.any():
            raise ValueError("Statements come by firm, then by year, each year once.")
        return cls(firm, year, items)

    def lag(self, values: Floats, years: int) -> Floats:
        """Return the values of the firm ``years`` before (after, where negative); NaN where there is no such year."""
        found = np.full(len(values), np.nan)
        step = abs(years)
        if step >= len(values):
            return found
        late, early = np.arange(step, len(values)), np.arange(len(values) - step)
        here, there = (late, early) if years > 0 else (early, late)
        fits = (self.firm[here] == self.firm[there]) & (self.year[here] - self.year[there] == years)
        found[here[fits]] = values[there[fits]]
        return found

    def earlier(self) -> NDArray[np.int64]:
        """Return how many statements of the firm come before each; ``(n,)``."""
        begins = np.concatenate([[True], self.firm[1:] != self.firm[:-1]])[: len(self.firm)]
        place = np.arange(len(self.firm))
        return np.asarray(place - np.maximum.accumulate(np.where(begins, place, 0)))

    def features(self) -> Floats:
        """Return the 34 ratios and trends of credit.md 3.1; ``(n, 34)``, NaN where unknown."""
        v = self.items
        assets, revenue = np.where(v["total_assets"] > 0, v["total_assets"], np.nan), v["revenue"]
        liabilities, current = v["total_liabilities"], v["current_liabilities"]
        ebitda, income = v["ebitda"] / assets, v["net_income"] / assets
        log_assets, log_revenue = np.log(assets), np.log(np.maximum(revenue, _LEAST))
        log_market, earned = np.log(np.maximum(v["market_value"], _LEAST)), v["retained_earnings"] / assets
        three = np.stack([ebitda, self.lag(ebitda, 1), self.lag(ebitda, 2)], axis=1)
        incomes = np.stack([income, self.lag(income, 1), self.lag(income, 2)], axis=1)
        lost = np.where(np.isnan(three), 0, three < 0).sum(axis=1).astype(np.float64)
        debt = liabilities / assets
        return np.stack(
            [
                (v["current_assets"] - current) / assets,
                earned,
                v["ebit"] / assets,
                _over(v["market_value"], liabilities),
                revenue / assets,
                income,
                debt,
                v["long_term_debt"] / assets,
                current / assets,
                _over(v["current_assets"], current),
                _over(v["current_assets"] - v["inventory"], current),
                ebitda,
                _over(v["ebitda"], liabilities),
                _over(v["ebitda"], current),
                _over(v["gross_profit"], revenue),
                _over(v["ebit"], revenue),
                _over(v["inventory"], revenue),
                _over(v["receivables"], revenue),
                log_assets,
                log_revenue,
                log_market,
                v["market_value"] / assets,
                v["depreciation"] / assets,
                *(
                    now - self.lag(now, 1)
                    for now in (log_revenue, log_assets, income, ebitda, debt, log_market, earned)
                ),
                lost,
                _least(three),
                _swing(three),
                _mean(incomes),
            ],
            axis=1,
        )


def _over(above: Floats, below: Floats) -> Floats:
    """Return the ratio; NaN where the divisor is next to nothing."""
    fits = np.abs(below) > _SMALL
    return np.where(fits, above / np.where(fits, below, 1.0), np.nan)


def _mean(values: Floats) -> Floats:
    known = ~np.isnan(values)
    return np.where(known.any(axis=1), np.nan_to_num(values).sum(axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)


def _least(values: Floats) -> Floats:
    least = np.where(np.isnan(values), np.inf, values).min(axis=1)
    return np.where(np.isinf(least), np.nan, least)


def _swing(values: Floats) -> Floats:
    return np.sqrt(np.maximum(_mean((values - _mean(values)[:, None]) ** 2), 0))
