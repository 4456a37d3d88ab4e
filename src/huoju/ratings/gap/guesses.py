"""What an unknown fact, judgement or kind of event may turn out to be: values on both sides of every point that counts.

The points come from the rule itself: wherever a comparison, band, case or ramp that reads the fact switches, given
what else is known. Tried are each point and one unit beside it, halves between neighbours, the ends of the domain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from itertools import pairwise

from huoju.core import rule
from huoju.core.period import add_months
from huoju.core.rule import Node, Reading, parts_of
from huoju.core.rule_row import Bound, Row
from huoju.core.variable import Variable, variables
from huoju.core.view import SCALE, View
from huoju.ratings.gap.forms import Ends, form_of
from huoju.ratings.gap.lines import ONE, ZERO, Line, NotLinear
from huoju.ratings.gap.logic import Reader
from huoju.ratings.gap.told import with_events, with_facts, with_judgements
from huoju.ratings.plan import Prepared, nodes_of
from huoju.ratings.points import earned, shown
from huoju.ratings.scheme import Formula, Judged, Options, Ramp, Step, Version, points_within

_GENERIC: Mapping[str, tuple[Fraction | int, ...]] = {
    "money": (1_000_000, 1),
    "count": (10, 1),
    "number": (100, 1),
    "share": (Fraction(1, 2),),
}
_EPOCH = date(1970, 1, 1)
_YEARS = 30
_MORE = (*range(1, 17), 20, 30)
OTHER_LABEL = "other"


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that an unknown may turn out to be: as text, as a number where it is one, and how it is told."""

    shown: str
    tell: Callable[[View], View]
    number: Fraction | None = None


class Guesser:
    """Guesses for one version of a scheme."""

    def __init__(self, prepared: Prepared, version: Version) -> None:
        self.version = version
        self.labels = prepared.labels(version)
        self.judged = {p.name: p for item in version.items for p in points_within(item.points) if isinstance(p, Judged)}
        self.options = {p.name for item in version.items for p in points_within(item.points) if isinstance(p, Options)}
        self.nodes = tuple(dict.fromkeys(_nodes(version)))
        self.is_complete = True

    def guesses(self, reading: Reading, view: View) -> Iterator[Guess]:
        """Yield what something unknown may turn out to be, by what else a view knows."""
        if reading.sort == "judgement":
            yield from self._judgements(reading.name, view)
        elif reading.sort == "events":
            yield from self._events(reading.name, view)
        else:
            variable, key = variables()[reading.name], (reading.name, reading.lag)
            for value in self._values(variable, reading, view):
                number = value if isinstance(value, Fraction) and variable.dtype in _GENERIC else None
                tell = partial(with_facts, facts={key: value})
                yield Guess(shown_value(value, variable), tell, number)

    def _values(self, variable: Variable, reading: Reading, view: View) -> Iterator[Fraction | str]:
        if variable.dtype == "text":
            yield from self.labels.get(variable.name, ())
            if variable.name not in self.options:
                yield OTHER_LABEL
        elif variable.dtype == "flag":
            yield from (ONE, ZERO)
        elif variable.dtype == "date":
            yield from _days(view)
        else:
            yield from _around(variable, self._switches(reading, variable, view))

    def _switches(self, reading: Reading, variable: Variable, view: View) -> set[Fraction]:
        """Return every point at which something that reads a number may switch."""
        found: set[Fraction] = set()
        low: Bound = -math.inf if variable.at_least is None else variable.at_least
        high: Bound = math.inf if variable.at_most is None else variable.at_most

        def reach(line: Line) -> tuple[Bound, Bound]:
            ((_, factor),) = line.terms or ((0, ZERO),)
            if not factor:
                return line.constant, line.constant
            found.add(-line.constant / factor)
            ends = [line.constant + end * factor if isinstance(end, Fraction) else end * factor for end in (low, high)]
            return min(ends), max(ends)

        reader = Reader(Row(view, 0), {(reading.name, reading.lag): Line(ZERO, ((0, ONE),))}, {}, reach)
        for node, limits in self.nodes:
            self._walk(reader, node, limits)
        return found

    def _walk(self, reader: Reader, node: Node, limits: tuple[rule.Number, ...]) -> None:
        if not reader.varies(node):
            return
        try:
            if isinstance(node, rule.NUMBERS):
                ends = reader.number(node)
                for limit in limits:
                    for holds in (True, False):
                        reader.compared("at_least", ends, _at(reader, limit), holds=holds)
            else:
                for holds in (True, False):
                    reader.claim(node, holds=holds)
        except NotLinear:
            self.is_complete = False

    def _judgements(self, name: str, view: View) -> Iterator[Guess]:
        values = {ONE, ZERO}
        if name in self.judged:
            row, points = Row(view, 0), self.judged[name]
            spans = [earned(part, row, []) for part in (points.low, points.high)]
            ends = [end for span in spans if span is not None for end in span if isinstance(end, Fraction)]
            values = {*ends, *((Fraction(math.floor((min(ends) + max(ends)) / 2)),) if ends else ())}
        for value in sorted(values, reverse=True):
            yield Guess(shown(value), partial(with_judgements, judgements={name: value}))

    def _events(self, kind: str, view: View) -> Iterator[Guess]:
        windows = [n for n in _within(node for node, _ in self.nodes) if isinstance(n, rule.Events) and n.kind == kind]
        yield Guess("0", partial(with_events, kind=kind, asked=()))
        constants = {n.value for n in _within(node for node, _ in self.nodes) if isinstance(n, rule.Constant)}
        for more in sorted({*map(Fraction, _MORE), *constants}):
            asked = [(w, more) for w in dict.fromkeys(windows) if w.give == "amount" or more in _MORE]
            if more > 0 and asked:
                yield Guess(f"+{shown(more)}", partial(with_events, kind=kind, asked=asked))


def _at(reader: Reader, limit: rule.Number) -> Ends:
    return reader.number(limit) if not isinstance(limit, rule.Constant) else Ends(*(form_of(limit.value),) * 2)


def _nodes(version: Version) -> Iterator[tuple[Node, tuple[rule.Number, ...]]]:
    """Yield every condition of a version, and every number that earns points with the numbers it is held against."""
    for gate in version.gates:
        yield gate.require, ()
        if gate.unless is not None:
            yield gate.unless, ()
    for condition in (*version.vetoes, *version.checks):
        yield condition.when, ()
    whens = [*(route.when for route in version.routes), *(stage.when for stage in version.stages)]
    whens += [*(item.applies_if for item in version.items)]
    yield from ((when, ()) for when in whens if when is not None)
    for item in version.items:
        for points in points_within(item.points):
            match points:
                case Step(of, bands, _):
                    yield of, tuple(rule.Constant(b.limit.at) for b in bands if b.limit.at is not None)
                case Ramp(of, base, lead, _, _):
                    yield of, (base, lead)
                case Formula(of, low, high):
                    yield of, tuple(rule.Constant(end) for end in (low, high) if end is not None)
                case _:
                    pass
        yield from ((node, ()) for node in nodes_of(item.points))


def _within(nodes: Iterator[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _within(parts_of(node))


def _around(variable: Variable, switches: set[Fraction]) -> Iterator[Fraction]:
    """Yield numbers at, beside and between points, within the domain, each as fine as the store keeps it."""
    unit = Fraction(1, SCALE.get(variable.dtype, 1))
    low, high = variable.at_least, variable.at_most
    points = sorted(switches)
    if low is not None:
        points.insert(0, low)
    if high is not None:
        points.append(high)
    tried: set[Fraction] = set()
    for point in points:
        below, above = math.floor(point / unit) * unit, math.ceil(point / unit) * unit
        tried |= {below, above, below - unit, above + unit}
    middles = [(one + two) / 2 for one, two in pairwise(points)]
    if points:
        middles += [points[-1] * 2 + 1, points[0] - abs(points[0]) - 1]
    tried |= {math.floor(middle / unit) * unit for middle in middles}
    limit = 2**62 * unit
    usual = [Fraction(number) for number in _GENERIC.get(variable.dtype, ())]
    for value in dict.fromkeys([*usual, *sorted(v for v in tried if v >= 0), *sorted(v for v in tried if v < 0)]):
        if (low is None or value >= low) and (high is None or value <= high) and abs(value) < limit:
            yield value


def _days(view: View) -> Iterator[Fraction]:
    """Yield anniversaries of the as-of day and of the year's last day, and the days beside, as days since 1970."""
    ends = (view.day(), date(view.year, 12, 31))
    turns = [add_months(end, -12 * years) for end in ends for years in range(_YEARS)]
    found = {turn + timedelta(days=beside) for turn in turns for beside in (-1, 0, 1)}
    found |= {view.day() - timedelta(days=days) for days in (364, 365, 366)}
    yield from (Fraction((day - _EPOCH).days) for day in sorted(found) if day <= view.day())


def shown_value(value: Fraction | str, variable: Variable) -> str:
    """Return a value as text: a day, true or false, a label, an exact number."""
    if isinstance(value, str):
        return value
    if variable.dtype == "date":
        return (_EPOCH + timedelta(days=int(value))).isoformat()
    if variable.dtype == "flag":
        return "true" if value else "false"
    return shown(value)
