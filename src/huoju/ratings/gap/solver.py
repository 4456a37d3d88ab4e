"""HiGHS proposes which choices to make and how cheap it can get at best; what they cost is decided in fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np

from huoju.ratings.gap.exact import Cheapest, Free, cheapest
from huoju.ratings.gap.lines import ONE, ZERO, Line
from huoju.ratings.gap.model import Model, Row, one_of

_SHORT = 12  # so many rows are tried one by one for whether they are needed
_COUNTED = 100_000  # a whole number of more steps than this is a real number to HiGHS; fractions make it whole


@dataclass(frozen=True, slots=True)
class Proposal:
    """The value of every choice, and a cost below which HiGHS sees nothing."""

    choices: Mapping[int, int]
    bound: float


def propose(model: Model, cuts: Sequence[Line], scale: float) -> Proposal | None:
    """Return the choices of a cheapest solution, with no claim that it does not need; None where there is none.

    Costs are divided by ``scale``, so that they lie near 1.
    """
    if not model.is_possible:
        return None
    rows = [*model.rows, *(Row(cut) for cut in cuts)]
    costs = [float(variable.cost) / scale for variable in model.variables]
    first = _run(model, rows, costs, None)
    if first is None:
        return None
    values, bound = first
    limit = float(np.dot(costs, values))
    claims = [1.0 if variable.is_claim else 0.0 for variable in model.variables]
    second = _run(model, rows, claims, (costs, limit * (1 + 1e-9) + 1e-9))
    chosen = second[0] if second is not None else values
    return Proposal({n: round(chosen[n]) for n, v in enumerate(model.variables) if v.is_choice}, bound * scale)


def _run(
    model: Model, rows: Sequence[Row], costs: Sequence[float], limit: tuple[Sequence[float], float] | None
) -> tuple[list[float], float] | None:
    problem = highspy.HighsLp()
    units = [_unit(model, number) for number in range(len(model.variables))]
    problem.num_col_ = len(units)
    problem.col_cost_ = np.array([cost * unit for cost, unit in zip(costs, units, strict=True)])
    problem.col_lower_ = np.array([float(v.low) / unit for v, unit in zip(model.variables, units, strict=True)])
    problem.col_upper_ = np.array([float(v.high) / unit for v, unit in zip(model.variables, units, strict=True)])
    problem.integrality_ = [
        highspy.HighsVarType.kInteger if _is_counted(model, n) else highspy.HighsVarType.kContinuous
        for n in range(len(units))
    ]
    lines = [_unconditional(model, row) for row in rows]
    starts, columns, factors, lower = [0], list[int](), list[float](), list[float]()
    for line in lines:
        own = [float(factor) * units[number] for number, factor in line.terms]
        size = max((abs(value) for value in own), default=1.0)
        columns += [number for number, _ in line.terms]
        factors += [value / size for value in own]
        lower.append(-float(line.constant) / size)
        starts.append(len(columns))
    upper = [highspy.kHighsInf] * len(lines)
    if limit is not None:
        paid = [(n, cost * units[n]) for n, cost in enumerate(limit[0]) if cost]
        columns, factors = columns + [n for n, _ in paid], factors + [cost for _, cost in paid]
        starts, lower, upper = [*starts, len(columns)], [*lower, -highspy.kHighsInf], [*upper, limit[1]]
    problem.num_row_ = len(lower)
    problem.row_lower_, problem.row_upper_ = np.array(lower), np.array(upper)
    problem.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    problem.a_matrix_.start_ = np.array(starts)
    problem.a_matrix_.index_ = np.array(columns)
    problem.a_matrix_.value_ = np.array(factors)
    return _solved(problem, units)


def _solved(problem: highspy.HighsLp, units: Sequence[float]) -> tuple[list[float], float] | None:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    settings = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 1e-9, "random_seed": 1}
    for name, value in settings.items():
        solver.setOptionValue(name, value)
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance", "mip_feasibility_tolerance"):
        solver.setOptionValue(name, 1e-9)
    solver.passModel(problem)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution().col_value
    bound = min(solver.getInfo().mip_dual_bound, solver.getInfo().objective_function_value)
    return [value * unit for value, unit in zip(found, units, strict=True)], bound


def _is_counted(model: Model, number: int) -> bool:
    variable = model.variables[number]
    return variable.is_whole and variable.high - variable.low <= _COUNTED


def _unit(model: Model, number: int) -> float:
    variable = model.variables[number]
    if _is_counted(model, number):
        return 1.0
    return max(float(variable.high - variable.low), abs(float(variable.high))) or 1.0


def _unconditional(model: Model, row: Row) -> Line:
    """Return a conditional row as one that any other choice makes slack."""
    slack = min(ZERO, model.reach(row.line)[0])
    line = row.line
    for number, value in row.when:
        own = Line(ZERO, ((number, ONE),))
        line = line.plus((Line(ONE).plus(own, -ONE) if value else own), -slack)
    return line


@dataclass(frozen=True, slots=True)
class Settled:
    """What given choices cost at least: the cheapest values, or None where there are none cheap enough.

    ``because`` are choices that alone make it cost that much; None where no few can be named.
    """

    found: Cheapest | None
    because: tuple[tuple[int, int], ...] | None


def settle(model: Model, choices: Mapping[int, int], at_most: Fraction | None) -> Settled:
    """Return the cheapest values under given choices, exactly, none that cost more than ``at_most``."""
    paid = sum((model.variables[n].cost * value for n, value in choices.items()), ZERO)
    rows = [row for row in model.rows if all(choices[n] == value for n, value in row.when)]
    left = None if at_most is None else at_most - paid
    if left is not None and left < 0:
        return Settled(None, ())
    leaf = _Leaf(model, choices, rows)
    found = leaf.cheapest(range(len(rows)), left)
    if found is None:
        return Settled(None, leaf.because(None, left))
    lows = {n: v.low for n, v in enumerate(model.variables) if not v.is_choice and n not in leaf.free}
    values = {**{n: Fraction(v) for n, v in choices.items()}, **lows, **found.values}
    return Settled(Cheapest(values, found.cost + paid, found.is_proved), leaf.because(found.cost, left))


class _Leaf:
    """What is left once all choices are made: rows over amounts alone."""

    def __init__(self, model: Model, choices: Mapping[int, int], rows: Sequence[Row]) -> None:
        self.model, self.rows = model, rows
        self.lines = [_chosen(row.line, choices) for row in rows]
        wanted = _linked(model, self.lines)
        variables = model.variables
        self.free = {n: Free(variables[n].low, variables[n].is_whole, variables[n].cost) for n in wanted}
        self.ends = [Line(variables[n].high, ((n, -ONE),)) for n in wanted]

    def cheapest(self, places: Iterable[int], at_most: Fraction | None) -> Cheapest | None:
        """Return the cheapest values that some of the rows allow."""
        kept = [self.lines[place] for place in places if self._counts(self.lines[place])]
        if any(not line.terms and line.constant < 0 for line in kept):
            return None
        return cheapest(self.free, [*kept, *self.ends], at_most)

    def _counts(self, line: Line) -> bool:
        return not line.terms or any(number in self.free for number, _ in line.terms)

    def because(self, cost: Fraction | None, at_most: Fraction | None) -> tuple[tuple[int, int], ...] | None:
        """Return choices that alone make it cost ``cost``, or more than ``at_most``."""
        places = [place for place, line in enumerate(self.lines) if self._counts(line)]
        if any(self._mixes(self.rows[place]) for place in places):
            return None
        always = [place for place in places if not self.rows[place].when]
        kept = [place for place in places if self.rows[place].when and self._is_broken(place)]
        if not self._costs_as_much([*always, *kept], cost, at_most):
            kept = [place for place in places if self.rows[place].when]
        for place in list(kept):
            fewer = [other for other in kept if other != place]
            if len(kept) <= _SHORT and self._costs_as_much([*always, *fewer], cost, at_most):
                kept = fewer
        return tuple(dict.fromkeys(choice for place in kept for choice in self.rows[place].when))

    def _costs_as_much(self, places: Sequence[int], cost: Fraction | None, at_most: Fraction | None) -> bool:
        found = self.cheapest(places, at_most)
        return found is None or (cost is not None and found.cost >= cost)

    def _mixes(self, row: Row) -> bool:
        """Return whether a claim adds to a row of amounts, as where points vary without steps."""
        variables = self.model.variables
        return any(variables[n].is_claim for n, _ in row.line.terms) and any(n in self.free for n, _ in row.line.terms)

    def _is_broken(self, place: int) -> bool:
        line = self.lines[place]
        return line.constant + sum((f * self.model.variables[n].low for n, f in line.terms), ZERO) < 0


def _chosen(line: Line, choices: Mapping[int, int]) -> Line:
    constant = line.constant + sum((factor * choices[n] for n, factor in line.terms if n in choices), ZERO)
    return Line(constant, tuple((n, factor) for n, factor in line.terms if n not in choices))


def _linked(model: Model, lines: Sequence[Line]) -> set[int]:
    """Return the variables in whole steps that are in a row, and all that hang together with them."""
    groups = [{number for number, _ in line.terms} for line in lines if line.terms]
    found = {n for group in groups for n in group if model.variables[n].is_whole}
    while True:
        grown = found.union(*(group for group in groups if group & found))
        if grown == found:
            return found
        found = grown


def cut_off(model: Model, choices: Mapping[int, int], because: tuple[tuple[int, int], ...] | None) -> Line:
    """Return a row that asks for other choices: of those that made it cost so much, and of what is not a claim."""
    claims = {n for n, v in enumerate(model.variables) if v.is_choice and v.is_claim}
    others = {(n, value) for n, value in choices.items() if n not in claims}
    kept = set(choices.items()) if because is None else set(because) | others
    line = one_of(sorted(n for n, value in kept if not value))
    for number in sorted(n for n, value in kept if value):
        line = line.plus(Line(ONE, ((number, -ONE),)))
    return line


def magnitude(model: Model) -> float:
    """Return a cost near the largest that one variable can cause."""
    most = max((float(v.cost * (v.high - v.low)) for v in model.variables), default=0.0)
    return most if most > 0 and math.isfinite(most) else 1.0
