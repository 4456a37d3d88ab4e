"""Cash carried forward from the last statement by invoices, wages and loans, and where it leads.

No department delivers an enterprise's cash between two statements; what comes in and goes out is delivered every
month. The path is an estimate: half of a month's sales is taken as collected in it and half in the next; what
invoices don't show (wages, research, taxes) is the mean of two accounts: shares of contribution base and sales, and
what lay between net inflow and net profit in the last statement's year, moving with the base. The shares are design
defaults of huoju, close to what the made-up zones do (see card.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import Period, complete_months
from huoju.core.schedule import METHODS, debt_service
from huoju.models.monitoring.months import level

BACK, AHEAD = 36, 12  # months
UNSEEN_OF_BASE, UNSEEN_OF_SALES = 1.25, 0.08  # of what invoices don't show; no source, design defaults
_EPOCH = date(1970, 1, 1)

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CashPath:
    """Yuan ``(n,)``, NaN where unknown: cash now, outlays and free cash a month; debt service ``(n, AHEAD)``.

    ``free`` is what a month of the last year left before debt service. ``outlays`` are purchases and the rest.
    """

    cash: Floats
    outlays: Floats
    free: Floats
    due: Floats

    def cover(self) -> Floats:
        """Return for how many months of outlays cash now would do; negative where more was spent than there was."""
        return self._in_months(self.cash)

    def lowest(self, months: int) -> Floats:
        """Return the lowest cover within ``months`` ahead if every month were as the last year's and debt is paid."""
        steps = self.free[:, None] - self.due[:, :months]
        ahead = self.cash[:, None] + np.cumsum(steps, axis=1)
        return self._in_months(np.minimum(self.cash, ahead.min(axis=1)))

    def _in_months(self, yuan: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.outlays > 0, yuan / self.outlays, np.nan)


def cash_path(panel: Panel) -> CashPath:
    """Return the path of every enterprise; cash is unknown without a statement of the last ``BACK`` months."""
    months = complete_months(panel.as_of, BACK)
    sales, purchases = (panel.months(name, BACK).floats(100) for name in ("sales", "purchases"))
    unseen = _unseen(panel, months, sales, purchases)
    lent, due = _loans(panel, months)
    collected = (sales + np.concatenate([sales[:, :1], sales[:, :-1]], axis=1)) / 2
    before_debt = collected - purchases - unseen
    flow = before_debt + lent - due[:, :BACK]
    cash, since = _statement(panel, months)
    after = np.arange(BACK)[None, :] >= since[:, None]
    moved = np.where(after, np.nan_to_num(flow), 0.0).sum(axis=1)
    missing = (np.isnan(flow) & after).any(axis=1)
    return CashPath(
        cash=np.where(missing, np.nan, cash + moved),
        outlays=_year(purchases + unseen),
        free=_year(sales - purchases - unseen),
        due=due[:, BACK:],
    )


def _year(grid: Floats) -> Floats:
    return np.asarray(grid[:, -12:].mean(axis=1))


def _statement(panel: Panel, months: tuple[Period, ...]) -> tuple[Floats, Whole]:
    """Return the cash of each latest statement in yuan and the place of the first month after it."""
    cash, since = np.full(len(panel), np.nan), np.zeros(len(panel), dtype=np.int64)
    for period in panel.periods("cash"):
        place = _place(period.end, months)
        if 0 <= place <= BACK:
            column = panel.columns["cash", period]
            cash = np.where(column.known, column.floats(100), cash)
            since = np.where(column.known, place, since)
    return cash, since


def _unseen(panel: Panel, months: tuple[Period, ...], sales: Floats, purchases: Floats) -> Floats:
    """Return yuan a month that invoices don't show; ``(n, BACK)``, NaN where neither statement nor base tells."""
    base = panel.months("contribution_base", BACK).floats(100)
    usual = level(panel, "contribution_base", 3, 100)
    base = np.where(np.isnan(base), usual[:, None], base)
    usual_share = UNSEEN_OF_BASE * base + UNSEEN_OF_SALES * sales
    found = usual_share
    for period in panel.periods("net_profit"):
        first, end = _place(period.start, months), _place(period.end, months)
        if first < 0 or end > BACK or end <= first:
            continue
        profit = panel.columns["net_profit", period].floats(100)
        told = (sales[:, first:end] - purchases[:, first:end]).sum(axis=1) - profit
        typical = base[:, first:end].mean(axis=1, keepdims=True)
        scale = np.divide(base, typical, out=np.ones_like(base), where=typical > 0)
        stated = np.maximum(told, 0)[:, None] / (end - first) * scale
        both = np.where(np.isnan(usual_share), stated, (stated + usual_share) / 2)
        found = np.where(np.isnan(stated), found, both)
    return found


def _loans(panel: Panel, months: tuple[Period, ...]) -> tuple[Floats, Floats]:
    """Return yuan lent in each past month ``(n, BACK)`` and due by contract, ``(n, BACK + AHEAD)``."""
    lent, due = np.zeros((len(panel), BACK)), np.zeros((len(panel), BACK + AHEAD))
    table = panel.events.get("loan")
    rows = {entity: row for row, entity in enumerate(panel.entities)}
    for loan in [] if table is None else table.to_pylist():
        row, place, amount = rows.get(loan["entity"]), _place(loan["at"], months), loan["amount"]
        if row is None or amount is None:
            continue
        if 0 <= place < BACK:
            lent[row, place] += amount / 100
        if loan["matures_on"] is None or loan["yearly_rate"] is None:
            continue
        term = max(_place(_EPOCH + timedelta(days=loan["matures_on"]), months) - place, 1)
        asked = _schedule(amount, loan["yearly_rate"], term, loan["repayment_method"])
        first, end = max(place + 1, 0), min(place + 1 + term, BACK + AHEAD)
        if first < end:
            due[row, first:end] += asked[first - place - 1 : end - place - 1]
    return lent, due


@lru_cache(maxsize=10_000)
def _schedule(fen: int, rate: int, term: int, written: str | None) -> Floats:
    """Return yuan due in each month of a loan's life; level payments where no way of repaying is known."""
    method = written if written in METHODS else METHODS[0]
    due = debt_service(np.array([fen]), np.array([rate]), np.array([term]), np.array([method], dtype=object))
    return np.asarray(due[0] / 100)


def _place(day: date, months: tuple[Period, ...]) -> int:
    """Return the place of the month that a day lies in, counted from the first of ``months``."""
    first = months[0].start
    return (day.year - first.year) * 12 + day.month - first.month
