"""Points of many entities at once: the same numbers as ``points.py``, as places in a table where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np
from numpy.typing import NDArray

from huoju.core.exact import Bools, Exact, add, divide, equal, greatest, least, multiply, negative, select
from huoju.core.rule import Truth
from huoju.core.rule_columns import Columns
from huoju.core.spans import ALWAYS, NEVER, Spans, choose, hull, meets
from huoju.ratings.points import is_unstated
from huoju.ratings.scheme import (
    Best,
    Cases,
    Formula,
    Given,
    Judged,
    Limit,
    Mean,
    Multi,
    Options,
    Points,
    Ramp,
    Stated,
    Step,
    Worst,
)

Ranks = NDArray[np.uint16]
PairCodes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Spans of numbers that are few: ``low`` and ``high`` are places in ``table``, which rises.

    ``(n,)`` each, or one for all; one object for both where every row is known.
    """

    low: Ranks
    high: Ranks
    table: tuple[Fraction, ...]

    def spans(self) -> Spans:
        """Return the numbers themselves."""
        values = Exact.from_fractions(self.table)
        low = Exact(values.above[self.low], values.below)
        return Spans(low, low if self.low is self.high else Exact(values.above[self.high], values.below))

    def pairs(self) -> PairCodes:
        """Return ``low * ranks + high`` in the smallest type that holds all pairs."""
        size = len(self.table)
        wide = self.low.astype(np.uint32) * np.uint32(size) + self.high
        if size <= 16:
            return wide.astype(np.uint8)
        return wide.astype(np.uint16) if size <= 256 else wide


Earned = Coded | Spans


def earned(points: Points, columns: Columns) -> Earned:
    """Return what points come to for every row; all numbers that they rest on are stated."""
    match points:
        case Given(give):
            ranks = np.zeros(1, dtype=np.uint16)
            return Coded(ranks, ranks, (_stated(give),))
        case Step():
            return _step(points, columns)
        case Cases(branches, otherwise):
            return _cases(branches, otherwise, columns)
        case Options():
            return _options(points, columns)
        case Ramp():
            return _ramp(points, columns)
        case Formula(of, low, high):
            found = columns.number(of)
            first = clipped(found.low, low, high)
            return Spans(first, first if found.low is found.high else clipped(found.high, low, high))
        case Judged():
            return _judged(points, columns)
        case Multi(of, cap):
            return _multi(of, _stated(cap), columns)
        case Best(of):
            return _picked([earned(part, columns) for part in of], is_best=True)
        case Worst(of):
            return _picked([earned(part, columns) for part in of], is_best=False)
        case Mean():
            return _mean(points, columns)


def spans_of(found: Earned) -> Spans:
    """Return points as numbers."""
    return found.spans() if isinstance(found, Coded) else found


def reached(limit: Limit, value: Exact) -> Bools:
    """Return where a known number meets a limit that is stated."""
    return meets(limit.operation, Spans(value, value), Spans.of(_stated(limit.at))).yes


def _stated(number: Stated) -> Fraction:
    if number is None:
        raise AssertionError("what is not stated was refused before")
    return number


def _ranks(gives: Sequence[Stated]) -> tuple[tuple[Fraction, ...], dict[Fraction, int]]:
    table = tuple(sorted({_stated(give) for give in gives}))
    return table, {value: place for place, value in enumerate(table)}


def _step(points: Step, columns: Columns) -> Coded:
    found = columns.number(points.of)
    table, places = _ranks([*(band.give for band in points.bands), points.otherwise])
    is_rising = points.bands[0].limit.operation in ("at_least", "more_than")

    def of_band(value: Exact) -> Ranks:
        ranks = np.full(len(value), places[_stated(points.otherwise)], dtype=np.uint16)
        for band in reversed(points.bands):
            np.copyto(ranks, places[_stated(band.give)], where=reached(band.limit, value), casting="unsafe")
        return ranks

    if found.low is found.high:
        ranks = of_band(found.low)
        return Coded(ranks, ranks, table)
    worst, best = (found.low, found.high) if is_rising else (found.high, found.low)
    return Coded(of_band(worst), of_band(best), table)


def _cases(branches: tuple[tuple[Truth, Stated], ...], otherwise: Stated, columns: Columns) -> Coded:
    table, places = _ranks([*(give for _, give in branches), otherwise])
    low = np.full(len(columns), len(table) - 1, dtype=np.uint16)
    high = np.zeros(len(columns), dtype=np.uint16)
    live = ALWAYS
    for condition, give in (*branches, (None, otherwise)):
        state = None if condition is None else columns.truth(condition)
        take = live if state is None else live & ~state.no
        place = np.uint16(places[_stated(give)])
        np.minimum(low, place, out=low, where=take)
        np.maximum(high, place, out=high, where=take)
        live = NEVER if state is None else live & ~state.yes
    return Coded(low, low if bool((low == high).all()) else high, table)


def _options(points: Options, columns: Columns) -> Coded:
    table, places = _ranks(list(points.give.values()))
    codes, labels = columns.labels(points.name, points.lag)
    given = [places[_stated(points.give[label])] if label in points.give else None for label in labels]
    low = np.array([*(0 if place is None else place for place in given), 0], dtype=np.uint16)
    most = len(table) - 1
    high = np.array([*(most if place is None else place for place in given), most], dtype=np.uint16)
    return Coded(low[codes], high[codes], table)


def _ramp(points: Ramp, columns: Columns) -> Spans:
    give = _stated(points.give)
    whole = Spans.of(min(_ZERO, give), max(_ZERO, give))
    base, lead = columns.number(points.base), columns.number(points.lead)
    usable = base.known & lead.known & _is_finite(base.low) & _is_finite(lead.low)
    same = equal(base.low, lead.low)
    level = whole if points.equal is None else Spans.of(points.equal)
    found = columns.number(points.of)
    length = add(lead.low, negative(base.low))

    def climbed(value: Exact) -> Exact:
        share = divide(add(value, negative(base.low)), select(same, Exact.of(_ONE), length))
        return multiply(clipped(share, _ZERO, _ONE), Exact.of(give))

    low = climbed(found.low)
    spans = Spans(low, low)
    if found.low is not found.high:
        high = climbed(found.high)
        spans = Spans(least(low, high), greatest(low, high))
    if same.any():
        spans = choose(same, level, spans)
    return spans if usable.all() else choose(usable, spans, whole)


def _is_finite(number: Exact) -> Bools:
    return ALWAYS if number.infinite is None else np.asarray(number.infinite == 0)


def clipped(value: Exact, low: Stated, high: Stated) -> Exact:
    """Return numbers held between bounds; None is no bound, and ``high`` has the last word."""
    raised = value if low is None else greatest(value, Exact.of(low))
    return raised if high is None else least(raised, Exact.of(high))


def _judged(points: Judged, columns: Columns) -> Spans:
    low, high = spans_of(earned(points.low, columns)), spans_of(earned(points.high, columns))
    chosen, known = columns.judgement(points.name)
    open_one = Spans(low.low, high.high)
    if not known.any():
        return open_one
    first = greatest(low.low, least(chosen, high.low))
    is_one = low.low is low.high and high.low is high.high
    held = Spans(first, first if is_one else greatest(low.high, least(chosen, high.high)))
    return held if known.all() else choose(known, held, open_one)


def awaits_judgement(points: Judged, columns: Columns) -> Bools:
    """Return where the data say between what a person may choose, and nobody has chosen yet."""
    if is_unstated(points.low) or is_unstated(points.high):
        return NEVER
    _, chosen = columns.judgement(points.name)
    low, high = (spans_of(earned(end, columns)) for end in (points.low, points.high))
    return ~chosen & low.known & high.known


def _multi(of: tuple[tuple[Truth, Stated], ...], cap: Fraction, columns: Columns) -> Spans:
    low = high = Exact.of(_ZERO)
    for condition, give in of:
        state, worth = columns.truth(condition), _stated(give)
        possible, nothing, whole = ~state.no, Exact.of(_ZERO), Exact.of(worth)
        at_least, at_most = (state.yes, possible) if worth >= 0 else (possible, state.yes)
        low = add(low, select(at_least, whole, nothing))
        high = add(high, select(at_most, whole, nothing))
    low, high = least(low, Exact.of(cap)), least(high, Exact.of(cap))
    return Spans(low, low if bool(equal(low, high).all()) else high)


def _picked(several: list[Earned], *, is_best: bool) -> Earned:
    coded = [one for one in several if isinstance(one, Coded)]
    if len(coded) == len(several):
        return _picked_codes(coded, is_best=is_best)
    pick = greatest if is_best else least
    spans = [spans_of(one) for one in several]
    low, high = spans[0].low, spans[0].high
    for other in spans[1:]:
        low, high = pick(low, other.low), pick(high, other.high)
    return Spans(low, low if all(one.low is one.high for one in spans) else high)


def _picked_codes(several: list[Coded], *, is_best: bool) -> Coded:
    table, places = _ranks([value for one in several for value in one.table])
    moved = [np.array([places[value] for value in one.table], dtype=np.uint16) for one in several]
    pick = np.maximum if is_best else np.minimum
    low, high = moved[0][several[0].low], moved[0][several[0].high]
    for move, other in zip(moved[1:], several[1:], strict=True):
        low, high = pick(low, move[other.low]), pick(high, move[other.high])
    return Coded(low, low if all(one.low is one.high for one in several) else high, table)


def _mean(points: Mean, columns: Columns) -> Spans:
    spans = [spans_of(earned(part, columns)) for part, _ in points.of]
    weights = [columns.number(weight) for _, weight in points.of]
    whole, usable, either = Exact.of(_ZERO), ALWAYS, spans[0]
    for weight, span in zip(weights, spans, strict=True):
        usable = usable & weight.known & _is_finite(weight.low) & (weight.low.signs() >= 0)
        whole = add(whole, weight.low)
        either = hull(either, span)
    usable = usable & (whole.signs() > 0)
    ends = []
    for end in ("low", "high"):
        added = Exact.of(_ZERO)
        for weight, span in zip(weights, spans, strict=True):
            added = add(added, multiply(weight.low, cast("Exact", getattr(span, end))))
        ends.append(divide(added, select(usable, whole, Exact.of(_ONE))))
    low = ends[0]
    mean = Spans(low, low if all(span.low is span.high for span in spans) else ends[1])
    return mean if usable.all() else choose(usable, mean, either)


def scaled(spans: Spans, weight: Fraction) -> Spans:
    """Return points times a weight."""
    if weight == 1:
        return spans
    factor = Exact.of(weight)
    low = multiply(spans.low, factor)
    if spans.low is spans.high:
        return Spans(low, low)
    high = multiply(spans.high, factor)
    return Spans(low, high) if weight >= 0 else Spans(high, low)
