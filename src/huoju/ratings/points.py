"""Points of one entity, in exact fractions: what an item earns, at least and at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from huoju.core.finding import Finding
from huoju.core.rule import Truth
from huoju.core.rule_row import Bound, Row, Span, add, hull, meets, times
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
    points_within,
)

_ZERO = Fraction(0)


def earned(points: Points, row: Row, findings: list[Finding]) -> Span | None:
    """Return what points come to for one entity; None where a number that they rest on is stated by no source.

    What is odd on the way (a label that is not listed, a judgement outside what the data allow, a ramp whose
    ends are one) is added to ``findings``.
    """
    return None if is_unstated(points) else evaluated(points, row, findings)


def is_unstated(points: Points) -> bool:
    """Return whether points rest on a number that no source states; parameters are not looked into."""
    return any(number is None for part in points_within(points) for number in numbers_of(part))


def numbers_of(points: Points) -> Iterable[Stated]:
    """Return the numbers that one kind of points states itself, those inside it left out."""
    match points:
        case Given(give):
            return [give]
        case Step(_, bands, otherwise):
            return [*(band.limit.at for band in bands), *(band.give for band in bands), otherwise]
        case Cases(branches, otherwise):
            return [*(give for _, give in branches), otherwise]
        case Options(_, give):
            return list(give.values())
        case Ramp(give=give):
            return [give]
        case Multi(of, cap):
            return [*(give for _, give in of), cap]
        case _:
            return []


def evaluated(points: Points, row: Row, findings: list[Finding]) -> Span:
    """Return what points come to where every number that they rest on is stated."""
    match points:
        case Given(give):
            return _span(give)
        case Step():
            return _step(points, row)
        case Cases(branches, otherwise):
            return _cases(branches, otherwise, row)
        case Options():
            return _options(points, row, findings)
        case Ramp():
            return _ramp(points, row, findings)
        case Formula(of, low, high):
            return Span(*(_clipped(end, low, high) for end in row.number(of)))
        case Judged():
            return _judged(points, row, findings)
        case Multi():
            return _multi(points, row)
        case Best(of):
            spans = [evaluated(part, row, findings) for part in of]
            return Span(max(span.low for span in spans), max(span.high for span in spans))
        case Worst(of):
            spans = [evaluated(part, row, findings) for part in of]
            return Span(min(span.low for span in spans), min(span.high for span in spans))
        case Mean():
            return _mean(points, row, findings)


def _span(give: Stated) -> Span:
    exact = _stated(give)
    return Span(exact, exact)


def _stated(number: Stated) -> Fraction:
    if number is None:
        raise AssertionError("what is not stated was refused before")
    return number


def _step(points: Step, row: Row) -> Span:
    found = row.number(points.of)
    is_rising = points.bands[0].limit.operation in ("at_least", "more_than")
    worst, best = (found.low, found.high) if is_rising else (found.high, found.low)
    return Span(_of_band(points, worst), _of_band(points, best))


def _of_band(points: Step, value: Bound) -> Fraction:
    for band in points.bands:
        if met(band.limit, Span(value, value)):
            return _stated(band.give)
    return _stated(points.otherwise)


def met(limit: Limit, span: Span, parameters: Mapping[str, Stated] = MappingProxyType({})) -> bool | None:
    """Return whether a number meets a limit; None where that is open, or where the limit is not stated."""
    at = limit.bound(parameters)
    return None if at is None else meets(limit.operation, span, Span(at, at))


def _cases(branches: tuple[tuple[Truth, Stated], ...], otherwise: Stated, row: Row) -> Span:
    possible = []
    for condition, give in branches:
        holds = row.truth(condition)
        if holds is not False:
            possible.append(_span(give))
        if holds:
            return hull(possible)
    return hull([*possible, _span(otherwise)])


def _options(points: Options, row: Row, findings: list[Finding]) -> Span:
    label = row.label(points.name, points.lag)
    if label is not None and label in points.give:
        return _span(points.give[label])
    if label is not None:
        data = {"variable": points.name, "label": label, "labels": "、".join(points.give)}
        findings.append(Finding("label-not-listed", points.name, data))
    return hull(_span(give) for give in points.give.values())


def _ramp(points: Ramp, row: Row, findings: list[Finding]) -> Span:
    give = _stated(points.give)
    whole = Span(min(_ZERO, give), max(_ZERO, give))
    base, lead = row.number(points.base), row.number(points.lead)
    if not (base.is_known and lead.is_known) or isinstance(base.low, float) or isinstance(lead.low, float):
        return whole
    if base.low == lead.low:
        if points.equal is None:
            findings.append(Finding("ramp-without-length", "", {"value": str(base.low)}))
            return whole
        return _span(points.equal)
    found = row.number(points.of)
    ends = [give * _climbed(end, base.low, lead.low) for end in found]
    return Span(min(ends), max(ends))


def _climbed(value: Bound, base: Fraction, lead: Fraction) -> Fraction:
    if isinstance(value, float):
        return Fraction((value > 0) == (lead > base))
    return _within((value - base) / (lead - base), _ZERO, Fraction(1))


def _clipped(value: Bound, low: Stated, high: Stated) -> Bound:
    raised = value if low is None else max(value, low)
    return raised if high is None else min(raised, high)


def _within(value: Bound, low: Fraction, high: Fraction) -> Fraction:
    return low if value <= low else high if isinstance(value, float) or value >= high else value


def _judged(points: Judged, row: Row, findings: list[Finding]) -> Span:
    low, high = evaluated(points.low, row, findings), evaluated(points.high, row, findings)
    judged = row.judgement(points.name)
    if judged is None:
        return Span(low.low, high.high)
    if low.is_known and high.is_known and not low.low <= judged <= high.low:
        data = {"judgement": points.name, "chosen": shown(judged), "low": shown(low.low), "high": shown(high.low)}
        findings.append(Finding("judgement-outside", points.name, data))
    return Span(*(max(a, min(judged, b)) for a, b in ((low.low, high.low), (low.high, high.high))))


def _multi(points: Multi, row: Row) -> Span:
    low = high = _ZERO
    for condition, give in points.of:
        holds, worth = row.truth(condition), _stated(give)
        if holds is not False:
            low, high = low + min(worth, _ZERO), high + max(worth, _ZERO)
        if holds:
            low, high = low + max(worth, _ZERO), high + min(worth, _ZERO)
    cap = _stated(points.cap)
    return Span(min(low, cap), min(high, cap))


def _mean(points: Mean, row: Row, findings: list[Finding]) -> Span:
    spans = [evaluated(part, row, findings) for part, _ in points.of]
    weights = [row.number(weight) for _, weight in points.of]
    known = [weight.low for weight in weights if weight.is_known and not isinstance(weight.low, float)]
    if len(known) < len(weights) or min(known) < 0 or sum(known) == 0:
        return hull(spans)
    whole = sum(known, _ZERO)
    ends = [add([times(span[end], w / whole) for w, span in zip(known, spans, strict=True)]) for end in (0, 1)]
    return Span(*ends)


def full_marks(points: Points) -> Fraction:
    """Return the most that points can give; 0 where a number that decides it is not stated."""
    match points:
        case Best(of) | Worst(of):
            return max((full_marks(part) for part in of), default=_ZERO)
        case Mean(of):
            return max((full_marks(part) for part, _ in of), default=_ZERO)
        case Judged(_, _, high):
            return full_marks(high)
        case Formula(_, _, high):
            return high or _ZERO
        case Multi(of, cap):
            return min(sum((give or _ZERO for _, give in of), _ZERO), cap or _ZERO)
        case Step(_, bands, otherwise):
            return max((give or _ZERO for give in [*(band.give for band in bands), otherwise]), default=_ZERO)
        case _:
            return max((number or _ZERO for number in numbers_of(points)), default=_ZERO)


def shown(number: Fraction | float | None) -> str:
    """Return a number as decimal text where it has one, else as a fraction: ``84``, ``7.392``, ``13343/750``.

    >>> shown(Fraction(7392, 1000)), shown(Fraction(1, 3)), shown(float("inf"))
    ('7.392', '1/3', 'inf')
    """
    if number is None or isinstance(number, float):
        return str(number)
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(number)
    places = max(twos, fives)
    digits = f"{abs(number.numerator) * 10**places // number.denominator:0{places + 1}d}"
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def by_stage(weight: Stated | Mapping[str, Stated], stages: Iterable[str]) -> list[Stated]:
    """Return the weights that an item may have in the stages that are possible."""
    if isinstance(weight, Mapping):
        return [weight[stage] for stage in stages]
    return [weight]
