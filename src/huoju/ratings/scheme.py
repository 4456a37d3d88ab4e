"""The nouns of a scheme: versions of a rule with gates, items that earn points, routes, grades and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from huoju.core.rule import Comparison, Number, Truth

Certainty = Literal["official", "restated", "single", "unverified", "derived"]
Stated = Fraction | None  # None: no source states it
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound that a number must meet; ``at`` is None where no source states it, or where a parameter says it."""

    operation: Comparison
    at: Stated
    parameter: str | None = None

    def bound(self, parameters: Mapping[str, Stated]) -> Stated:
        """Return the bound that holds with these parameters; None where none is stated."""
        return self.at if self.parameter is None else parameters.get(self.parameter)


@dataclass(frozen=True, slots=True)
class Band:
    """Points for meeting a limit."""

    limit: Limit
    give: Stated


@dataclass(frozen=True, slots=True)
class Given:
    """Points that are always given."""

    give: Stated


@dataclass(frozen=True, slots=True)
class Step:
    """Points of the first band that a number meets, from the best down."""

    of: Number
    bands: tuple[Band, ...]
    otherwise: Stated


@dataclass(frozen=True, slots=True)
class Cases:
    """Points of the first condition that holds; unknown conditions leave the hull of what may be."""

    branches: tuple[tuple[Truth, Stated], ...]
    otherwise: Stated


@dataclass(frozen=True, slots=True)
class Options:
    """Points by the label of a text; a label that is not listed leaves the item unknown, with a finding."""

    name: str
    give: Mapping[str, Stated]
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Ramp:
    """0 at ``base``, ``give`` at ``lead``, linear between and clamped; unknown unless base and lead are known.

    Where base and lead are equal it gives ``equal``, and without that it is unknown.
    """

    of: Number
    base: Number
    lead: Number
    give: Stated
    equal: Stated


@dataclass(frozen=True, slots=True)
class Formula:
    """The number itself, clipped to ``low`` and ``high``; None is no bound."""

    of: Number
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a named person chose, held to the nearest end of ``low`` to ``high``, which the data allow."""

    name: str
    low: Points
    high: Points


@dataclass(frozen=True, slots=True)
class Multi:
    """The sum of the points of all conditions that hold, at most ``cap``."""

    of: tuple[tuple[Truth, Stated], ...]
    cap: Stated


@dataclass(frozen=True, slots=True)
class Best:
    """The best of several."""

    of: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst of several."""

    of: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of several, weighted; the hull of all where a weight is unknown or negative, or all are 0."""

    of: tuple[tuple[Points, Number], ...]


Points = Given | Step | Cases | Options | Ramp | Formula | Judged | Multi | Best | Worst | Mean


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule stands: clause, text as printed, source and how sure that is; ``marks`` for single numbers."""

    clause: str = ""
    text: str = ""
    source: str = ""
    certainty: Certainty = "unverified"
    marks: Mapping[str, Certainty] = field(default_factory=lambda: MappingProxyType({}))
    evidence: Words = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition that must hold, unless an exemption does."""

    id: str
    label: Words
    require: Truth
    unless: Truth | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Condition:
    """A veto or a check: something that may hold."""

    id: str
    label: Words
    when: Truth
    basis: Basis


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator. ``weight`` is one number, or one for each stage; None where no source states it.

    ``not_applicable`` says what becomes of it where ``applies_if`` does not hold; None where no source says.
    """

    id: str
    label: Words
    part: str
    points: Points
    weight: Stated | Mapping[str, Stated]
    applies_if: Truth | None
    not_applicable: Literal["drop", "zero", "rescale"] | None
    missing: Literal["unknown", "zero", "last"]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Part:
    """A group of items whose points add up, held between ``floor`` and ``cap``."""

    id: str
    label: Words
    cap: Stated
    floor: Stated
    basis: Basis


@dataclass(frozen=True, slots=True)
class Total:
    """How parts become a total: their sum, or the worst or best of all items; then cap, floor, rounding half up."""

    combine: Literal["sum", "worst", "best"] = "sum"
    cap: Stated = None
    floor: Stated = None
    round: Stated = None


@dataclass(frozen=True, slots=True)
class Route:
    """One way to pass: a condition, limits of the total and of parts; all that are named must be met."""

    id: str
    label: Words
    when: Truth | None
    total: Limit | None
    parts: Mapping[str, Limit]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade for a total that meets a limit; the last one without a limit takes the rest."""

    id: str
    total: Limit | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that chooses a table of weights; the first whose condition holds."""

    id: str
    label: Words
    when: Truth | None


@dataclass(frozen=True, slots=True)
class Transition:
    """Who is judged by an older version between two days, although a newer one is in force."""

    when: Truth
    start: date | None
    end: date | None
    use: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """A number that an overlay or a file may set; ``value`` is None where no source states it."""

    name: str
    label: Words
    value: Stated
    basis: Basis


@dataclass(frozen=True, slots=True)
class Ranking:
    """What happens among all: the ``top`` so many, or the last share of ``removal`` in ``years`` years running."""

    within: Literal["all", "stage"] = "all"
    top: int | None = None
    removal: Fraction | None = None
    years: int = 1


@dataclass(frozen=True, slots=True)
class Omitted:
    """An indicator known by name whose rule or weight no source states."""

    id: str
    label: Words
    reason: Words


@dataclass(frozen=True, slots=True)
class Source:
    """The document of a version."""

    number: str
    title: str
    office: str
    issued: date | None
    address: str
    certainty: Certainty
    checked: date | None


@dataclass(frozen=True, slots=True)
class Imported:
    """A table whose numbers a person brought into the version: who, when, which file, from where and how sure."""

    by: str
    at: date | None
    file: str
    sha256: str
    source: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Version:
    """The rule of one document, in force from ``effective`` to ``expiry``, both included; None is open."""

    scheme: str
    id: str
    document: Source
    effective: date | None
    expiry: date | None
    note: Words
    parameters: Mapping[str, ParameterDefinition]
    judgements: Mapping[str, Words]
    values: Mapping[str, Number]
    stages: tuple[Stage, ...]
    gates: tuple[Gate, ...]
    vetoes: tuple[Condition, ...]
    parts: tuple[Part, ...]
    items: tuple[Item, ...]
    total: Total
    routes: tuple[Route, ...]
    grades: tuple[Grade, ...]
    checks: tuple[Condition, ...]
    transitions: tuple[Transition, ...]
    ranking: Ranking | None
    omitted: tuple[Omitted, ...]
    imported: tuple[Imported, ...] = ()

    def is_in_force(self, day: date) -> bool:
        """Return whether the version is in force on a day."""
        return (self.effective is None or self.effective <= day) and (self.expiry is None or day <= self.expiry)


@dataclass(frozen=True, slots=True)
class Scheme:
    """An official scheme with its versions, oldest first; ``overlays`` names the documents merged over it."""

    id: str
    entity: str
    label: Words
    versions: tuple[Version, ...]
    place: str
    overlays: tuple[str, ...] = ()

    def version_on(self, day: date) -> Version | None:
        """Return the newest version in force on a day, or None."""
        return next((version for version in reversed(self.versions) if version.is_in_force(day)), None)

    def version(self, name: str) -> Version:
        """Return the version of a name. Raises ``KeyError`` where there is none."""
        return {version.id: version for version in self.versions}[name]


def points_within(points: Points) -> Iterator[Points]:
    """Yield points and all that they are made of, the whole first."""
    yield points
    match points:
        case Best(of) | Worst(of):
            for part in of:
                yield from points_within(part)
        case Mean(of):
            for part, _ in of:
                yield from points_within(part)
        case Judged(_, low, high):
            yield from points_within(low)
            yield from points_within(high)
        case _:
            return
