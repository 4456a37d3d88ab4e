"""What the default model reads off a panel: ratios and trends, each with a direction and the cells it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import read_document
from huoju.core.panel import ColumnKey, Panel
from huoju.core.period import Period, complete_months

Floats = NDArray[np.float64]
FORBIDDEN = frozenset({"bank_rating", "default_flag", "defaults"})  # the label itself, or nearly


@dataclass(frozen=True, slots=True)
class Feature:
    """One input of the model; ``sign`` is +1 where more of it means more risk, -1 where less."""

    name: str
    group: str
    sign: int
    label: Mapping[str, str]
    variables: tuple[str, ...]


@cache
def features() -> tuple[Feature, ...]:
    """Return the features in their order. Raises ``KeyError`` where one is declared and not computed."""
    document = read_document(Path(__file__).parent / "features.yaml")
    found = []
    for name in document.keys():
        block = document.child(name)
        sign = 1 if block.text("direction") == "+" else -1
        used = _READ[name][0]
        if FORBIDDEN & set(used):
            raise ValueError(f"{name} reads {', '.join(FORBIDDEN & set(used))}, which tells the outcome.")
        found.append(Feature(name, block.text("group"), sign, block.languages("label"), used))
    return tuple(found)


def matrix(panel: Panel) -> Floats:
    """Return the features of every entity; ``(n, k)``, NaN where what they need is unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [_READ[feature.name][1](panel) for feature in features()]
    return np.stack([np.where(np.isfinite(column), column, np.nan) for column in columns], axis=1)


def evidence(panel: Panel, feature: Feature) -> tuple[ColumnKey, ...]:
    """Return the panel's cells that a feature reads: the latest few periods of each of its variables."""
    keys: list[ColumnKey] = []
    for variable in feature.variables:
        keys += [(variable, period) for period in panel.periods(variable) if period.end > _year_before(panel)][-3:]
    return tuple(keys)


def _year_before(panel: Panel) -> date:
    return complete_months(panel.as_of, 24)[0].start


def _sales(panel: Panel) -> Floats:
    return panel.trailing("sales", 12).floats(100)


def _today(variable: str) -> Callable[[Panel], Floats]:
    return lambda panel: panel.column(variable, Period.day(panel.as_of)).floats(1e6)


def _share(variable: str) -> Callable[[Panel], Floats]:
    return lambda panel: panel.trailing(variable, 12).floats(1e6)


def _change(variable: str) -> Callable[[Panel], Floats]:
    """Return the change of a monthly quantity: its last three known months over the same a year before, in logs."""

    def read(panel: Panel) -> Floats:
        grid = panel.months(variable, 24).floats()
        now, before = _mean(grid[:, -9:]), _mean(grid[:, :-12])
        return np.where((now > 0) & (before > 0), np.log(now / before), np.nan)

    return read


def _mean(grid: Floats) -> Floats:
    known = ~np.isnan(grid)
    return np.where(known.sum(axis=1) >= 2, np.nansum(grid, axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)


def _margin(panel: Panel) -> Floats:
    sales = _sales(panel)
    purchases = panel.trailing("purchases", 12).floats(100)
    return np.where(sales > 0, np.clip((sales - purchases) / sales, -3, 1), np.nan)


def _cash_cover(panel: Panel) -> Floats:
    purchases = panel.trailing("purchases", 12).floats(100) / 12
    return np.log1p(np.clip(panel.latest("cash").floats(100) / np.maximum(purchases, 1_000), 0, 60))


def _ratio(above: str, below: str, high: float) -> Callable[[Panel], Floats]:
    def read(panel: Panel) -> Floats:
        top, bottom = panel.latest(above).floats(), panel.latest(below).floats()
        return np.where(bottom > 0, np.clip(top / bottom, 0, high), np.nan)

    return read


def _debt_load(panel: Panel) -> Floats:
    owed = panel.column("outstanding_debt", Period.day(panel.as_of)).floats(100)
    return np.clip(owed / np.maximum(_sales(panel), 10_000), 0, 5)


def _log_count(variable: str, months: int | None) -> Callable[[Panel], Floats]:
    def read(panel: Panel) -> Floats:
        column = panel.trailing(variable, months) if months else panel.column(variable, Period.day(panel.as_of))
        return np.log1p(column.floats())

    return read


_READ: Mapping[str, tuple[tuple[str, ...], Callable[[Panel], Floats]]] = {
    "log_sales": (
        ("sales",),
        lambda panel: np.log10(np.maximum(panel.trailing("sales", 24).floats(100), 0) + 10_000),
    ),
    "active_months": (("active_months_share",), _today("active_months_share")),
    "last_sale": (
        ("days_since_last_sale",),
        lambda panel: np.log1p(panel.column("days_since_last_sale", Period.day(panel.as_of)).floats()),
    ),
    "volatility": (("sales_volatility",), lambda panel: np.minimum(_today("sales_volatility")(panel), 4.0)),
    "largest_buyer": (("largest_buyer_share",), _share("largest_buyer_share")),
    "voided": (("voided_share",), _share("voided_share")),
    "growth": (("sales_growth",), lambda panel: np.log1p(np.clip(_today("sales_growth")(panel), -0.95, 3))),
    "headcount_change": (("insured_headcount",), _change("insured_headcount")),
    "electricity_change": (("electricity_use",), _change("electricity_use")),
    "margin": (("sales", "purchases"), _margin),
    "cash_cover": (("cash", "purchases"), _cash_cover),
    "debt_load": (("outstanding_debt", "sales"), _debt_load),
    "leverage": (("total_liabilities", "total_assets"), _ratio("total_liabilities", "total_assets", 2.0)),
    "overdue": (
        ("days_overdue",),
        lambda panel: np.minimum(panel.column("days_overdue", Period.day(panel.as_of)).floats(), 90) / 30,
    ),
    "rd_intensity": (("rd_expense", "operating_revenue"), _ratio("rd_expense", "operating_revenue", 0.6)),
    "patents": (("valid_patents",), _log_count("valid_patents", None)),
    "funding": (("funding_rounds",), lambda panel: panel.trailing("funding_rounds", 24).floats()),
    "judgments": (("judgments_against",), _log_count("judgments_against", 24)),
    "penalties": (("penalties",), _log_count("penalties", 24)),
    "arrears": (
        ("contribution_arrears", "contribution_base"),
        _ratio("contribution_arrears", "contribution_base", 1.0),
    ),
}
