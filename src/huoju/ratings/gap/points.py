"""Points of every kind as rows of a model, while facts that they read may vary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from huoju.core.rule import Truth
from huoju.core.rule_row import Span, hull
from huoju.ratings.gap.forms import (
    Endless,
    Ends,
    Floor,
    Form,
    Pick,
    Quotient,
    at_least,
    form_of,
    plus,
    scaled,
    variables_of,
)
from huoju.ratings.gap.levels import Level, Levels, Side, added
from huoju.ratings.gap.lines import ONE, ZERO, Line, Logic, NotLinear, both, either
from huoju.ratings.gap.logic import Reader
from huoju.ratings.plan import nodes_of
from huoju.ratings.points import earned
from huoju.ratings.scheme import (
    Best,
    Cases,
    Formula,
    Given,
    Judged,
    Mean,
    Multi,
    Options,
    Points,
    Ramp,
    Stated,
    Step,
    Worst,
)


class Unbounded(Exception):
    """What is unknown leaves points without an end: nothing is certain of them."""


class PointsModel:
    """Writes points into a model, for one entity."""

    def __init__(self, levels: Levels) -> None:
        self.levels, self.model = levels, levels.model

    def points(self, points: Points, side: Side, reader: Reader) -> Level:
        """Return points from one side. Raises ``Unbounded`` where they have no end on it."""
        if not any(reader.varies(node) for node in nodes_of(points)):
            span = earned(points, reader.row, [])
            if span is None:
                raise AssertionError("what is not stated was refused before")
            end = span.low if side == "low" else span.high
            if isinstance(end, float):
                raise Unbounded
            return Level.of(end)
        match points:
            case Step() | Cases():
                return self._first(_branches(points, reader), side)
            case Options():
                return self._options(points, side, reader)
            case Ramp() | Formula():
                return self._clipped(points, side, reader)
            case Judged():
                return self._judged(points, side, reader)
            case Multi():
                return self._multi(points, side, reader)
            case Best(of):
                return self.levels.greatest([self.points(part, side, reader) for part in of], side)
            case Worst(of):
                return self.levels.least([self.points(part, side, reader) for part in of], side)
            case Mean():
                return self._mean(points, side, reader)
            case Given():
                raise AssertionError("what is given does not vary")

    def _first(self, branches: Sequence[tuple[Logic, Logic, Fraction]], side: Side) -> Level:
        """Return the points of the first condition that holds: each of those that are not certainly out."""
        gives = [give for _, _, give in branches]
        grain = math.lcm(*(give.denominator for give in gives))
        if all(one >= two for one, two in pairwise(gives)):
            return Level(self._falling(branches, side), grain)
        earlier: list[Logic] = []
        own = self.model.amount(min(gives), max(gives))
        for holds, fails, give in branches:
            out = either([*earlier, fails])
            if out is not True:
                self.levels.hold(own, Line(give), side, *([] if out is False else [(self.model.claim(out), 0)]))
            earlier.append(holds)
        return Level(own, grain)

    def _falling(self, branches: Sequence[tuple[Logic, Logic, Fraction]], side: Side) -> Line:
        """Return points that fall from branch to branch: more for each that is sure to be reached or passed."""
        line = Line(branches[-1][2] if side == "low" else branches[0][2])
        for place, (_, _, give) in enumerate(branches[:-1]):
            more = give - branches[place + 1][2]
            if side == "low":
                line = line.plus(self.levels.sure(either(holds for holds, _, _ in branches[: place + 1])), more)
            else:
                line = line.plus(self.levels.sure(both(fails for _, fails, _ in branches[: place + 1])), -more)
        return line

    def _options(self, points: Options, side: Side, reader: Reader) -> Level:
        """Return the points of the label that is chosen; of one that is not listed, the worst or best of all."""
        gives = {label: _stated(give) for label, give in points.give.items()}
        other = min(gives.values()) if side == "low" else max(gives.values())
        line = Line(ZERO)
        for label, chosen in reader.labels[points.name, points.lag].items():
            line = line.plus(chosen, gives.get(label, other))
        return Level(line, math.lcm(*(give.denominator for give in gives.values())))

    def _clipped(self, points: Ramp | Formula, side: Side, reader: Reader) -> Level:
        ends, least, most = _curve(points, reader)
        form: Form = ends.low if side == "low" else ends.high
        reach = (ZERO, ZERO) if least is not None and most is not None else self._reach(form)
        low, high = reach[0] if least is None else least, reach[1] if most is None else most
        own = self.model.amount(low, max(low, high))
        at = Quotient(own)
        try:
            reached = at_least(form, at, reader.reach) if side == "low" else at_least(at, form, reader.reach)
        except NotLinear:
            raise NotLinear(variables_of(form)) from None
        if reached is not True:
            worst = low if side == "low" else high
            self.levels.hold(own, Line(worst), side, *([] if reached is False else [(self.model.claim(reached), 0)]))
        return Level(own, None)

    def _reach(self, form: Form) -> tuple[Fraction, Fraction]:
        match form:
            case Quotient(above, below) if not below.terms:
                low, high = (end / below.constant for end in self.model.reach(above))
                return low, high
            case Pick(_, of):
                ends = [self._reach(own) for _, own in of]
                return min(low for low, _ in ends), max(high for _, high in ends)
            case Floor(own):
                low, high = self._reach(own)
                return Fraction(math.floor(low)), Fraction(math.floor(high))
            case Endless():
                raise Unbounded
            case _:
                raise NotLinear(variables_of(form))

    def _judged(self, points: Judged, side: Side, reader: Reader) -> Level:
        judged = reader.row.judgement(points.name)
        if judged is None:
            return self.points(points.low if side == "low" else points.high, side, reader)
        held = self.levels.least([Level.of(judged), self.points(points.high, side, reader)], side)
        return self.levels.greatest([self.points(points.low, side, reader), held], side)

    def _multi(self, points: Multi, side: Side, reader: Reader) -> Level:
        levels = []
        for condition, give in points.of:
            worth = _stated(give)
            is_sure = (worth > 0) is (side == "low")
            chosen = self.levels.sure(reader.claim(condition, holds=is_sure))
            levels.append(Level(chosen, 1).by(worth) if is_sure else Level(Line(ONE).plus(chosen, -ONE), 1).by(worth))
        return self.levels.least([added(levels), Level.of(_stated(points.cap))], side)

    def _mean(self, points: Mean, side: Side, reader: Reader) -> Level:
        if any(reader.varies(weight) for _, weight in points.of):
            raise reader.hold(*(weight for _, weight in points.of))
        weights = [reader.row.number(weight) for _, weight in points.of]
        levels = [self.points(part, side, reader) for part, _ in points.of]
        known = [Fraction(w.low) for w in weights if w.is_known]
        if len(known) < len(weights) or min(known) < 0 or sum(known) == 0:
            return self.levels.least(levels, side) if side == "low" else self.levels.greatest(levels, side)
        whole = sum(known, ZERO)
        return added([level.by(weight / whole) for weight, level in zip(known, levels, strict=True)])


def _branches(points: Step | Cases, reader: Reader) -> list[tuple[Logic, Logic, Fraction]]:
    """Return each branch as what makes it hold, what rules it out, and what it gives; the rest last."""
    found: list[tuple[Logic, Logic, Fraction]] = []
    if isinstance(points, Step):
        ends = reader.number(points.of)
        for band in points.bands:
            at = form_of(_stated(band.limit.at))
            yes, no = (
                reader.compared(band.limit.operation, ends, Ends(at, at), holds=holds) for holds in (True, False)
            )
            found.append((yes, no, _stated(band.give)))
    else:
        for condition, give in points.branches:
            found.append((*_sides(condition, reader), _stated(give)))
    return [*found, (True, False, _stated(points.otherwise))]


def _sides(condition: Truth, reader: Reader) -> tuple[Logic, Logic]:
    return reader.claim(condition), reader.claim(condition, holds=False)


def _curve(points: Ramp | Formula, reader: Reader) -> tuple[Ends, Stated, Stated]:
    """Return a number that moves points, and between which points it is held; None is no bound."""
    if isinstance(points, Formula):
        return reader.number(points.of), points.low, points.high
    if reader.varies(points.base) or reader.varies(points.lead):
        raise reader.hold(points.base, points.lead)
    give, base, lead = _stated(points.give), reader.row.number(points.base), reader.row.number(points.lead)
    low, high = min(ZERO, give), max(ZERO, give)
    if not (base.is_known and lead.is_known):
        ends = Ends(form_of(low), form_of(high))
    elif base.low == lead.low:
        equal = hull([Span(low, high)]) if points.equal is None else Span(points.equal, points.equal)
        ends = Ends(form_of(equal.low), form_of(equal.high))
        low, high = min(low, Fraction(equal.low)), max(high, Fraction(equal.high))
    else:
        factor = give / (Fraction(lead.low) - Fraction(base.low))
        found, shift = reader.number(points.of), form_of(-Fraction(base.low) * factor)
        one, two = plus(scaled(found.low, factor), shift), plus(scaled(found.high, factor), shift)
        ends = Ends(one, two) if factor >= 0 else Ends(two, one)
    return ends, low, high


def _stated(number: Stated) -> Fraction:
    if number is None:
        raise AssertionError("what is not stated was refused before")
    return number
