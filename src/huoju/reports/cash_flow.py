"""Months of cash, growth and what repays a debt, as a report states them; amounts in fen, None for unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Quantiles = tuple[int, int, int, int, int]
QUANTILE_NAMES = ("P10", "P25", "P50", "P75", "P90")


@dataclass(frozen=True, slots=True)
class MonthActual:
    """A month that has ended: its net inflow and the debt service that was due, in fen."""

    month: date
    inflow: int | None
    debt_service: int | None = None


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """A month to come: P10, P25, P50, P75 and P90 of its net inflow and the debt service due, in fen."""

    month: date
    quantiles: Quantiles | None
    debt_service: int | None = None


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Months in their order; 12-month totals are forecasts of their own, since monthly quantiles don't add."""

    history: tuple[MonthActual, ...] = ()
    forecast: tuple[MonthForecast, ...] = ()
    total_p10: int | None = None
    total_p50: int | None = None
    total_p90: int | None = None

    def months(self) -> tuple[MonthActual | MonthForecast, ...]:
        """Return all months, those that ended first."""
        return *self.history, *self.forecast


@dataclass(frozen=True, slots=True)
class Repayment:
    """The debt-service coverage ratio and the probability of a shortfall, for the debt that ``basis`` states."""

    dscr_p10: float | None
    dscr_p50: float | None
    dscr_p90: float | None
    shortfall: float | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of the next 12 months' sales over the last 12, as shares of 1, and its percentile from 0 to 1."""

    p10: float | None
    p50: float | None
    p90: float | None
    percentile: float | None
