"""HiGHS over some of the choices: as a linear programme with prices, or in whole steps with a bound."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from huoju.decisions.lending.problem import Floats, Plan, Prices, Problem, Whole

NODES = 20_000  # of branch and bound at most; a count and no clock, so that the same input gives the same plan


@dataclass(frozen=True, slots=True)
class Choices:
    """Enterprise and rate of each choice that a master knows; ``(c,)`` each, ordered, none twice."""

    row: Whole
    rate: Whole

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def of(cls, wanted: NDArray[np.bool_]) -> Choices:
        """Return the choices that ``wanted`` ``(n, K)`` marks."""
        row, rate = np.nonzero(wanted)
        return cls(row.astype(np.int64), rate.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan found in whole steps, and a bound on every plan over these choices; plan None: there is none."""

    plan: Plan | None
    bound: float
    nodes: int


def priced(problem: Problem, choices: Choices) -> Prices | None:
    """Return the prices of the bounds by the linear programme over some choices; None where it can't be met."""
    solver = _run(problem, choices, in_steps=False, gap=0.0)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    duals = np.array(solver.getSolution().row_dual)
    count = len(problem.rows.names)
    mix = problem.weight
    if problem.tail is not None:
        mix = _allowed(np.maximum(duals[count + 2 : count + 2 + len(mix)], 0), problem.weight / problem.tail)
    return Prices(np.maximum(-duals[:count], 0), max(-float(duals[count]), 0.0), max(float(duals[count + 1]), 0.0), mix)


def _allowed(mix: Floats, most: Floats) -> Floats:
    """Return scenario weights that add up to 1, none above ``most``, near ``mix``."""
    mix = np.minimum(mix, most)
    if mix.sum() >= 1:
        return np.asarray(mix / mix.sum())
    room = most - mix
    return np.asarray(mix + (1 - mix.sum()) * room / room.sum())


def in_whole_steps(problem: Problem, choices: Choices, gap: float) -> Best:
    """Return the best plan over some choices, to a relative gap."""
    solver = _run(problem, choices, in_steps=True, gap=gap)
    info, count = solver.getInfo(), len(choices)
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible or not np.isfinite(
        info.objective_function_value
    ):
        return Best(None, -np.inf, max(int(info.mip_node_count), 0))
    amount = np.rint(np.array(solver.getSolution().col_value)[:count]).astype(np.int64)
    plan = Plan.nobody(problem.use.shape[0])
    given = np.flatnonzero(amount > 0)
    plan.rate[choices.row[given]] = choices.rate[given]
    plan.amount[choices.row[given]] = amount[given]
    return Best(plan, -float(info.mip_dual_bound), max(int(info.mip_node_count), 0))


def _run(problem: Problem, choices: Choices, *, in_steps: bool, gap: float) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    settings = {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-9,
        "mip_max_nodes": NODES,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
    }
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(problem, choices, in_steps))
    solver.run()
    return solver


def _model(problem: Problem, choices: Choices, in_steps: bool) -> highspy.HighsLp:
    """Return the model with amounts, then whether each choice is taken, then for a tail its line and shortfalls.

    Rows: bounds, expected loss, grants, scenarios of a tail, one choice an enterprise, most and least of each choice.
    """
    count, row, rate = len(choices), choices.row, choices.rate
    cap = problem.cap[row, rate].astype(np.float64)
    profit = problem.profit[:, row, rate]
    tail, scenarios = problem.tail, len(problem.weight)
    extra = 0 if tail is None else 1 + scenarios
    cost = np.zeros(2 * count + extra)
    if tail is None:
        cost[:count] = -(problem.weight @ profit)
    else:
        cost[2 * count] = -1.0
        cost[2 * count + 1 :] = problem.weight / tail
    upper = np.concatenate([cap, np.ones(count), np.full(extra, highspy.kHighsInf)])
    lower = np.zeros(2 * count + extra)
    lower[2 * count : 2 * count + min(extra, 1)] = -highspy.kHighsInf
    matrix, low, high = _rows(problem, choices, cap, profit, extra)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(low)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    if in_steps:
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole] * (2 * count) + [real] * extra
    return model


def _rows(
    problem: Problem, choices: Choices, cap: Floats, profit: Floats, extra: int
) -> tuple[sparse.csr_matrix, Floats, Floats]:
    count, row, rate = len(choices), choices.row, choices.rate
    infinite, bounds = highspy.kHighsInf, problem.rows
    one = sparse.identity(count, format="csr")
    none = sparse.csr_matrix((1, count))
    enterprises, member = np.unique(row, return_inverse=True)
    belongs = sparse.csr_matrix((np.ones(count), (member, np.arange(count))), shape=(len(enterprises), count))
    blocks: list[list[sparse.spmatrix | None]] = [
        [sparse.csr_matrix(bounds.share[:, row] * problem.use[row, rate]), None],
        [sparse.csr_matrix(problem.loss[row, rate][None, :]), None],
        [none, sparse.csr_matrix(np.ones((1, count)))],
        [None, belongs],
        [one, sparse.diags(-cap)],
        [one, sparse.diags(np.full(count, -float(problem.least)))],
    ]
    low = [np.full(len(bounds.names), -infinite), np.array([-infinite, problem.grants_at_least])]
    high = [bounds.at_most, np.array([problem.loss_at_most, infinite])]
    if extra:
        scenarios = extra - 1
        line = sparse.hstack([np.full((scenarios, 1), -1.0), sparse.identity(scenarios)])
        blocks = [[*pair, None] for pair in blocks]
        blocks.insert(3, [sparse.csr_matrix(profit), None, line])
        low.append(np.zeros(scenarios))
        high.append(np.full(scenarios, infinite))
    low += [np.full(len(enterprises), -infinite), np.full(count, -infinite), np.zeros(count)]
    high += [np.ones(len(enterprises)), np.zeros(count), np.full(count, infinite)]
    return sparse.bmat(blocks, format="csr"), np.concatenate(low), np.concatenate(high)
