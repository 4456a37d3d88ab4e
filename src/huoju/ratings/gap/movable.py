"""Facts of one entity that may change, as variables of a model: so many steps up or down, or another label."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from huoju.core.rule import Apply, Constant, Node, parts_of, readings
from huoju.core.rule_row import Bound, Row
from huoju.core.variable import Variable, variables
from huoju.core.view import View
from huoju.ratings.gap.costs import Costs, Price
from huoju.ratings.gap.lines import ONE, ZERO, Line
from huoju.ratings.gap.logic import Key, Reader
from huoju.ratings.gap.model import Model, one_of
from huoju.ratings.gap.told import value_of
from huoju.ratings.plan import Plan, Prepared, nodes_of
from huoju.ratings.scheme import Version

_LEAST_RANGE = {"money": Fraction(1_000_000), "count": Fraction(1_000)}
_TIMES = 10


@dataclass(frozen=True, slots=True)
class Movable:
    """A fact that may change, with where it stands, between what it may lie and what that costs."""

    name: str
    start: Fraction | str
    price: Price
    low: Bound
    high: Bound

    @property
    def variable(self) -> Variable:
        """Its variable of the vocabulary."""
        return variables()[self.name]


def movables(prepared: Prepared, version: Version, view: View, costs: Costs) -> tuple[Movable, ...]:
    """Return the facts of the evaluated year that a version reads, that are known and that may change.

    What something is divided by stays above 0 where it stands above 0.
    """
    found, divisors = [], _divisors(version)
    for name in read_now(prepared, version):
        price, start = costs.changes.get(name), value_of(view, name)
        if price is None or start is None:
            continue
        low, high = _ends(variables()[name], price, start) if isinstance(start, Fraction) else (ZERO, ZERO)
        if isinstance(start, Fraction) and start > 0 and name in divisors:
            low = max(low, start - (math.ceil(start / price.step) - 1) * price.step)
        found.append(Movable(name, start, price, low, high))
    return tuple(found)


def read_now(prepared: Prepared, version: Version) -> tuple[str, ...]:
    """Return the facts of the evaluated year that a version reads, and those that they never exceed."""
    names = [r.name for r in prepared.readings(version) if r.sort == "fact" and r.lag == 0]
    for name in names:
        above = variables()[name].within
        if above and above not in names:
            names.append(above)
    return tuple(dict.fromkeys(names))


def _ends(variable: Variable, price: Price, start: Fraction) -> tuple[Bound, Bound]:
    lows = [bound for bound in (variable.at_least, price.at_least) if bound is not None]
    highs = [bound for bound in (variable.at_most, price.at_most) if bound is not None]
    low: Bound = max(lows, default=-math.inf)
    high: Bound = min(highs, default=math.inf)
    return min(start, low), max(start, high)


def usual_range(plan: Plan, view: View, names: Sequence[str]) -> Mapping[str, Fraction]:
    """Return by kind of number how far a fact without an end of its own is looked at in the first place."""
    found = {"money": _LEAST_RANGE["money"], "count": _LEAST_RANGE["count"], "number": ONE, "share": ONE}
    for name in names:
        value, dtype = value_of(view, name), variables()[name].dtype
        if isinstance(value, Fraction) and dtype in found:
            found[dtype] = max(found[dtype], abs(value))
    for number in _constants(plan):
        dtype = "money" if abs(number) >= 10_000 else "number"
        found[dtype] = max(found[dtype], abs(number))
    return {dtype: value * _TIMES for dtype, value in found.items()}


def _constants(plan: Plan) -> list[Fraction]:
    return [node.value for node in _all_nodes(plan.version) if isinstance(node, Constant)]


def _divisors(version: Version) -> set[str]:
    """Return the facts that something is divided by."""
    ratios = [n for n in _all_nodes(version) if isinstance(n, Apply) and n.operation == "ratio"]
    return {reading.name for node in ratios for reading in readings(node.of[1])}


def _all_nodes(version: Version) -> Iterator[Node]:
    nodes: list[Node] = [node for item in version.items for node in nodes_of(item.points)]
    nodes += [gate.require for gate in version.gates]
    nodes += [gate.unless for gate in version.gates if gate.unless is not None]
    nodes += [condition.when for condition in version.vetoes]
    nodes += [route.when for route in version.routes if route.when is not None]
    nodes += [item.applies_if for item in version.items if item.applies_if is not None]
    while nodes:
        node = nodes.pop()
        yield node
        nodes += parts_of(node)


class Moving:
    """The variables of movable facts in one model."""

    def __init__(
        self, model: Model, facts: Sequence[Movable], ranges: Mapping[str, Fraction], budget: Fraction | None
    ) -> None:
        self.model, self.facts, self.ranges, self.budget = model, facts, ranges, budget
        self.lines: dict[Key, Line] = {}
        self.labels: dict[Key, dict[str, Line]] = {}
        self.steps: dict[str, tuple[int, int]] = {}
        self.owner: dict[int, str] = {}
        for fact in facts:
            if isinstance(fact.start, str):
                self._add_labels(fact, fact.start)
            else:
                self._add_steps(fact, fact.start)

    def reader(self, view: View) -> Reader:
        """Return the reader of rules in which these facts vary."""
        return Reader(Row(view, 0), self.lines, self.labels, self.model.reach)

    def _add_steps(self, fact: Movable, start: Fraction) -> None:
        price, first = fact.price, len(self.model.variables)
        most_up = self._most(fact, price.up, fact.high - start)
        most_down = self._most(fact, price.down, start - fact.low)
        up = self.model.amount(ZERO, most_up, cost=(price.up or ZERO) * price.step, is_whole=True)
        down = self.model.amount(ZERO, most_down, cost=(price.down or ZERO) * price.step, is_whole=True)
        self.lines[fact.name, 0] = Line(start).plus(up, price.step).plus(down, -price.step)
        self.steps[fact.name] = (first, first + 1)
        self.owner |= {first: fact.name, first + 1: fact.name}
        if price.fixed and most_up + most_down:
            paid = self.model.choice(cost=price.fixed)
            self.model.require(Line(ZERO, ((paid, most_up + most_down),)).plus(up, -ONE).plus(down, -ONE))

    def _most(self, fact: Movable, cost: Fraction | None, room: Bound) -> Fraction:
        """Return how many steps a fact may take: what room and budget allow, else a usual range."""
        if cost is None:
            return ZERO
        step, price = fact.price.step, fact.price
        ends = [] if isinstance(room, float) else [room / step]
        if self.budget is not None and cost:
            ends.append(max(ZERO, self.budget - price.fixed) / (cost * step))
        elif isinstance(room, float):
            ends.append(self.ranges.get(fact.variable.dtype, ONE) / step)
        return Fraction(math.floor(min(ends)))

    def _add_labels(self, fact: Movable, start: str) -> None:
        chosen = {start: self.model.choice()}
        for label, cost in fact.price.labels.items():
            if label != start:
                chosen[label] = self.model.choice(cost=cost + fact.price.fixed)
        line = one_of(list(chosen.values()))
        self.model.require(line)
        self.model.require(line.by(-ONE))
        self.labels[fact.name, 0] = {label: Line(ZERO, ((number, ONE),)) for label, number in chosen.items()}
        self.owner |= dict.fromkeys(chosen.values(), fact.name)

    def keep_within(self, view: View, names: Sequence[str], costs: Costs) -> None:
        """Demand that no fact rises above the one it never exceeds, where the two are known and sound to begin with."""
        for name in names:
            price = costs.changes.get(name)
            above = variables()[name].within if price is None else price.within
            own, other = value_of(view, name), value_of(view, above) if above else None
            if not (isinstance(own, Fraction) and isinstance(other, Fraction)) or own > other:
                continue
            line = self.lines.get((above, 0), Line(other)).plus(self.lines.get((name, 0), Line(own)), -ONE)
            self.model.require(line)

    def told(self, values: Mapping[int, Fraction]) -> dict[str, Fraction | str]:
        """Return the facts that a solution changes, with their new values."""
        found: dict[str, Fraction | str] = {}
        for fact in self.facts:
            if isinstance(fact.start, str):
                numbers = {label: line.terms[0][0] for label, line in self.labels[fact.name, 0].items()}
                label = next(label for label, number in numbers.items() if values[number] == 1)
                if label != fact.start:
                    found[fact.name] = label
                continue
            up, down = self.steps[fact.name]
            value = fact.start + (values[up] - values[down]) * fact.price.step
            if value != fact.start:
                found[fact.name] = value
        return found


def cost_of(fact: Movable, after: Fraction | str) -> Fraction:
    """Return what a change costs."""
    price = fact.price
    if isinstance(after, str) or isinstance(fact.start, str):
        return price.labels[str(after)] + price.fixed
    way = price.up if after > fact.start else price.down
    return (way or ZERO) * abs(after - fact.start) + price.fixed
