"""Numbers of a rule as quotients of linear expressions in facts that may vary, and comparisons of them as claims."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from huoju.core.rule_row import Bound
from huoju.ratings.gap.lines import ONE, ZERO, Atom, Line, Logic, NotLinear, Reach, both, either

_ONE = Line(ONE)


@dataclass(frozen=True, slots=True)
class Quotient:
    """One linear expression by another that is positive wherever this is looked at."""

    above: Line
    below: Line = _ONE


@dataclass(frozen=True, slots=True)
class Endless:
    """Plus or minus infinity."""

    sign: int


@dataclass(frozen=True, slots=True)
class Pick:
    """The least or greatest of several; an entry whose first half certainly holds does not count."""

    which: Literal["least", "greatest"]
    of: tuple[tuple[Logic, Form], ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """The whole number below."""

    of: Form


Form = Quotient | Endless | Pick | Floor


@dataclass(frozen=True, slots=True)
class Ends:
    """What a number may be: at least ``low``, at most ``high``; known where they are one."""

    low: Form
    high: Form

    @property
    def is_known(self) -> bool:
        """Whether it can be but one number, whatever the varying facts are."""
        return self.low == self.high and not isinstance(self.low, Endless)


OPEN_ENDS = Ends(Endless(-1), Endless(1))


def form_of(bound: Bound) -> Form:
    """Return a number as a form."""
    return Endless(1 if bound > 0 else -1) if isinstance(bound, float) else Quotient(Line(bound))


def constant(form: Form) -> Fraction | None:
    """Return the number that a form always is, or None."""
    if isinstance(form, Quotient) and not form.above.terms and not form.below.terms:
        return form.above.constant / form.below.constant
    return None


def variables_of(form: Form) -> frozenset[int]:
    """Return the variables that a form depends on, conditions left out."""
    match form:
        case Quotient(above, below):
            return frozenset(variable for line in (above, below) for variable, _ in line.terms)
        case Pick(_, of):
            return frozenset().union(*(variables_of(own) for _, own in of))
        case Floor(own):
            return variables_of(own)
        case Endless():
            return frozenset()


def negative(form: Form) -> Form:
    """Return minus a form."""
    match form:
        case Quotient(above, below):
            return Quotient(above.by(-ONE), below)
        case Endless(sign):
            return Endless(-sign)
        case Pick(which, of):
            other: Literal["least", "greatest"] = "greatest" if which == "least" else "least"
            return Pick(other, tuple((out, negative(own)) for out, own in of))
        case Floor():
            raise NotLinear(variables_of(form))


def plus(one: Form, two: Form) -> Form:
    """Return a sum; where an end is infinite, the first that is."""
    if isinstance(one, Pick):
        return Pick(one.which, tuple((out, plus(own, two)) for out, own in one.of))
    if isinstance(two, Pick):
        return Pick(two.which, tuple((out, plus(one, own)) for out, own in two.of))
    if isinstance(one, Endless) or isinstance(two, Endless):
        return one if isinstance(one, Endless) else two
    if isinstance(one, Floor) or isinstance(two, Floor):
        if constant(one) == 0 or constant(two) == 0:
            return two if constant(one) == 0 else one
        raise NotLinear(variables_of(one) | variables_of(two))
    if one.below == two.below:
        return Quotient(one.above.plus(two.above), one.below)
    above = one.above.times(two.below).plus(two.above.times(one.below))
    return Quotient(above, one.below.times(two.below))


def scaled(form: Form, factor: Fraction) -> Form:
    """Return a multiple; 0 times infinity is 0."""
    if factor == 0:
        return Quotient(Line(ZERO))
    if factor < 0:
        return scaled(negative(form), -factor)
    match form:
        case Quotient(above, below):
            return Quotient(above.by(factor), below)
        case Endless():
            return form
        case Pick(which, of):
            return Pick(which, tuple((out, scaled(own, factor)) for out, own in of))
        case Floor():
            if factor == 1:
                return form
            raise NotLinear(variables_of(form))


def times(one: Ends, two: Ends) -> Ends:
    """Return a product: of a number that is constant and any, or of two that are known."""
    for fixed, other in ((one, two), (two, one)):
        factor = constant(fixed.low) if fixed.is_known else None
        if factor is not None:
            low, high = scaled(other.low, factor), scaled(other.high, factor)
            return Ends(low, high) if factor >= 0 else Ends(high, low)
    if one.is_known and two.is_known and isinstance(one.low, Quotient) and isinstance(two.low, Quotient):
        product = Quotient(one.low.above.times(two.low.above), one.low.below.times(two.low.below))
        return Ends(product, product)
    raise NotLinear(variables_of(one.low) | variables_of(two.low) | variables_of(one.high) | variables_of(two.high))


def ratio(above: Ends, below: Ends, reach: Reach) -> Ends:
    """Return a quotient: unknown as a whole where the divisor may be 0, turned about where it is negative."""
    low, high = constant(below.low), constant(below.high)
    is_fixed = (low is not None or isinstance(below.low, Endless)) and (
        high is not None or isinstance(below.high, Endless)
    )
    if is_fixed:
        return _ratio_of_span(above, -math.inf if low is None else low, math.inf if high is None else high)
    if not below.is_known or not isinstance(below.low, Quotient):
        raise NotLinear(variables_of(below.low) | variables_of(below.high))
    line, over = below.low.above, below.low.below
    least, most = reach(line)
    found: list[tuple[Logic, Ends]] = []
    if most > 0:
        found.append((negated(Atom(line, is_strict=True), reach), _by_line(above, line, over)))
    if least < 0:
        turned = Ends(negative(above.high), negative(above.low))
        found.append((negated(Atom(line.by(-ONE), is_strict=True), reach), _by_line(turned, line.by(-ONE), over)))
    if least <= 0 <= most:
        away = either([_known(Atom(line, is_strict=True), reach), _known(Atom(line.by(-ONE), is_strict=True), reach)])
        found.append((away, OPEN_ENDS))
    if len(found) == 1:
        return found[0][1]
    return Ends(
        Pick("least", tuple((out, ends.low) for out, ends in found)),
        Pick("greatest", tuple((out, ends.high) for out, ends in found)),
    )


def _by_line(above: Ends, line: Line, over: Line) -> Ends:
    """Return a number by ``line / over``, where line is positive."""
    if above.is_known:
        quotient = _divided(above.low, line, over)
        return Ends(quotient, quotient)
    return Ends(_divided(above.low, line, over), _divided(above.high, line, over))


def _divided(form: Form, line: Line, over: Line) -> Form:
    match form:
        case Quotient(above, below):
            return Quotient(above.times(over), below.times(line))
        case Endless():
            return form
        case Pick(which, of):
            return Pick(which, tuple((out, _divided(own, line, over)) for out, own in of))
        case Floor():
            raise NotLinear(variables_of(form))


def _ratio_of_span(above: Ends, low: Bound, high: Bound) -> Ends:
    if low <= 0 <= high:
        return OPEN_ENDS
    factors = [ZERO if isinstance(end, float) else 1 / end for end in (low, high)]
    if low == high:
        return times(above, Ends(form_of(factors[0]), form_of(factors[0])))
    corners = [scaled(form, factor) for form in (above.low, above.high) for factor in factors]
    return Ends(Pick("least", tuple((False, c) for c in corners)), Pick("greatest", tuple((False, c) for c in corners)))


def negated(atom: Atom, reach: Reach) -> Logic:
    """Return that an atom does not hold."""
    return _known(Atom(atom.line.by(-ONE), is_strict=not atom.is_strict), reach)


def _known(atom: Atom, reach: Reach) -> Logic:
    low, high = reach(atom.line)
    if low > 0 or (low == 0 and not atom.is_strict):
        return True
    if high < 0 or (high == 0 and atom.is_strict):
        return False
    return atom


def at_least(left: Form, right: Form, reach: Reach, *, is_strict: bool = False) -> Logic:
    """Return that the low end ``left`` is at least the high end ``right``, or above it."""
    if isinstance(left, Pick):
        parts = [(out, at_least(own, right, reach, is_strict=is_strict)) for out, own in left.of]
        return _picked(parts, is_every=left.which == "least")
    if isinstance(right, Pick):
        parts = [(out, at_least(left, own, reach, is_strict=is_strict)) for out, own in right.of]
        return _picked(parts, is_every=right.which == "greatest")
    if isinstance(left, Endless) or isinstance(right, Endless):
        one = left.sign if isinstance(left, Endless) else 0
        two = right.sign if isinstance(right, Endless) else 0
        return one > two if is_strict else one >= two
    if isinstance(left, Floor) or isinstance(right, Floor):
        return _floors(left, right, reach, is_strict)
    return _known(Atom(left.above.times(right.below).plus(right.above.times(left.below), -ONE), is_strict), reach)


def _picked(parts: list[tuple[Logic, Logic]], *, is_every: bool) -> Logic:
    if is_every:
        return both(either([out, own]) for out, own in parts)
    if any(out is not False for out, _ in parts):
        raise AssertionError("conditions stand only where every entry must hold")
    return either(own for _, own in parts)


def _floors(left: Form, right: Form, reach: Reach, is_strict: bool) -> Logic:
    """Return a comparison of a whole number below with a constant: it switches at whole numbers."""
    limit = constant(right) if isinstance(left, Floor) else constant(left)
    if limit is None:
        raise NotLinear(variables_of(left) | variables_of(right))
    if isinstance(left, Floor):
        whole = math.floor(limit) + 1 if is_strict else math.ceil(limit)
        return at_least(left.of, form_of(Fraction(whole)), reach)
    whole = math.ceil(limit) if is_strict else math.floor(limit) + 1
    own = right.of if isinstance(right, Floor) else right
    return at_least(form_of(Fraction(whole)), own, reach, is_strict=True)
