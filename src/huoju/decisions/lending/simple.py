"""Three simple ways to lend, held to the same limits, bounds and expected loss, to measure a portfolio against."""

from __future__ import annotations

import numpy as np

from huoju.decisions.lending.offers import Offers
from huoju.decisions.lending.problem import Floats, Plan, Problem, Whole

SIMPLE = ("equal-limits", "lowest-rate-to-all", "by-total-sales")


def simple_plan(name: str, offers: Offers, problem: Problem) -> Plan:
    """Return a simple plan that keeps every limit and bound of the problem, but for the floor on grants.

    - equal-limits: everyone open gets the same limit, as large as the bounds allow, at the rate best alone;
    - lowest-rate-to-all: everyone open, the likeliest to pay first, gets the largest limit at the lowest rate;
    - by-total-sales: the largest by yearly sales first, each with the largest limit at the rate best alone.
    """
    possible = problem.cap >= problem.least
    worth = np.where(possible, problem.worth(problem.weight), -np.inf)
    best = np.argmax(worth * np.maximum(problem.cap, 1), axis=1)
    rows = np.flatnonzero(possible.any(axis=1))
    if name == "equal-limits":
        return _equal(problem, rows, best)
    if name == "lowest-rate-to-all":
        order = rows[np.argsort(offers.probability[rows], kind="stable")]
        return _filled(problem, order, np.argmax(possible, axis=1))
    if name == "by-total-sales":
        order = rows[np.argsort(-offers.applicants.yearly_sales[rows], kind="stable")]
        return _filled(problem, order, best)
    raise ValueError(f"Simple ways are {', '.join(SIMPLE)}; got {name!r}.")


def _equal(problem: Problem, rows: Whole, rate: Whole) -> Plan:
    """Return the same limit for all, or what each one's own limit allows; fewer, in their order, where all can't."""
    for amount in range(int(problem.cap.max(initial=0)), problem.least - 1, -1):
        plan = Plan.nobody(len(problem.cap))
        plan.rate[rows] = rate[rows]
        plan.amount[rows] = np.minimum(amount, problem.cap[rows, rate[rows]])
        if not set(problem.broken(plan)) - {"grants-at-least"}:
            return plan
    return _filled(problem, rows, rate, at_most=problem.least)


def _filled(problem: Problem, order: Whole, rate: Whole, at_most: int | None = None) -> Plan:
    """Return limits given one after the other, each as large as the bounds still allow."""
    plan = Plan.nobody(len(problem.cap))
    left, loss_left = problem.rows.at_most.copy(), problem.loss_at_most
    for row in order:
        at = int(rate[row])
        amount = _fits(problem, row, at, left, loss_left)
        amount = amount if at_most is None else min(amount, at_most)
        if amount >= problem.least:
            plan.rate[row], plan.amount[row] = at, amount
            left = left - problem.rows.share[:, row] * problem.use[row, at] * amount
            loss_left -= float(problem.loss[row, at]) * amount
    return plan


def _fits(problem: Problem, row: int, at: int, left: Floats, loss_left: float) -> int:
    each = np.append(problem.rows.share[:, row] * problem.use[row, at], problem.loss[row, at])
    most = np.append(left, loss_left)[each > 0] / each[each > 0]
    return int(min(problem.cap[row, at], np.floor(most.min(initial=np.inf) + 1e-9)))
