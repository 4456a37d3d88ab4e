"""Evaluating rules for one entity, in exact fractions: slow, plain, and the measure of every faster way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from huoju.core import rule
from huoju.core.variable import variables
from huoju.core.view import SCALE, View

Bound = Fraction | float  # floats are only -inf and inf
_EPOCH = date(1970, 1, 1)


class Span(NamedTuple):
    """What a number may be, from ``low`` to ``high``, both included; known where they are one."""

    low: Bound
    high: Bound

    @property
    def is_known(self) -> bool:
        """Whether it can be but one number."""
        return self.low == self.high

    @classmethod
    def of(cls, value: Fraction | int) -> Span:
        """Return the span of a known number."""
        exact = Fraction(value)
        return cls(exact, exact)


OPEN = Span(-math.inf, math.inf)


def hull(spans: Iterable[Span]) -> Span:
    """Return the least span that holds all of several."""
    found = list(spans)
    return Span(min(span.low for span in found), max(span.high for span in found))


def meets(operation: rule.Comparison, left: Span, right: Span) -> bool | None:
    """Return whether a comparison holds; None where the spans leave it open."""
    if operation == "at_most":
        return meets("at_least", right, left)
    if operation == "less_than":
        return meets("more_than", right, left)
    if operation == "equal":
        if left.is_known and right.is_known:
            return left.low == right.low
        return False if left.high < right.low or right.high < left.low else None
    if operation == "at_least":
        return True if left.low >= right.high else False if left.high < right.low else None
    return True if left.low > right.high else False if left.high <= right.low else None


@dataclass(frozen=True, slots=True)
class Row:
    """One entity of a view. With ``last``, unknown facts are taken from the latest year that knows them.

    What was evaluated once is remembered as long as the row lives, so a named value costs once.
    """

    view: View
    row: int
    last: bool = False
    _known: dict[tuple[int, int], Span] = field(default_factory=dict, repr=False, compare=False)

    def number(self, node: rule.Number, lag: int = 0) -> Span:
        """Return what a number may be for this entity."""
        key = (id(node), lag)  # rules outlive the rows that read them
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._number(node, lag)
        return found

    def _number(self, node: rule.Number, lag: int) -> Span:
        match node:
            case rule.Constant(value):
                return Span(value, value)
            case rule.Fact(name, own):
                return self._fact(name, lag + own)
            case rule.Apply(operation, of):
                return _apply(operation, [self.number(part, lag) for part in of])
            case rule.Parameter(name):
                stated = self.view.parameters.get(name)
                return OPEN if stated is None else Span(stated, stated)
            case rule.Total(of, years):
                return _apply("sum", [self.number(of, lag + back) for back in range(years)])
            case rule.Shift(of, years):
                return self.number(of, lag + years)
            case rule.When(branches, otherwise):
                return self._when(branches, otherwise, lag)
            case rule.Coalesce(parts):
                spans = [self.number(part, lag) for part in parts]
                return next((span for span in spans if span.is_known), None) or hull(spans)
            case rule.Count(conditions):
                states = [self.truth(condition, lag) for condition in conditions]
                return Span(Fraction(states.count(True)), Fraction(len(states) - states.count(False)))
            case rule.Day(which):
                return Span.of(self.view.days(which, lag))
            case rule.FullYears(start, end):
                return _full_years(self.number(start, lag), self.number(end, lag))
            case rule.Events():
                return self._events(node, lag)
            case rule.Peer():
                return self._peer(node, lag)

    def truth(self, node: rule.Truth, lag: int = 0) -> bool | None:
        """Return whether a condition holds for this entity; None where it is unknown."""
        match node:
            case rule.Flag(name, own):
                column = self.view.column(name, lag + own, last=self.last)
                return bool(column.values[self.row]) if column.known[self.row] else None
            case rule.Compare(operation, left, right):
                return meets(operation, self.number(left, lag), self.number(right, lag))
            case rule.Is(name, labels, own):
                label = self.label(name, lag + own)
                return None if label is None else label in labels
            case rule.All(of):
                return _all([self.truth(part, lag) for part in of])
            case rule.Any(of):
                return _any([self.truth(part, lag) for part in of])
            case rule.Not(of):
                return _not(self.truth(of, lag))
            case rule.Every(of, years):
                return _all([self.truth(of, lag + back) for back in range(years)])
            case rule.Some(of, years):
                return _any([self.truth(of, lag + back) for back in range(years)])
            case rule.Known(of):
                return self.number(of, lag).is_known
            case rule.Judgement(name):
                judged = self.judgement(name)
                return None if judged is None else judged != 0

    def label(self, name: str, lag: int = 0) -> str | None:
        """Return a text of this entity, or None where it is unknown."""
        column = self.view.column(name, lag, last=self.last)
        return str(column.values[self.row]) if column.known[self.row] else None

    def judgement(self, name: str) -> Fraction | None:
        """Return what a person decided, in points or as 0 and 1; None until then."""
        column = self.view.judgements.get(name)
        if column is None or not column.known[self.row]:
            return None
        return Fraction(int(column.values[self.row]), 1_000_000)

    def _fact(self, name: str, lag: int) -> Span:
        variable = variables()[name]
        column = self.view.column(name, lag, last=self.last)
        if column.known[self.row]:
            value = Fraction(int(column.values[self.row]), SCALE.get(variable.dtype, 1))
            return Span(value, value)
        low = -math.inf if variable.at_least is None else variable.at_least
        return Span(low, math.inf if variable.at_most is None else variable.at_most)

    def _when(self, branches: tuple[tuple[rule.Truth, rule.Number], ...], otherwise: rule.Number, lag: int) -> Span:
        possible = []
        for condition, then in branches:
            holds = self.truth(condition, lag)
            if holds is not False:
                possible.append(self.number(then, lag))
            if holds:
                return hull(possible)
        return hull([*possible, self.number(otherwise, lag)])

    def _events(self, node: rule.Events, lag: int) -> Span:
        found, told = self.view.window(node, lag)
        value = Fraction(int(found[self.row]), 100 if node.give == "amount" else 1)
        return Span(value, value if told[self.row] else math.inf)

    def _peer(self, node: rule.Peer, lag: int) -> Span:
        values = self.view.populations.get(node.population, {}).get(node.name, ())
        if node.statistic in ("rank", "percentile"):
            own = self.number(node.of, lag)
            if not values or not own.is_known:
                return Span(Fraction(1), math.inf) if node.statistic == "rank" else Span(Fraction(0), Fraction(1))
            above, below = sum(v > own.low for v in values), sum(v < own.low for v in values)
            return Span.of(above + 1 if node.statistic == "rank" else Fraction(below, len(values)))
        return Span.of(statistic(node, values)) if values else OPEN


def statistic(node: rule.Peer, values: tuple[Fraction, ...]) -> Fraction:
    """Return min, max, mean, or the least value within the top share, of a population that is not empty."""
    if node.statistic == "mean":
        return sum(values, Fraction(0)) / len(values)
    if node.statistic == "top":
        count = max(1, math.ceil(node.share * len(values)))
        return sorted(values, reverse=True)[count - 1]
    return min(values) if node.statistic == "min" else max(values)


def _apply(operation: rule.Arithmetic, spans: list[Span]) -> Span:
    match operation:
        case "sum":
            return Span(add([span.low for span in spans]), add([span.high for span in spans]))
        case "difference":
            return Span(add([spans[0].low, -spans[1].high]), add([spans[0].high, -spans[1].low]))
        case "min":
            return Span(min(span.low for span in spans), min(span.high for span in spans))
        case "max":
            return Span(max(span.low for span in spans), max(span.high for span in spans))
        case "floor":
            return Span(_floor(spans[0].low), _floor(spans[0].high))
        case "product":
            product = spans[0]
            for span in spans[1:]:
                corners = [times(a, b) for a in product for b in span]
                product = Span(min(corners), max(corners))
            return product
        case "ratio":
            return _ratio(*spans)


def _ratio(above: Span, below: Span) -> Span:
    """Return a quotient; unknown as a whole where the divisor may be 0, or where it is unbounded."""
    if below.low <= 0 <= below.high:
        return OPEN
    corners = [_over(a, b) for a in above for b in below]
    return Span(min(corners), max(corners))


def add(bounds: list[Bound]) -> Bound:
    """Return the sum of the low, or of the high, ends of spans; infinite where one of them is."""
    infinite = next((bound for bound in bounds if isinstance(bound, float)), None)
    return sum(bounds, Fraction(0)) if infinite is None else infinite


def times(a: Bound, b: Bound) -> Bound:
    """Return the product of two ends; nothing times infinity is nothing."""
    if a == 0 or b == 0:
        return Fraction(0)
    if isinstance(a, float) or isinstance(b, float):
        return math.inf if (a > 0) == (b > 0) else -math.inf
    return a * b


def _over(a: Bound, b: Bound) -> Bound:
    if isinstance(b, float):
        return Fraction(0)
    return times(a, 1 / b)


def _floor(bound: Bound) -> Bound:
    return bound if isinstance(bound, float) else Fraction(math.floor(bound))


def _full_years(start: Span, end: Span) -> Span:
    if not (start.is_known and end.is_known) or end.low < start.low:
        return Span(Fraction(0), math.inf)
    first, last = (_EPOCH + timedelta(days=int(day.low)) for day in (start, end))
    return Span.of(last.year - first.year - ((last.month, last.day) < (first.month, first.day)))


def _all(states: list[bool | None]) -> bool | None:
    return False if False in states else None if None in states else True


def _any(states: list[bool | None]) -> bool | None:
    return True if True in states else None if None in states else False


def _not(state: bool | None) -> bool | None:
    return None if state is None else not state
