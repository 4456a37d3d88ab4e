"""Columns of spans and of three-valued truths: what numbers may be, what surely holds, in exact arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.core import rule
from huoju.core.exact import (
    OPEN_HIGH,
    OPEN_LOW,
    Bools,
    Exact,
    add,
    at_most,
    divide,
    equal,
    floor,
    greatest,
    least,
    less,
    multiply,
    negative,
    select,
)

NEVER, ALWAYS = np.zeros(1, dtype=bool), np.ones(1, dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """What numbers may be, from ``low`` to ``high``; one object for both where every row is known."""

    low: Exact
    high: Exact

    @property
    def known(self) -> Bools:
        """Where it can be but one number."""
        return ALWAYS if self.low is self.high else equal(self.low, self.high)

    @classmethod
    def of(cls, low: Fraction | float, high: Fraction | float | None = None) -> Spans:
        """Return one span for every row."""
        first = Exact.of(low)
        return cls(first, first if high is None or high == low else Exact.of(high))


@dataclass(frozen=True, slots=True, eq=False)
class Truths:
    """Where a condition surely holds, and where it surely does not; elsewhere it is unknown."""

    yes: Bools
    no: Bools

    def inverse(self) -> Truths:
        """Return the opposite."""
        return Truths(self.no, self.yes)


OPEN = Spans(OPEN_LOW, OPEN_HIGH)


def hull(a: Spans, b: Spans) -> Spans:
    """Return the least spans that hold both."""
    if a is b:
        return a
    low = least(a.low, b.low)
    is_one = a.low is a.high and b.low is b.high and bool(equal(a.low, b.low).all())
    return Spans(low, low if is_one else greatest(a.high, b.high))


def choose(mask: Bools, a: Spans, b: Spans) -> Spans:
    """Return a where ``mask`` holds, else b."""
    low = select(mask, a.low, b.low)
    return Spans(low, low if a.low is a.high and b.low is b.high else select(mask, a.high, b.high))


def meets(operation: rule.Comparison, left: Spans, right: Spans) -> Truths:
    """Return where a comparison holds and where it does not."""
    match operation:
        case "at_most":
            return meets("at_least", right, left)
        case "less_than":
            return meets("more_than", right, left)
        case "at_least":
            yes = at_most(right.high, left.low)
            return Truths(yes, ~yes if _all_known(left, right) else less(left.high, right.low))
        case "more_than":
            yes = less(right.high, left.low)
            return Truths(yes, ~yes if _all_known(left, right) else at_most(left.high, right.low))
        case "equal":
            known, same = left.known & right.known, equal(left.low, right.low)
            apart = less(left.high, right.low) | less(right.high, left.low)
            return Truths(known & same, np.where(known, ~same, apart))


def all_of(states: list[Truths]) -> Truths:
    """Return where every condition holds."""
    if not states:
        return Truths(ALWAYS, NEVER)
    yes, no = states[0].yes, states[0].no
    for state in states[1:]:
        yes, no = yes & state.yes, no | state.no
    return Truths(yes, no)


def any_of(states: list[Truths]) -> Truths:
    """Return where at least one condition holds."""
    return all_of([state.inverse() for state in states]).inverse()


def _all_known(left: Spans, right: Spans) -> bool:
    return left.low is left.high and right.low is right.high


def joined(found: Spans, has: Bools, spans: Spans, take: Bools) -> Spans:
    """Return ``found`` where only that is possible, ``spans`` where only that is, the hull of both elsewhere."""
    both = has & take
    chosen = choose(take & ~has, spans, found)
    return choose(both, hull(found, spans), chosen) if both.any() else chosen


def coalesce(parts: list[Spans]) -> Spans:
    """Return the first that is known; the hull of all where none is."""
    if parts[0].known.all():
        return parts[0]
    whole = parts[0]
    for part in parts[1:]:
        whole = hull(whole, part)
    for part in reversed(parts):
        whole = choose(part.known, part, whole)
    return whole


def count(states: list[Truths]) -> Spans:
    """Return how many conditions hold, at least and at most."""
    low, high = np.zeros(1, dtype=np.int64), np.full(1, len(states), dtype=np.int64)
    for state in states:
        low, high = low + state.yes, high - state.no
    first = Exact(low)
    return Spans(first, first if bool((low == high).all()) else Exact(high))


def apply(operation: rule.Arithmetic, spans: list[Spans]) -> Spans:
    """Return sum, product, min, max, difference, ratio or floor; a divisor that may be 0 makes a quotient unknown."""
    result = spans[0]
    match operation:
        case "floor":
            low = floor(result.low)
            return Spans(low, low if result.low is result.high else floor(result.high))
        case "difference":
            other = spans[1]
            low = add(result.low, negative(other.high))
            return Spans(low, low if _all_known(result, other) else add(result.high, negative(other.low)))
        case "ratio":
            return _ratio(result, spans[1])
        case "product":
            for other in spans[1:]:
                result = _product(result, other)
        case "sum" | "min" | "max":
            join = {"sum": add, "min": least, "max": greatest}[operation]
            for other in spans[1:]:
                low = join(result.low, other.low)
                result = Spans(low, low if _all_known(result, other) else join(result.high, other.high))
    return result


def _product(a: Spans, b: Spans) -> Spans:
    if _all_known(a, b):
        both = multiply(a.low, b.low)
        return Spans(both, both)
    corners = [multiply(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return _between(corners)


def _ratio(a: Spans, b: Spans) -> Spans:
    """Return quotients; unknown as a whole where the divisor may be 0."""
    crosses = (b.low.signs() <= 0) & (b.high.signs() >= 0)
    if _all_known(a, b):
        over = divide(a.low, b.low)
        found = Spans(over, over)
    else:
        found = _between([divide(x, y) for x in (a.low, a.high) for y in (b.low, b.high)])
    return choose(crosses, OPEN, found) if crosses.any() else found


def _between(corners: list[Exact]) -> Spans:
    low = high = corners[0]
    for corner in corners[1:]:
        low, high = least(low, corner), greatest(high, corner)
    return Spans(low, high)


def full_years(start: Spans, end: Spans) -> Spans:
    """Return whole years between two days; unknown where either is, or where the second comes first."""
    usable = start.known & end.known & at_most(start.low, end.low)
    first, last = (_days(spans.low, usable) for spans in (start, end))
    years = last.astype("datetime64[Y]").astype(np.int64) - first.astype("datetime64[Y]").astype(np.int64)
    found = Exact(years - (_day_of_year(last) < _day_of_year(first)))
    return choose(usable, Spans(found, found), Spans.of(Fraction(0), math.inf))


def _days(days: Exact, usable: Bools) -> NDArray[np.datetime64]:
    """Return days since 1970-01-01 as days, cut towards zero; the first day where they are not usable."""
    whole = floor(Exact(np.asarray(abs(days.above)), days.below)).above * np.where(days.above < 0, -1, 1)
    return np.where(usable, whole, 0).astype(np.int64).astype("datetime64[D]")


def _day_of_year(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    months = days.astype("datetime64[M]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(months.astype(np.int64) % 12 * 31 + day, dtype=np.int64)


def placed(own: Exact, values: tuple[Fraction, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many of a population lie below and above each number, ``(n,)`` each."""
    if isinstance(own.below, int):
        ends = sorted(value * own.below for value in values)
        lower, upper = ([whole(end) for end in ends] for whole in (math.floor, math.ceil))
        below = np.searchsorted(np.array(lower, dtype=object), own.above.astype(object), side="left")
        above = np.searchsorted(np.array(upper, dtype=object), own.above.astype(object), side="right")
    else:
        places = np.array([own.at(row) for row in range(len(own))], dtype=object)
        ordered = np.array(sorted(values), dtype=object)
        below, above = (np.searchsorted(ordered, places, side=side) for side in ("left", "right"))
    counts = below.astype(np.int64), len(values) - above.astype(np.int64)
    if own.infinite is None:
        return counts
    finite = own.infinite == 0
    return (
        np.where(finite, counts[0], np.where(own.infinite > 0, len(values), 0)),
        np.where(finite, counts[1], np.where(own.infinite < 0, len(values), 0)),
    )
