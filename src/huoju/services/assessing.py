"""Assessing: every model and the policy over one panel, once, for whichever service asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.assessment import Assessments
from huoju.core.money import MICRO
from huoju.core.panel import Panel
from huoju.core.period import Period
from huoju.core.schedule import debt_service
from huoju.decisions import Advice, Policy, decide
from huoju.decisions.deciding import Case
from huoju.facts import FactStore
from huoju.models.cash_flow import model as cash_flow
from huoju.models.default_risk import model as default_risk
from huoju.models.default_risk.model import DefaultRisk, FittedOn
from huoju.models.growth import model as growth
from huoju.models.population import Population
from huoju.models.repayment import model as repayment
from huoju.models.torch_score import model as torch_score
from huoju.services.outcomes import history_of
from huoju.services.panels import panel_at

Floats = NDArray[np.float64]
SEED = 20
NOT_FITTED = FittedOn("no-outcomes", 0, 0, None)


@dataclass(frozen=True, slots=True)
class Assessed:
    """All that was found about the enterprises of a home on a day; arrays ``(n,)`` in the panel's order."""

    panel: Panel
    policy: Policy
    forecast: cash_flow.Forecast
    growth: Assessments
    growth_percentile: Floats
    scored: torch_score.Scored
    group_percentiles: Floats
    capacity: repayment.Capacity
    advice: Advice
    service: Floats  # fen, next twelve months: debt on record and the reference loan
    cash: Floats
    debt_known: NDArray[np.bool_]
    risk: DefaultRisk | None
    fitted_on: FittedOn
    population: str


def assess(store: FactStore, as_of: date, policy: Policy) -> Assessed:
    """Return what every model and the policy say of every enterprise at the close of ``as_of``."""
    panel, risk = learned(store, as_of)
    return assess_panel(panel, risk, policy, population=store.snapshot[:12])


def learned(store: FactStore, as_of: date) -> tuple[Panel, DefaultRisk | None]:
    """Return the panel of a day and what its own past teaches about default."""
    panel = panel_at(store, as_of)
    history = history_of(panel, lambda day: panel_at(store, day))
    return panel, default_risk.fit(history.panels, history.outcomes, code=history.code)


def assess_panel(
    panel: Panel,
    risk: DefaultRisk | None,
    policy: Policy,
    *,
    population: str,
    flow: cash_flow.CashFlow | None = None,
) -> Assessed:
    """Return what the models and the policy say of a panel; without a fitted risk, scores are unknown.

    The cash flow is fitted on the panel itself unless ``flow`` is given, as for a part of a panel; percentiles are
    among the panel's own enterprises.
    """
    scored = torch_score.score(panel, risk) if risk is not None else torch_score.unscored(panel)
    fitted_on = risk.fitted_on if risk is not None else NOT_FITTED
    forecast = (flow or cash_flow.fit(panel, SEED)).forecast(panel)
    grown = growth.assess(panel, forecast.sales, forecast.known)
    expected = np.where(grown.known, grown.value, np.nan)
    service, debt_known = _service(panel, policy)
    cash = panel.latest("cash").floats()
    sums = forecast.sums()
    able = repayment.capacity(sums, cash, service, forecast.known)
    advice = decide(
        _case(panel, policy, scored=scored, forecast=forecast, able=able, service=service, debt_known=debt_known),
        policy,
    )
    name = f"{population}@{panel.as_of}"
    return Assessed(
        panel=panel,
        policy=policy,
        forecast=forecast,
        growth=grown,
        growth_percentile=Population.of(name, expected).percentile(expected),
        scored=scored,
        group_percentiles=scored.percentiles(scored.populations(name)),
        capacity=able,
        advice=advice,
        service=service,
        cash=cash,
        debt_known=debt_known,
        risk=risk,
        fitted_on=fitted_on,
        population=name,
    )


def reference_service(policy: Policy) -> int:
    """Return what the policy's reference loan costs in its first twelve months, in fen."""
    loan = policy.loan
    due = debt_service(
        np.array([loan.amount]),
        np.array([round(loan.yearly_rate * MICRO)]),
        np.array([loan.months]),
        np.array([loan.method], dtype=object),
    )
    return int(due[0, :12].sum())


def _service(panel: Panel, policy: Policy) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the debt service ahead, on record and of the reference loan, and whether a record was there."""
    on_record = np.zeros(len(panel))
    known = np.zeros(len(panel), dtype=bool)
    for period in panel.periods("debt_service"):
        if period.start > panel.as_of:
            column = panel.column("debt_service", period)
            on_record += np.nan_to_num(column.floats())
            known |= column.known
    return on_record + reference_service(policy), known


def _case(
    panel: Panel,
    policy: Policy,
    *,
    scored: torch_score.Scored,
    forecast: cash_flow.Forecast,
    able: repayment.Capacity,
    service: Floats,
    debt_known: NDArray[np.bool_],
) -> Case:
    reference = reference_service(policy)
    cash = panel.latest("cash").floats()
    room = repayment.room_for_service(forecast.sums(), cash, service - reference, policy.tolerance)
    today = Period.day(panel.as_of)
    defaults = np.nan_to_num(panel.column("defaults", today).floats()) > 0
    flagged = np.nan_to_num(panel.latest("default_flag").floats()) > 0
    status = panel.latest("registration_status")
    span = (scored.assessments.high - scored.assessments.low).astype(np.float64)
    return Case(
        probability=scored.probability,
        probability_high=scored.probability_high,
        span=span,
        apart=scored.apart,
        shortfall=able.shortfall,
        room=np.where(forecast.known, room, np.nan),
        service_share=reference / policy.loan.amount,
        yearly_sales=panel.trailing("sales", 12).floats(),
        months_known=panel.months("sales", 36).known.sum(axis=1).astype(np.float64),
        days_overdue=panel.column("days_overdue", today).floats(),
        has_defaulted=defaults | flagged,
        is_dishonest=_has_event(panel, "judgment", "matter", "dishonesty"),
        is_out_of_business=status.known & (status.values != "active"),
        debt_known=debt_known,
        cash_known=~np.isnan(cash),
    )


def _has_event(panel: Panel, kind: str, field: str, value: str) -> NDArray[np.bool_]:
    table = panel.events.get(kind)
    if table is None:
        return np.zeros(len(panel), dtype=bool)
    named = table.filter(pc.and_(pc.equal(table[field], value), table["ended_on"].is_null()))["entity"].combine_chunks()
    return np.asarray(pc.is_in(pa.array(panel.entities, pa.string()), value_set=named).to_numpy(zero_copy_only=False))
