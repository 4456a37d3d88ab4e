"""The portfolio as a problem in whole steps: what a step earns, uses and may lose at each rate, and the bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Bounds on what is used: ``share`` ``(j, n)`` of each enterprise counts towards ``at_most`` ``(j,)`` steps."""

    names: tuple[str, ...]
    share: Floats
    at_most: Floats


@dataclass(frozen=True, slots=True)
class Problem:
    """Choose for each of ``n`` enterprises no rate or one of ``K``, and a limit of ``least`` to ``cap`` whole steps.

    Per step offered: ``profit`` ``(s, n, K)`` under each scenario, ``use`` and ``loss`` ``(n, K)``, all in steps of
    money; ``use`` and ``loss`` never rise along rates. ``cap`` ``(n, K)``; below ``least`` a rate is no choice. The
    aim is the mean profit by ``weight`` ``(s,)``, or with ``tail`` the mean of the worst scenarios of that share.
    """

    profit: Floats
    weight: Floats
    tail: float | None
    use: Floats
    loss: Floats
    cap: Whole
    least: int
    rows: Rows
    loss_at_most: float
    grants_at_least: int

    def worth(self, mix: Floats) -> Floats:
        """Return the profit of a step when scenarios weigh ``mix``; ``(n, K)``."""
        return np.tensordot(mix, self.profit, axes=1)

    def outcomes(self, plan: Plan) -> Floats:
        """Return the profit of a plan under each scenario; ``(s,)`` steps of money."""
        rows = plan.rows
        return np.asarray((self.profit[:, rows, plan.rate[rows]] * plan.amount[rows]).sum(axis=1))

    def aim(self, plan: Plan) -> float:
        """Return what the plan is chosen for: its mean profit, or the mean of its worst tail."""
        return aim_of(self.outcomes(plan), self.weight, self.tail)

    def used(self, plan: Plan) -> Floats:
        """Return what each row of bounds counts; ``(j,)``."""
        rows = plan.rows
        return np.asarray(self.rows.share[:, rows] @ (self.use[rows, plan.rate[rows]] * plan.amount[rows]))

    def lost(self, plan: Plan) -> float:
        """Return the expected loss of a plan."""
        rows = plan.rows
        return float(self.loss[rows, plan.rate[rows]] @ plan.amount[rows])

    def broken(self, plan: Plan) -> tuple[str, ...]:
        """Return the names of the bounds that a plan does not keep, judged to a billionth."""
        rows, slack = plan.rows, 1e-9
        amount = plan.amount[rows]
        found = [
            name
            for name, used, most in zip(self.rows.names, self.used(plan), self.rows.at_most, strict=True)
            if used > most * (1 + slack) + slack
        ]
        if self.lost(plan) > self.loss_at_most * (1 + slack) + slack:
            found.append("expected-loss")
        if len(rows) < self.grants_at_least:
            found.append("grants-at-least")
        if (amount < self.least).any() or (amount > self.cap[rows, plan.rate[rows]]).any():
            found.append("limit")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets what: ``rate`` ``(n,)`` a place on the grid or -1, ``amount`` ``(n,)`` whole steps, 0 without a rate."""

    rate: Whole
    amount: Whole

    @property
    def rows(self) -> Whole:
        """The enterprises that get something."""
        return np.flatnonzero(self.amount > 0)

    @classmethod
    def nobody(cls, count: int) -> Plan:
        """Return the plan that lends nothing."""
        return cls(np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Prices:
    """Multipliers: what one more step of each bound is worth, and the weight of each scenario.

    For any prices at least 0 and any weights that the aim allows, ``bound_at`` is above the aim of every plan.
    """

    rows: Floats
    loss: float
    grant: float
    mix: Floats


@dataclass(frozen=True, slots=True)
class Solved:
    """A plan with its certificate: no plan on the whole grid aims higher than ``bound``.

    The bound follows from the prices alone, by arithmetic, unless ``by_search``: then HiGHS's own search tightened it.
    """

    plan: Plan
    value: float
    bound: float
    prices: Prices
    work: Mapping[str, int]
    by_search: bool = False

    @property
    def gap(self) -> float:
        """How far the bound is above the plan, as a share of the plan; 0 where nothing can be earned."""
        if self.bound - self.value <= 1e-12:
            return 0.0
        return (self.bound - self.value) / max(abs(self.value), 1e-12)


def aim_of(outcomes: Floats, weight: Floats, tail: float | None) -> float:
    """Return the mean of outcomes, or the mean of the worst of them that make up ``tail``."""
    if tail is None:
        return float(weight @ outcomes)
    left, total = tail, 0.0
    for place in np.argsort(outcomes, kind="stable"):
        taken = min(left, float(weight[place]))
        total += taken * float(outcomes[place])
        left -= taken
    return total / tail


def valued(problem: Problem, prices: Prices) -> tuple[Floats, Whole]:
    """Return what each choice is worth at the prices, and at which amount; ``(n, K)``, -inf where no choice."""
    coefficient = problem.worth(prices.mix) - prices.loss * problem.loss
    coefficient -= problem.use * (problem.rows.share.T @ prices.rows)[:, None]
    amount = np.where(coefficient > 0, problem.cap, problem.least)
    return np.where(problem.cap >= problem.least, coefficient * amount + prices.grant, -np.inf), amount


def bound_at(problem: Problem, prices: Prices, values: Floats) -> float:
    """Return what no plan exceeds, by weak duality over the whole grid; ``values`` are those of ``valued``."""
    best = np.maximum(values.max(axis=1, initial=-np.inf), 0.0)
    fixed = prices.rows @ problem.rows.at_most + prices.loss * problem.loss_at_most
    return float(fixed - prices.grant * problem.grants_at_least + best.sum())
