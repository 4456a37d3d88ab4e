"""Solving a portfolio: prices by columns taken in one after the other, then whole steps, with a proof over the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from huoju.core.errors import PolicyError
from huoju.decisions.lending.master import Choices, in_whole_steps, priced
from huoju.decisions.lending.problem import Floats, Plan, Prices, Problem, Solved, bound_at, valued

GAP = 1e-4  # asked for; the promise is ten times as much
ROUNDS = 60  # of taking in choices at most
NEAR_BEST = 0.1  # choices whose regret is below this share of the profit of an average enterprise are tried first
_NEAR = 1e-9

Flags = NDArray[np.bool_]


def solve(problem: Problem, gap: float = GAP) -> Solved:
    """Return the best plan and the proof that no other on the whole grid is better by more than the gap.

    The bounds couple enterprises only through their prices. At given prices each enterprise's best rate and amount
    are found by themselves, over the whole grid; HiGHS holds the few choices that were best at some prices, and gives
    new prices until none better is left. Weak duality at the last prices bounds every plan. Then HiGHS chooses in
    whole steps among the choices at hand; where that leaves a gap, among all that a better plan could hold: those
    whose regret is within it. Raises ``PolicyError`` where no plan keeps all bounds.
    """
    if not possible(problem).any() and problem.grants_at_least == 0:
        return Solved(Plan.nobody(len(problem.cap)), 0.0, 0.0, _free(problem), _work(problem))
    prices, values, taken, rounds = _prices(problem)
    bound = bound_at(problem, prices, values)
    near = taken & _within(values, NEAR_BEST * abs(bound) / len(values))
    found = in_whole_steps(problem, Choices.of(near), gap / 4)
    if found.plan is None:
        near = taken
        found = in_whole_steps(problem, Choices.of(near), gap / 4)
    if found.plan is None:
        raise impossible(problem)
    value = problem.aim(found.plan)
    work = {**_work(problem), "rounds": rounds, "choices": int(near.sum()), "nodes": found.nodes}
    solved = Solved(found.plan, value, max(bound, value), prices, work)
    return solved if solved.gap <= gap else _among_all(problem, solved, values, gap)


def possible(problem: Problem) -> Flags:
    """Return which choices there are; ``(n, K)``."""
    return np.asarray(problem.cap >= problem.least)


def _among_all(problem: Problem, first: Solved, values: Floats, gap: float) -> Solved:
    """Return the best among all choices that a plan better than the first could hold, and the tighter bound."""
    left = _within(values, first.bound - first.value)
    found = in_whole_steps(problem, Choices.of(left), gap)
    work = {**first.work, "choices": int(left.sum()), "nodes": first.work["nodes"] + found.nodes}
    plan, value = first.plan, first.value
    if found.plan is not None and problem.aim(found.plan) > value:
        plan, value = found.plan, problem.aim(found.plan)
    by_search = found.bound < first.bound
    return Solved(plan, value, max(min(first.bound, found.bound), value), first.prices, work, by_search)


def _within(values: Floats, regret: float) -> Flags:
    """Return the choices that cost no more than ``regret`` beside what their enterprise is worth; ``(n, K)``."""
    worth = np.maximum(values.max(axis=1, initial=-np.inf), 0)[:, None]
    return np.asarray(np.isfinite(values) & (worth - values <= regret + _NEAR))


def _prices(problem: Problem) -> tuple[Prices, Floats, Flags, int]:
    """Return the prices with the lowest bound, what each choice is worth at them, the choices taken in, the rounds.

    The highest rate of each enterprise is among the first: it uses and loses least, so where these choices can't keep
    the bounds, none can.
    """
    values = valued(problem, _free(problem))[0]
    taken = _first(problem, values)
    lowest, best, rounds = np.inf, (_free(problem), values), 0
    while rounds < ROUNDS:
        rounds += 1
        prices = priced(problem, Choices.of(taken))
        if prices is None:
            raise impossible(problem)
        values = valued(problem, prices)[0]
        bound = bound_at(problem, prices, values)
        if bound < lowest:
            lowest, best = bound, (prices, values)
        fresh = _fresh(values, taken)
        if not fresh.any():
            break
        taken = taken | fresh
    return *best, taken, rounds


def _first(problem: Problem, values: Floats) -> Flags:
    """Return the choices to begin with: each enterprise's most profitable rate and its highest."""
    can = possible(problem)
    taken = np.zeros_like(can)
    rows = np.flatnonzero(can.any(axis=1))
    taken[rows, np.argmax(values[rows], axis=1)] = True
    return np.asarray(taken | _highest(can))


def _highest(can: Flags) -> Flags:
    taken = np.zeros_like(can)
    rows = np.flatnonzero(can.any(axis=1))
    taken[rows, can.shape[1] - 1 - np.argmax(can[rows, ::-1], axis=1)] = True
    return taken


def _fresh(values: Floats, taken: Flags) -> Flags:
    """Return each enterprise's best choice where it is worth more than all that were taken in."""
    best = np.argmax(values, axis=1)
    worth = values[np.arange(len(best)), best]
    held = np.where(taken, values, -np.inf).max(axis=1, initial=-np.inf)
    fresh = np.zeros_like(taken)
    rows = np.flatnonzero(np.isfinite(worth) & (worth > np.maximum(held, 0) + _NEAR))
    fresh[rows, best[rows]] = True
    return fresh


def _free(problem: Problem) -> Prices:
    return Prices(np.zeros(len(problem.rows.names)), 0.0, 0.0, problem.weight)


def _work(problem: Problem) -> dict[str, int]:
    return {"rounds": 0, "choices": 0, "nodes": 0, "grid": int(possible(problem).sum())}


def impossible(problem: Problem) -> PolicyError:
    """Return the error of bounds that no plan keeps: how many grants were asked for and how many are possible."""
    asked, can = problem.grants_at_least, possible(problem)
    open_ = int(can.any(axis=1).sum())
    counted = replace(
        problem,
        profit=np.full((1, *can.shape), 1.0 / problem.least),
        weight=np.ones(1),
        tail=None,
        cap=np.where(_highest(can), problem.least, 0),
        grants_at_least=0,
    )
    found = in_whole_steps(counted, Choices.of(possible(counted)), 0.0).plan
    most = 0 if found is None else len(found.rows)
    message = f"No portfolio keeps all bounds: {asked} grants are asked for, {open_} are open, {most} are possible."
    code = "lend-too-few-open" if open_ < asked else "lend-impossible"
    return PolicyError(message, code=code, data={"asked": asked, "open": open_, "most": most})
