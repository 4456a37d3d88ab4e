"""The quantities that triggers watch, each read off one panel: what was known that day, and nothing later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import Period, add_months
from huoju.models.monitoring.cash_path import CashPath, cash_path
from huoju.models.monitoring.months import change, last_known

Floats = NDArray[np.float64]
ADVERSE = ("defendant", "debtor")
STALE_BASE = 9  # months within which contributions must be known


@dataclass(frozen=True, slots=True)
class Watched:
    """A panel and the cash path that it gives."""

    panel: Panel
    path: CashPath

    @classmethod
    def of(cls, panel: Panel) -> Watched:
        """Return what signals are read from."""
        return cls(panel, cash_path(panel))


Signal = Callable[[Watched, int], Floats]  # what is watched and the window in months -> (n,), NaN where unknown


def _today(variable: str) -> Signal:
    return lambda w, window: w.panel.column(variable, Period.day(w.panel.as_of)).floats()


def _change(variable: str) -> Signal:
    return lambda w, window: change(w.panel, variable, window)


def _new(kind: str, roles: tuple[str, ...] = ()) -> Signal:
    """Return how to count events of a kind in the last ``window`` months; unknown where the kind never came."""

    def read(w: Watched, window: int) -> Floats:
        panel = w.panel
        table = panel.events.get(kind)
        if table is None:
            return np.full(len(panel), np.nan)
        since = add_months(panel.as_of, -window)
        found = table.filter(pc.greater(table["at"], since))
        if roles:
            found = found.filter(pc.is_in(found["role"], value_set=pa.array(roles)))
        rows = {entity: row for row, entity in enumerate(panel.entities)}
        count = np.zeros(len(panel))
        for entity in found["entity"].to_pylist():
            if entity in rows:
                count[rows[entity]] += 1
        return count

    return read


def _arrears(w: Watched, window: int) -> Floats:
    """Return unpaid contributions over the base in the last known month."""
    arrears, base = (
        w.panel.months(name, STALE_BASE).floats() for name in ("contribution_arrears", "contribution_base")
    )
    last = np.maximum(last_known(arrears), 0)[:, None]
    owed, of = (np.take_along_axis(grid, last, axis=1)[:, 0] for grid in (arrears, base))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(of > 0, owed / of, np.nan)


def _leverage(w: Watched, window: int) -> Floats:
    owed, assets = (w.panel.latest(name).floats() for name in ("total_liabilities", "total_assets"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(assets > 0, owed / assets, np.nan)


def _of_sales(yuan: Callable[[CashPath], Floats]) -> Signal:
    """Return how to set yuan a year against a year's sales, at least 10,000 yuan."""

    def read(w: Watched, window: int) -> Floats:
        sales = w.panel.trailing("sales", 12).floats(100)
        return yuan(w.path) / np.maximum(sales, 10_000)

    return read


SIGNALS: Mapping[str, tuple[tuple[str, ...], Signal]] = {
    "days_without_sale": (("days_since_last_sale",), _today("days_since_last_sale")),
    "sales_change": (("sales",), _change("sales")),
    "buyers_change": (("active_buyers",), _change("active_buyers")),
    "headcount_change": (("insured_headcount",), _change("insured_headcount")),
    "electricity_change": (("electricity_use",), _change("electricity_use")),
    "new_judgments": (("judgments_against",), _new("judgment", ADVERSE)),
    "new_penalties": (("penalties",), _new("penalty")),
    "arrears_share": (("contribution_arrears", "contribution_base"), _arrears),
    "days_overdue": (("days_overdue",), _today("days_overdue")),
    "cash_cover": (("cash", "sales", "purchases"), lambda w, window: w.path.cover()),
    "cash_ahead": (("cash", "net_inflow", "debt_service"), lambda w, window: w.path.lowest(window)),
    "free_cash_share": (
        ("net_inflow", "contribution_base", "debt_service"),
        _of_sales(lambda path: path.free * 12 - path.due.sum(axis=1)),
    ),
    "debt_service_share": (("debt_service", "sales"), _of_sales(lambda path: path.due.sum(axis=1))),
    "leverage": (("total_liabilities", "total_assets"), _leverage),
}
