"""The portfolio chosen: every applicant with verdict, terms and reasons, and every bound with its use and price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.decisions.lending.offers import CAPS, Offers
from huoju.decisions.lending.problem import Floats, Problem, Solved, Whole
from huoju.decisions.lending.solving import GAP, solve

LOSS, FLOOR = "expected-loss", "grants-at-least"
WITHIN_GAP = "within-gap"


@dataclass(frozen=True, slots=True)
class BoundKept:
    """One bound of the portfolio: what it counts and may reach, and what one more unit of it would earn.

    In fen, but for the number of grants; ``price`` in fen of profit per fen, or per grant less.
    """

    name: str
    used: float
    at_most: float
    price: float

    @property
    def binds(self) -> bool:
        """Whether more profit could be made if it were wider."""
        return self.price > 1e-9


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What was chosen of ``offers``; arrays ``(n,)`` in the order of the applicants, money in fen.

    ``verdict`` is lend, pass (others earn more), refer or refuse; ``codes`` say why, each with the name of a bound
    behind a colon where one is meant. ``limit`` is whole; ``rate``, ``kept``, ``loss`` and ``profit`` are NaN without.
    """

    offers: Offers
    solved: Solved
    problem: Problem
    verdict: NDArray[np.object_]
    codes: tuple[tuple[str, ...], ...]
    limit: Whole
    rate: Floats
    kept: Floats
    loss: Floats
    profit: Floats
    bounds: tuple[BoundKept, ...]

    @property
    def lent(self) -> Whole:
        """Who gets a loan: places among the applicants."""
        return self.solved.plan.rows

    def total(self, name: str) -> float:
        """Return the sum of ``limit``, ``loss`` or ``profit`` over all loans, in fen; ``drawn`` is the limits kept."""
        if name == "drawn":
            return float(np.nansum(self.kept * self.limit))
        return float(np.nansum(getattr(self, name)))


def choose(offers: Offers, tail: float | None = None, gap: float = GAP) -> Portfolio:
    """Return the portfolio with the greatest expected profit, or with ``tail`` the greatest mean of the worst tail.

    Raises ``PolicyError`` where the bounds contradict one another.
    """
    problem = offers.problem(tail)
    return portfolio(offers, problem, solve(problem, gap))


def portfolio(offers: Offers, problem: Problem, solved: Solved) -> Portfolio:
    """Return a solved plan with its amounts in fen and its reasons."""
    count, step, plan = len(offers.applicants), offers.terms.step, solved.plan
    rows, at = plan.rows, plan.rate[plan.rows]
    limit = plan.amount * step
    rate, kept, loss, profit = (np.full(count, np.nan) for _ in range(4))
    rate[rows], kept[rows] = offers.terms.grid[at], offers.kept[rows, at]
    loss[rows] = problem.loss[rows, at] * limit[rows]
    profit[rows] = problem.worth(problem.weight)[rows, at] * limit[rows]
    verdict = np.array(["pass" if state == "open" else state for state in offers.standing], dtype=object)
    verdict[rows] = "lend"
    reasons = _Reasons(offers, problem, solved)
    codes = tuple(
        reasons.loan(row) if state == "lend" else reasons.passed(row) if state == "pass" else offers.codes[row]
        for row, state in enumerate(verdict)
    )
    return Portfolio(
        offers, solved, problem, verdict, codes, limit, rate, kept, loss, profit, _kept(problem, solved, step)
    )


def _kept(problem: Problem, solved: Solved, step: int) -> tuple[BoundKept, ...]:
    prices, used = solved.prices, problem.used(solved.plan)
    found = [
        BoundKept(name, used[place] * step, float(problem.rows.at_most[place]) * step, float(prices.rows[place]))
        for place, name in enumerate(problem.rows.names)
    ]
    found.append(BoundKept(LOSS, problem.lost(solved.plan) * step, problem.loss_at_most * step, prices.loss))
    floor = float(problem.grants_at_least)
    return (*found, BoundKept(FLOOR, float(len(solved.plan.rows)), floor, prices.grant * step))


class _Reasons:
    """Why each loan is what it is, read off the plan and the prices of the bounds."""

    def __init__(self, offers: Offers, problem: Problem, solved: Solved) -> None:
        self.offers, self.problem, self.plan, self.prices = offers, problem, solved.plan, solved.prices
        self.worth = problem.worth(solved.prices.mix)
        possible = problem.cap >= problem.least
        self.alone = np.argmax(np.where(possible, self.worth * problem.cap, -np.inf), axis=1)

    def loan(self, row: int) -> tuple[str, str]:
        """Return what set the amount and what set the rate."""
        at, amount = int(self.plan.rate[row]), int(self.plan.amount[row])
        binding = self._dearest(row, at)
        if amount == self.problem.cap[row, at]:
            set_by = CAPS[int(self.offers.cap_by[row, at])]
        elif amount == self.problem.least and self.prices.grant > 0 and self._net(row, at) <= 0:
            set_by = FLOOR
        else:
            set_by = binding
        return f"amount:{set_by}", self._rate(row, at)

    def passed(self, row: int) -> tuple[str, ...]:
        """Return why an applicant who may be lent to gets nothing."""
        at = int(self.alone[row])
        if self.worth[row, at] <= 0:
            return ("no-rate-earns",)
        dearest = self._dearest(row, at)
        return (WITHIN_GAP,) if dearest == WITHIN_GAP else (f"others-earn-more:{dearest}",)

    def _net(self, row: int, at: int) -> float:
        costs = self._costs(row, at)
        return float(self.worth[row, at] - sum(costs.values()))

    def _costs(self, row: int, at: int) -> dict[str, float]:
        use = self.problem.use[row, at]
        costs = {
            name: float(price * share * use)
            for name, price, share in zip(
                self.problem.rows.names, self.prices.rows, self.problem.rows.share[:, row], strict=True
            )
        }
        return {**costs, LOSS: float(self.prices.loss * self.problem.loss[row, at])}

    def _dearest(self, row: int, at: int) -> str:
        """Return the bound whose price costs this offer most; where none has a price, the gap left it open."""
        costs = self._costs(row, at)
        dearest = max(costs, key=lambda name: costs[name])
        return dearest if costs[dearest] > 0 else WITHIN_GAP

    def _rate(self, row: int, at: int) -> str:
        """Return whether the rate is the one that earns most alone, or the bound that moved it by sparing most."""
        if at == self.alone[row]:
            return "rate-best"
        here, alone = self._costs(row, at), self._costs(row, int(self.alone[row]))
        spared = {name: alone[name] - here[name] for name in here}
        mover = max(spared, key=lambda name: spared[name])
        return f"rate-moved:{mover}" if spared[mover] > 0 else "rate-near-best"
