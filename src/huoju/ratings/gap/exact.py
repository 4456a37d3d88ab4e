"""The cheapest whole numbers that meet linear rows, in exact fractions: dual simplex and branch and bound.

For the handful of variables that are left once all choices are made; a float proposes, this decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from huoju.ratings.gap.lines import ONE, ZERO, Line

MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class Cheapest:
    """Values by variable and what they cost; ``is_proved`` where nothing cheaper was left unsearched."""

    values: Mapping[int, Fraction]
    cost: Fraction
    is_proved: bool


@dataclass(frozen=True, slots=True)
class Free:
    """A variable from ``low`` up."""

    low: Fraction
    is_whole: bool
    cost: Fraction


def cheapest(free: Mapping[int, Free], rows: Sequence[Line], at_most: Fraction | None = None) -> Cheapest | None:
    """Return the cheapest values that make every row at least 0; None where there are none at ``at_most`` or less.

    Costs are not negative, and every variable rises from its low end.
    """
    order = sorted(free)
    base = [_shifted(row, free) for row in rows]
    best: Cheapest | None = None
    waiting: list[tuple[Fraction, int, list[Line]]] = [(ZERO, 0, [])]
    nodes = count = 0
    while waiting and nodes < MOST_NODES:
        waiting.sort(key=lambda node: (-node[0], node[1]))
        bound, _, cuts = waiting.pop()
        limit = best.cost if best is not None else at_most
        if limit is not None and (bound > limit or (best is not None and bound >= limit)):
            continue
        nodes += 1
        values = _relaxed([*base, *cuts], order, [free[number].cost for number in order])
        if values is None:
            continue
        cost = sum((free[number].cost * value for number, value in values.items()), ZERO)
        if limit is not None and (cost > limit or (best is not None and cost >= limit)):
            continue
        broken = next((n for n in order if free[n].is_whole and values[n].denominator != 1), None)
        if broken is None:
            best = Cheapest(values, cost, True)
            continue
        down, up = math.floor(values[broken]), math.ceil(values[broken])
        for line in (Line(Fraction(down), ((broken, -ONE),)), Line(Fraction(-up), ((broken, ONE),))):
            count += 1
            waiting.append((cost, count, [*cuts, line]))
    if best is None:
        return None
    lows = sum((free[n].cost * free[n].low for n in order), ZERO)
    told = {number: value + free[number].low for number, value in best.values.items()}
    return Cheapest(told, best.cost + lows, not waiting or nodes < MOST_NODES)


def _shifted(row: Line, free: Mapping[int, Free]) -> Line:
    """Return a row in variables that count from 0, a row of whole numbers rounded to what whole numbers can reach."""
    constant = row.constant + sum((factor * free[number].low for number, factor in row.terms), ZERO)
    line = Line(constant, row.terms)
    if not row.terms or not all(free[number].is_whole for number, _ in row.terms):
        return line
    scale = math.lcm(*(factor.denominator for _, factor in row.terms))
    whole = [int(factor * scale) for _, factor in row.terms]
    common = math.gcd(*whole)
    factor = Fraction(scale, common)
    line = line.by(factor)
    return Line(Fraction(math.floor(line.constant)), line.terms)


def _relaxed(rows: Sequence[Line], order: Sequence[int], costs: Sequence[Fraction]) -> dict[int, Fraction] | None:
    """Return the cheapest values, whole or not, by the dual simplex method; None where the rows contradict.

    Each basic variable is a constant and multiples of those that are 0; the least number goes first, so it ends.
    """
    size = len(order)
    place = {number: column for column, number in enumerate(order)}
    table = [[row.constant, *([ZERO] * size)] for row in rows]
    for own, row in zip(table, rows, strict=True):
        for number, factor in row.terms:
            own[place[number] + 1] += factor
    price = [ZERO, *costs]
    outside = list(range(size))
    inside = [size + number for number in range(len(rows))]
    while True:
        low = min((at for at in range(len(table)) if table[at][0] < 0), key=lambda at: inside[at], default=None)
        if low is None:
            break
        line = table[low]
        ratios = [(price[c] / line[c], outside[c - 1], c) for c in range(1, size + 1) if line[c] > 0]
        if not ratios:
            return None
        enter = min(ratios)[2]
        _pivot(table, price, low, enter)
        inside[low], outside[enter - 1] = outside[enter - 1], inside[low]
    values = dict.fromkeys(order, ZERO)
    for at, name in enumerate(inside):
        if name < size:
            values[order[name]] = table[at][0]
    return values


def _pivot(table: list[list[Fraction]], price: list[Fraction], low: int, enter: int) -> None:
    """Let a column enter for a row: solve the row for it, and put that into every other row and the price."""
    line = table[low]
    factor = line[enter]
    solved = [-value / factor if value else ZERO for value in line]
    solved[enter] = ONE / factor
    for row, other in enumerate([*table, price]):
        if row != low and other[enter]:
            times = other[enter]
            other[enter] = ZERO
            for column, value in enumerate(solved):
                if value:
                    other[column] += times * value
    table[low] = solved
