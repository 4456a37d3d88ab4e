"""What if: one enterprise's year ahead as forecast and under a stated shock, down to the loan it bears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS
from huoju.core.period import Period
from huoju.core.schedule import debt_service
from huoju.decisions import Policy, read_policy
from huoju.models.cash_flow import model as cash_flow
from huoju.models.cash_flow.whatif import Shock, shocked
from huoju.models.repayment import model as repayment
from huoju.models.repayment.loans import largest_loan, runout, shortest_term
from huoju.services.assessing import SEED, reference_service
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import day_or_latest, panel_at
from huoju.services.score_zone import names, short_ids

SHOWN = (0.1, 0.5, 0.9)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A year ahead; money in fen, None where it is unknown. ``months`` holds inflow at ``SHOWN`` by month.

    ``shortfall`` counts the debt on record and the policy's reference loan; ``largest_loan`` and ``shortest_term``
    are of a loan on the reference loan's terms beside the debt on record.
    """

    months: Mapping[Period, tuple[float, ...] | None]
    inflow: tuple[float, ...] | None
    shortfall: float | None
    runs_out_in: float | None  # month, from 1, in which half of the paths have run out
    largest_loan: float | None
    shortest_term: float | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The outlook before and after a shock; ``largest_buyer`` is that buyer's share of sales, None where unknown."""

    enterprise: str
    name: str | None
    as_of: date
    policy: Policy
    shock: Shock
    largest_buyer: float | None
    cash_known: bool
    before: Outlook
    after: Outlook


def what_if(
    *, home: Home, who: Who, enterprise: str, shock: Shock, as_of: date | None = None, policy: str = "reference"
) -> WhatIf:
    """Return what a shock would do to one enterprise; without a shock, before and after are the same.

    ``enterprise`` is a code, an identifier or a name. Raises ``NothingFound`` with the nearest names.
    """
    begun = look(who, "read-profile")
    store = store_of(home)
    panel = panel_at(store, day_or_latest(store, as_of))
    place = find_enterprise(panel, enterprise, begun.visible())
    model = cash_flow.fit(panel, SEED)
    one = panel.take([place])
    forecast = model.forecast(one)
    largest = one.trailing("largest_buyer_share", 12).floats(1e6)
    used = read_policy(policy)
    due = np.stack([np.nan_to_num(one.column("debt_service", p).floats()) for p in forecast.periods], axis=1)
    cash = one.latest("cash").floats()
    found = WhatIf(
        enterprise=short_ids(one)[0],
        name=names(one)[0],
        as_of=panel.as_of,
        policy=used,
        shock=shock,
        largest_buyer=_or_none(largest[0]),
        cash_known=not np.isnan(cash[0]),
        before=_outlook(forecast, due, cash, used),
        after=_outlook(shocked(forecast, shock, largest), due, cash, used),
    )
    return begun.give(found, [panel.entities[place]])


def _outlook(forecast: cash_flow.Forecast, due: Floats, cash: Floats, policy: Policy) -> Outlook:
    known = bool(forecast.known[0])
    sums, loan = forecast.sums(), policy.loan
    on_record = due.sum(axis=1)
    able = repayment.capacity(sums, cash, on_record + reference_service(policy), forecast.known)
    room = np.where(forecast.known, repayment.room_for_service(sums, cash, on_record, policy.tolerance), np.nan)
    monthly = due + _schedule(policy)
    quantiles, total = forecast.monthly()[0], np.quantile(sums[0], SHOWN)
    at = [LEVELS.index(level) for level in SHOWN]
    return Outlook(
        months={p: tuple(q[at].tolist()) if known else None for p, q in zip(forecast.periods, quantiles, strict=True)},
        inflow=tuple(total.tolist()) if known else None,
        shortfall=_or_none(able.shortfall[0]),
        runs_out_in=_or_none(runout(forecast.net, cash, monthly, forecast.known).median[0]),
        largest_loan=_or_none(largest_loan(room, loan.yearly_rate, loan.months, loan.method)[0]),
        shortest_term=_or_none(shortest_term(room, loan.amount, loan.yearly_rate, loan.method)[0]),
    )


def _schedule(policy: Policy) -> Floats:
    """Return what the reference loan costs in each of the twelve months; ``(1, 12)`` fen."""
    loan = policy.loan
    due = debt_service(
        np.array([loan.amount]),
        np.array([round(loan.yearly_rate * 1_000_000)]),
        np.array([loan.months]),
        np.array([loan.method], dtype=object),
    )
    width = cash_flow.AHEAD
    return np.pad(due[:, :width].astype(np.float64), ((0, 0), (0, max(width - due.shape[1], 0))))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
