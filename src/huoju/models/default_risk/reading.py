"""How each input of the default model is read off a panel; NaN where what it needs is unknown.

Amounts are taken in yuan and in logarithms, shares as shares of 1, months from the last three years at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import Period

Floats = NDArray[np.float64]
Read = Callable[[Panel], Floats]
LONG = 36  # months that a panel looks back
LEAST_MONTHS = 6  # known months from which a rhythm is read


def _sum(variable: str, months: int, unit: float = 1.0) -> Read:
    return lambda panel: panel.trailing(variable, months).floats(unit)


def _today(variable: str, unit: float = 1e6) -> Read:
    return lambda panel: panel.column(variable, Period.day(panel.as_of)).floats(unit)


def _log_amount(variable: str, months: int) -> Read:
    return lambda panel: np.log10(np.maximum(panel.trailing(variable, months).floats(100), 0) + 10_000)


def _log_count(variable: str, months: int | None) -> Read:
    read = _sum(variable, months) if months else _today(variable, 1.0)
    return lambda panel: np.log1p(read(panel))


def _over(above: Read, below: Read, low: float, high: float) -> Read:
    """Return a ratio held within bounds; unknown where what it is over is not positive."""

    def read(panel: Panel) -> Floats:
        top, bottom = above(panel), below(panel)
        return np.where(bottom > 0, np.clip(top / bottom, low, high), np.nan)

    return read


def _latest(variable: str) -> Read:
    return lambda panel: panel.latest(variable).floats()


def _less(first: Read, second: Read) -> Read:
    return lambda panel: first(panel) - second(panel)


def _tax_rate(tax: str, total: str) -> Read:
    """Return the mean rate of tax on what was invoiced in two years, before tax, to a tenth of a percent."""
    paid, whole = _sum(tax, 24), _sum(total, 24)
    rate = _over(paid, _less(whole, paid), 0, 0.17)
    return lambda panel: np.round(rate(panel), 3)


def _ticket(panel: Panel) -> Floats:
    sales, count = panel.trailing("sales", 24).floats(100), panel.trailing("sales_invoices", 24).floats()
    return np.where((count > 0) & (sales > 0), np.log10(sales / count), np.nan)


def _months(variable: str, of: Callable[[Floats, NDArray[np.bool_]], Floats]) -> Read:
    """Return what ``of`` makes of the last three years by month and which are known, from six known months on."""

    def read(panel: Panel) -> Floats:
        grid = panel.months(variable, LONG)
        known = grid.known
        return np.where(known.sum(axis=1) >= LEAST_MONTHS, of(np.where(known, grid.floats(100), 0.0), known), np.nan)

    return read


def _log_mean(amount: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.asarray(np.log10(np.maximum(amount.sum(axis=1) / np.maximum(known.sum(axis=1), 1), 0) + 1_000))


def _share_above(amount: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.asarray((amount > 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _share_below(amount: Floats, known: NDArray[np.bool_]) -> Floats:
    return np.asarray((amount < 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _variation(amount: Floats, known: NDArray[np.bool_]) -> Floats:
    count = np.maximum(known.sum(axis=1), 1)
    mean = amount.sum(axis=1) / count
    spread = np.sqrt((known * (amount - mean[:, None]) ** 2).sum(axis=1) / count)
    return np.where(mean > 0, np.minimum(spread / mean, 6.0), 6.0)


def _known_months(panel: Panel) -> Floats:
    count = panel.months("sales", LONG).known.sum(axis=1).astype(np.float64)
    return np.where(count > 0, count, np.nan)


def _change(variable: str) -> Read:
    """Return the change of a monthly quantity: its last three known months over the same a year before, in logs."""

    def read(panel: Panel) -> Floats:
        grid = panel.months(variable, 24).floats()
        now, before = _mean(grid[:, -9:]), _mean(grid[:, :-12])
        return np.where((now > 0) & (before > 0), np.log(now / before), np.nan)

    return read


def _mean(grid: Floats) -> Floats:
    known = ~np.isnan(grid)
    return np.where(known.sum(axis=1) >= 2, np.nansum(grid, axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)


def _purchase_growth(panel: Panel) -> Floats:
    year, two = panel.trailing("purchases", 12).floats(100), panel.trailing("purchases", 24).floats(100)
    before = two - year
    return np.where(before > 0, np.log1p(np.clip(year / before - 1, -0.95, 3)), np.nan)


def _cash_cover(panel: Panel) -> Floats:
    purchases = panel.trailing("purchases", 12).floats(100) / 12
    return np.log1p(np.clip(panel.latest("cash").floats(100) / np.maximum(purchases, 1_000), 0, 60))


def _debt_load(panel: Panel) -> Floats:
    owed = panel.column("outstanding_debt", Period.day(panel.as_of)).floats(100)
    return np.clip(owed / np.maximum(panel.trailing("sales", 12).floats(100), 10_000), 0, 5)


_SALES, _BOUGHT = _sum("sales", 12, 100), _sum("purchases", 12, 100)
READ: Mapping[str, tuple[tuple[str, ...], Read]] = {
    "log_sales": (("sales",), _log_amount("sales", 24)),
    "sales_year": (("sales",), _log_amount("sales", 12)),
    "sales_long": (("sales",), _months("sales", _log_mean)),
    "invoices": (("sales_invoices",), _log_count("sales_invoices", 24)),
    "ticket": (("sales", "sales_invoices"), _ticket),
    "history": (("sales",), _known_months),
    "active_months": (("active_months_share",), _today("active_months_share")),
    "active_long": (("sales",), _months("sales", _share_above)),
    "last_sale": (("days_since_last_sale",), _log_count("days_since_last_sale", None)),
    "volatility": (("sales_volatility",), lambda panel: np.minimum(_today("sales_volatility")(panel), 4.0)),
    "volatility_long": (("sales",), _months("sales", _variation)),
    "buyers": (("active_buyers",), _log_count("active_buyers", 24)),
    "largest_buyer": (("largest_buyer_share",), _sum("largest_buyer_share", 12, 1e6)),
    "buyer_concentration": (("buyer_concentration",), _sum("buyer_concentration", 24, 1e6)),
    "buyers_kept": (("buyer_retention",), _sum("buyer_retention", 24, 1e6)),
    "repeat_sales": (("repeat_sales_share",), _sum("repeat_sales_share", 24, 1e6)),
    "purchases": (("purchases",), _log_amount("purchases", 24)),
    "buying_months": (("purchases",), _months("purchases", _share_above)),
    "purchase_volatility": (("purchases",), _months("purchases", _variation)),
    "suppliers": (("active_suppliers",), _log_count("active_suppliers", 24)),
    "largest_supplier": (("largest_supplier_share",), _sum("largest_supplier_share", 24, 1e6)),
    "suppliers_kept": (("supplier_retention",), _sum("supplier_retention", 24, 1e6)),
    "repeat_purchases": (("repeat_purchases_share",), _sum("repeat_purchases_share", 24, 1e6)),
    "voided": (("voided_share",), _sum("voided_share", 12, 1e6)),
    "red_letter": (("red_letter_share",), _sum("red_letter_share", 24, 1e6)),
    "sales_tax_rate": (("output_tax", "sales"), _tax_rate("output_tax", "sales")),
    "purchase_tax_rate": (("input_tax", "purchases"), _tax_rate("input_tax", "purchases")),
    "tax_paid": (
        ("output_tax", "input_tax", "sales"),
        _over(_less(_sum("output_tax", 24), _sum("input_tax", 24)), _sum("sales", 24), -0.2, 0.2),
    ),
    "growth": (("sales_growth",), lambda panel: np.log1p(np.clip(_today("sales_growth")(panel), -0.95, 3))),
    "purchase_growth": (("purchases",), _purchase_growth),
    "headcount_change": (("insured_headcount",), _change("insured_headcount")),
    "electricity_change": (("electricity_use",), _change("electricity_use")),
    "margin": (("sales", "purchases"), _over(_less(_SALES, _BOUGHT), _SALES, -3, 1)),
    "loss_months": (("net_inflow",), _months("net_inflow", _share_below)),
    "cash_cover": (("cash", "purchases"), _cash_cover),
    "debt_load": (("outstanding_debt", "sales"), _debt_load),
    "leverage": (
        ("total_liabilities", "total_assets"),
        _over(_latest("total_liabilities"), _latest("total_assets"), 0, 2.0),
    ),
    "overdue": (("days_overdue",), lambda panel: np.minimum(_today("days_overdue", 1.0)(panel), 90) / 30),
    "rd_intensity": (
        ("rd_expense", "operating_revenue"),
        _over(_latest("rd_expense"), _latest("operating_revenue"), 0, 0.6),
    ),
    "patents": (("valid_patents",), _log_count("valid_patents", None)),
    "funding": (("funding_rounds",), _sum("funding_rounds", 24)),
    "judgments": (("judgments_against",), _log_count("judgments_against", 24)),
    "penalties": (("penalties",), _log_count("penalties", 24)),
    "arrears": (
        ("contribution_arrears", "contribution_base"),
        _over(_latest("contribution_arrears"), _latest("contribution_base"), 0, 1.0),
    ),
}
