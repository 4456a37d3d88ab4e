"""The made-up economy month by month: demand, network, people, research, cash, loans, default.

All arrays are ``(n,)`` over enterprises in a month, ``(n, t)`` over months in the result; money is float yuan
inside and whole fen in what is delivered and in the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from huoju.sandbox.plan import Plan
from huoju.sandbox.shocks import demand_factors

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan of one enterprise; ``month`` is when it was lent, money in yuan."""

    firm: int
    month: int
    amount: float
    yearly_rate: float
    term: int
    method: str


@dataclass(slots=True)
class Economy:
    """What truly happened; every array ``(n, t)`` unless said otherwise."""

    industry: Whole  # (n,)
    founded: Whole  # (n,) months before (negative) or after the first month
    rd_intensity: Floats  # (n,)
    sales: Floats
    purchases: Floats
    payroll: Floats
    headcount: Whole
    rd: Floats
    net_inflow: Floats  # sales - purchases, as invoices show it
    cash: Floats
    debt_service: Floats  # due by contract
    paid: Floats  # of what was due
    funding: Floats
    distress: NDArray[np.bool_]
    defaulted: Whole  # (n,) month of default, or -1
    closed: Whole  # (n,) month from which it sells nothing, or -1
    flows: dict[int, tuple[Whole, Whole, Floats]] = field(default_factory=dict)  # month -> seller, buyer, yuan
    loans: list[Loan] = field(default_factory=list)


def simulate(plan: Plan, count: int, months: int, rng: np.random.Generator) -> Economy:
    """Return ``months`` months of ``count`` enterprises."""
    industry = rng.integers(len(plan.industries), size=count)
    margin = np.array([i.margin for i in plan.industries])[industry] * np.exp(rng.normal(0, 0.16, count))
    margin *= plan["cash.margin_factor"]
    typical_rd = np.array([i.rd for i in plan.industries])[industry]
    rd_intensity = typical_rd * np.exp(rng.normal(-0.15, 0.65, count))
    base = plan["size.monthly_sales_median"] * np.exp(rng.normal(0, plan["size.spread"], count))
    founded = np.where(
        rng.random(count) < 0.9, -rng.integers(12, 180, count), rng.integers(0, max(months - 18, 1), count)
    )
    demand = base[:, None] * demand_factors(plan, industry, rd_intensity - typical_rd, months, rng)
    demand *= np.arange(months)[None, :] >= founded[:, None]
    economy = _empty(industry, founded, rd_intensity, count, months)
    _run(plan, economy, demand, margin, _suppliers(plan, base, rng), rng)
    return economy


def _empty(industry: Whole, founded: Whole, rd_intensity: Floats, count: int, months: int) -> Economy:
    def grid() -> Floats:
        return np.zeros((count, months))

    return Economy(
        industry=industry,
        founded=founded,
        rd_intensity=rd_intensity,
        sales=grid(),
        purchases=grid(),
        payroll=grid(),
        headcount=np.zeros((count, months), dtype=np.int64),
        rd=grid(),
        net_inflow=grid(),
        cash=grid(),
        debt_service=grid(),
        paid=grid(),
        funding=grid(),
        distress=np.zeros((count, months), dtype=bool),
        defaulted=np.full(count, -1),
        closed=np.full(count, -1),
    )


def _suppliers(plan: Plan, base: Floats, rng: np.random.Generator) -> Whole:
    """Return for each enterprise the enterprises of the zone it buys from; ``(n, k)``, larger ones more often."""
    weight = np.sqrt(base)
    number = int(plan["network.suppliers_in_zone"])
    return rng.choice(len(base), size=(len(base), number), p=weight / weight.sum())


def _run(plan: Plan, e: Economy, demand: Floats, margin: Floats, suppliers: Whole, rng: np.random.Generator) -> None:
    count, months = demand.shape
    typical = np.maximum(demand[:, :12].mean(axis=1), demand.max(axis=1) * 0.3)
    wage = plan["cash.wage"] * np.exp(rng.normal(0, 0.12, count))
    people = np.maximum(typical * margin * plan["cash.labour_share"] / wage, 2.0)
    costs = typical * (1 - margin) + people * wage
    cash = costs * rng.uniform(*plan.pair("cash.opening_months"), count)
    borrows = rng.random(count) < plan["loans.borrowers"]
    receivable = np.zeros((count, 3))
    missed = np.zeros(count, dtype=np.int64)
    arrears = np.zeros(count)
    schedule = np.zeros((count, months + 40))
    last_purchases = typical * (1 - margin) * 0.9
    for month in range(months):
        open_now = (e.closed < 0) & (e.founded <= month)
        inside = np.bincount(
            suppliers.ravel(),
            weights=np.repeat(last_purchases * plan["network.bought_in_zone"] / suppliers.shape[1], suppliers.shape[1]),
            minlength=count,
        )
        e.sales[:, month] = np.where(open_now, demand[:, month] + inside, 0)
        sold = e.sales[:, month]
        bought = np.where(open_now, sold * (1 - margin) * np.exp(rng.normal(0, 0.13, count)), 0)
        _note_flows(plan, e, month, suppliers, np.where(open_now, last_purchases, 0), open_now)
        e.purchases[:, month] = np.maximum(bought, _bought_inside(e, month, count))
        last_purchases = e.purchases[:, month]
        people += plan["hiring.speed"] * (np.maximum(sold * margin * plan["cash.labour_share"] / wage, 2.0) - people)
        e.headcount[:, month] = np.where(open_now, np.rint(people), 0)
        e.payroll[:, month] = e.headcount[:, month] * wage
        e.rd[:, month] = sold * e.rd_intensity
        receipts, receivable = _receive(plan, sold, receivable)
        funding = _fund(plan, e, month, typical, rng)
        spent = (
            e.purchases[:, month]
            + e.payroll[:, month]
            + 0.45 * e.rd[:, month]
            + sold * (plan["cash.tax"] + plan["cash.overhead"])
            + typical * 0.012 * open_now
        )
        cash = cash + receipts + funding - spent
        cash = _borrow(plan, e, month, borrows & open_now, cash=cash, typical=typical, schedule=schedule, rng=rng)
        due = np.where(open_now, schedule[:, month], 0) + arrears
        e.debt_service[:, month] = np.where(open_now, schedule[:, month], 0)
        paid = np.clip(np.where(cash > 0, np.minimum(due, cash), 0), 0, None)
        cash = cash - paid
        arrears = due - paid
        e.paid[:, month] = paid
        missed = np.where(arrears > 1, missed + 1, 0)
        e.distress[:, month] = open_now & ((cash < 0.15 * costs) | (missed > 0))
        _fall(plan, e, month, missed, cash=cash, costs=costs, rng=rng)
        e.cash[:, month] = cash
        e.net_inflow[:, month] = e.sales[:, month] - e.purchases[:, month]


def _note_flows(
    plan: Plan, e: Economy, month: int, suppliers: Whole, purchases: Floats, open_now: NDArray[np.bool_]
) -> None:
    """Keep who bought how much from whom inside the zone in this month."""
    buyer = np.repeat(np.arange(len(suppliers)), suppliers.shape[1])
    seller = suppliers.ravel()
    amount = np.repeat(purchases * plan["network.bought_in_zone"] / suppliers.shape[1], suppliers.shape[1])
    real = (amount > 100) & open_now[seller] & open_now[buyer] & (seller != buyer)
    e.flows[month] = seller[real], buyer[real], amount[real]
    unreal = np.bincount(seller[~real], weights=amount[~real], minlength=len(suppliers))
    e.sales[:, month] = np.maximum(e.sales[:, month] - unreal, 0)


def _bought_inside(e: Economy, month: int, count: int) -> Floats:
    _, buyer, amount = e.flows[month]
    return np.bincount(buyer, weights=amount, minlength=count).astype(np.float64)


def _receive(plan: Plan, sold: Floats, receivable: Floats) -> tuple[Floats, Floats]:
    """Return what comes in this month and what is still to come; sales are paid over three months."""
    shares = np.array(plan.numbers["cash.receipts"])
    waiting = receivable + sold[:, None] * shares[None, :]
    return waiting[:, 0], np.concatenate([waiting[:, 1:], np.zeros((len(sold), 1))], axis=1)


def _fund(plan: Plan, e: Economy, month: int, typical: Floats, rng: np.random.Generator) -> Floats:
    """Return equity raised: by enterprises that research much, more often when they grow."""
    keen = e.rd_intensity > np.quantile(e.rd_intensity, 0.6)
    chance = plan["funding.yearly_rate"] / 12 * (1 + keen * 2)
    raised = (rng.random(len(typical)) < chance) & keen & (e.founded <= month) & (e.closed < 0)
    amount = np.where(raised, np.rint(typical * rng.uniform(3, 9, len(typical)) / 1e6 + 1) * 1e6, 0)
    e.funding[:, month] = amount
    return amount


def _borrow(
    plan: Plan,
    e: Economy,
    month: int,
    may: NDArray[np.bool_],
    *,
    cash: Floats,
    typical: Floats,
    schedule: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Return cash after new loans; a need for cash and chance make an enterprise ask, a clean record lets it borrow."""
    needy = cash < typical * 0.8
    asks = may & (rng.random(len(cash)) < np.where(needy, 0.14, 0.02)) & (e.defaulted < 0)
    low, high = plan.numbers["loans.months_of_sales"]
    lowest, highest = plan.numbers["loans.rates"]
    for firm in np.flatnonzero(asks):
        load = schedule[firm, month + 1 : month + 13].sum()
        if load > typical[firm] * 2.2:
            continue
        amount = float(np.rint(typical[firm] * rng.uniform(low, high) / 1e4) * 1e4)
        if amount < 1e5:
            continue
        loan = Loan(
            int(firm),
            month,
            amount,
            float(np.round(rng.uniform(lowest, highest), 4)),
            int(rng.choice(plan.numbers["loans.terms"])),
            str(rng.choice(["annuity", "interest_only", "bullet"], p=[0.5, 0.4, 0.1])),
        )
        e.loans.append(loan)
        due = yearly_schedule(loan)
        last = min(len(due), schedule.shape[1] - month - 1)
        schedule[firm, month + 1 : month + 1 + last] += due[:last]
        cash[firm] += amount
    return cash


def yearly_schedule(loan: Loan) -> Floats:
    """Return what is due in each month of a loan's life, in yuan, by the same exact rule the product uses."""
    from huoju.core.schedule import debt_service

    fen = debt_service(
        np.array([round(loan.amount * 100)]),
        np.array([round(loan.yearly_rate * 1e6)]),
        np.array([loan.term]),
        np.array([loan.method], dtype=object),
    )[0]
    return np.asarray(fen / 100)


def _fall(
    plan: Plan,
    e: Economy,
    month: int,
    missed: Whole,
    *,
    cash: Floats,
    costs: Floats,
    rng: np.random.Generator,
) -> None:
    """Note defaults: overdue beyond the bound; and closures, of the defaulted and of those without cash or bank."""
    falls = (missed > plan["loans.missed_months_to_default"] - 1) & (e.defaulted < 0)
    e.defaulted[falls] = month
    ruined = (e.defaulted >= 0) & (rng.random(len(cash)) < 0.09)
    broke = (cash < -3.0 * costs) & (rng.random(len(cash)) < 0.25)
    e.closed[(ruined | broke) & (e.closed < 0)] = month + 1
