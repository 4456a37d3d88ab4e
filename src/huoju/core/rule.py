"""Exact three-valued expressions over a panel, as data: what a rule says, before anybody asks whom it holds for.

A number evaluates to a span of what it may be, a truth to true, false or unknown. ``core/rule_reading.py`` reads
them from YAML, ``core/rule_row.py`` evaluates them for one entity, ``core/rule_columns.py`` for all at once.
Every evaluation has a ``lag``: how many years before the evaluated year it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Literal

Arithmetic = Literal["sum", "product", "min", "max", "difference", "ratio", "floor"]
Comparison = Literal["at_least", "more_than", "at_most", "less_than", "equal"]
Statistic = Literal["min", "max", "mean", "rank", "percentile", "top"]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that the rule states."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Fact:
    """A quantity of the vocabulary, ``lag`` years before; in yuan, shares of 1, days."""

    name: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number from the parameters' own name space; unknown where none is stated."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Arithmetic; ``difference`` and ``ratio`` take two, ``floor`` one. A divisor that may be 0 makes it unknown."""

    operation: Arithmetic
    of: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over ``years`` years, the latest first."""

    of: Number
    years: int


@dataclass(frozen=True, slots=True)
class Shift:
    """The same, ``years`` years earlier."""

    of: Number
    years: int


@dataclass(frozen=True, slots=True)
class When:
    """The first branch whose condition holds; unknown conditions leave the hull of what may be."""

    branches: tuple[tuple[Truth, Number], ...]
    otherwise: Number


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first that is known; the hull of all where none is."""

    of: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the conditions hold."""

    of: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """``as_of`` or the last day of the evaluated year, as days since 1970-01-01."""

    which: Literal["as_of", "period_end"]


@dataclass(frozen=True, slots=True)
class FullYears:
    """Whole years from one day to another; unknown where either is, or where the second comes first."""

    start: Number
    end: Number


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one field of an event: one of ``labels``, or a number within ``at_least`` and ``at_most``."""

    field: str
    labels: tuple[str, ...] = ()
    at_least: Fraction | None = None
    at_most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """How many events of a kind fall into a window, or what their amounts add up to (yuan), each counted once.

    ``window`` is ``years`` back from the as-of day, ``evaluated_years``, or the ``last`` so many. Where it is not
    known that all events of the kind were told, those told are the least there may be.
    """

    kind: str
    give: Literal["count", "amount"]
    window: Literal["years", "evaluated_years", "last"]
    size: int
    where: tuple[Where, ...] = ()
    distinct: str | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """A statistic of a named value over a frozen, named population; ``rank`` and ``percentile`` place ``of`` in it."""

    statistic: Statistic
    name: str
    of: Number
    population: str
    share: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of the vocabulary."""

    name: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers compared, exactly; unknown where their spans leave it open."""

    operation: Comparison
    left: Number
    right: Number


@dataclass(frozen=True, slots=True)
class Is:
    """A text of the vocabulary is one of ``labels``."""

    name: str
    labels: tuple[str, ...]
    lag: int = 0


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    of: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one holds."""

    of: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Truth


@dataclass(frozen=True, slots=True)
class Every:
    """It holds in each of ``years`` years."""

    of: Truth
    years: int


@dataclass(frozen=True, slots=True)
class Some:
    """It holds in one of ``years`` years."""

    of: Truth
    years: int


@dataclass(frozen=True, slots=True)
class Known:
    """A number is known; never itself unknown."""

    of: Number


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided; unknown until then."""

    name: str


Number = Constant | Fact | Parameter | Apply | Total | Shift | When | Coalesce | Count | Day | FullYears | Events | Peer
Truth = Flag | Compare | Is | All | Any | Not | Every | Some | Known | Judgement
Node = Number | Truth
NUMBERS = (Constant, Fact, Parameter, Apply, Total, Shift, When, Coalesce, Count, Day, FullYears, Events, Peer)


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a rule reads: a fact or flag, an event kind, a judgement, a parameter or a population, with its lag."""

    sort: Literal["fact", "events", "judgement", "parameter", "population"]
    name: str
    lag: int = 0


def readings(node: Node, lag: int = 0) -> tuple[Reading, ...]:
    """Return everything that a rule reads, without repeats, in the order in which it stands."""
    return tuple(dict.fromkeys(_readings(node, lag)))


def _readings(node: Node, lag: int) -> Iterator[Reading]:
    match node:
        case Fact(name, own) | Flag(name, own) | Is(name, _, own):
            yield Reading("fact", name, lag + own)
        case Events(kind=kind):
            yield Reading("events", kind, lag)
        case Judgement(name):
            yield Reading("judgement", name)
        case Parameter(name):
            yield Reading("parameter", name)
        case Total(of, years) | Every(of, years) | Some(of, years):
            for back in range(years):
                yield from _readings(of, lag + back)
        case Shift(of, years):
            yield from _readings(of, lag + years)
        case _:
            if isinstance(node, Peer):
                yield Reading("population", node.population)
            for part in parts_of(node):
                yield from _readings(part, lag)


def parts_of(node: Node) -> Iterator[Node]:
    """Yield the expressions of which an expression is made."""
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
