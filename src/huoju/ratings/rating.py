"""What a scheme says of one entity: outcome, exact score, what it may still become, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from huoju.core.assessment import Assessment, Missing, Reason
from huoju.core.fact import EntityId
from huoju.core.finding import Finding
from huoju.core.period import Period
from huoju.core.rule import Reading
from huoju.core.rule_row import Span
from huoju.ratings.scheme import Basis, Version, Words

State = Literal["met", "unmet", "unknown", "manual_review", "not_applicable"]
Outcome = Literal["passed", "failed", "unknown", "not_in_force"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One gate, veto, item, route or check with its state; for a veto ``met`` means clear, for a check that it fires.

    ``points`` are weighted, ``share`` is what the rule gave before; both None for what earns none, and where
    ``refused``: a number that the item rests on is stated by no source.
    """

    sort: Literal["gate", "veto", "item", "route", "check"]
    id: str
    label: Words
    state: State
    basis: Basis
    readings: tuple[Reading, ...]
    part: str = ""
    points: Span | None = None
    share: Span | None = None
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part's points after cap and floor; None where an item of it can't be scored."""

    id: str
    label: Words
    points: Span | None


@dataclass(frozen=True, slots=True)
class Unstated:
    """A number that no source states: where it stands and whose source is needed."""

    sort: Literal["item", "parameter", "route", "grade"]
    id: str
    label: Words
    document: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What one version of a scheme says of one entity, as of a day, for one year.

    ``outcome`` is None where nothing is passed (a pure score). ``total`` is None where the scheme refuses to
    score; ``unstated`` then says whose source is needed. ``grades`` are all that are possible, the best first.
    """

    entity: EntityId
    scheme: str
    label: Words
    version: Version | None
    as_of: date
    year: int
    outcome: Outcome | None
    route: str | None = None
    total: Span | None = None
    grades: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    parts: tuple[PartResult, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    missing: tuple[Reading, ...] = ()
    unstated: tuple[Unstated, ...] = ()
    findings: tuple[Finding, ...] = ()
    overlays: tuple[str, ...] = ()

    @property
    def score(self) -> Fraction | None:
        """The exact total where all is known, else None."""
        known = self.total is not None and self.total.is_known
        return Fraction(self.total.low) if self.total is not None and known else None

    @property
    def grade(self) -> str | None:
        """The grade where it is decided, else None."""
        return self.grades[0] if len(self.grades) == 1 else None

    def of(self, sort: str) -> Mapping[str, Criterion]:
        """Return the criteria of one sort by id."""
        return {criterion.id: criterion for criterion in self.criteria if criterion.sort == sort}

    def assessment(self, references: Mapping[Reading, tuple[str, ...]], supplier: Mapping[str, str]) -> Assessment:
        """Return this rating as the one result that every page and report explains.

        Reasons are the known items and add up to the score where parts have no cap, floor or rounding; what
        those take away is one reason of its own.
        """
        low, high = (self.total.low, self.total.high) if self.total is not None else (Fraction(0), Fraction(0))
        return Assessment(
            entity=self.entity,
            assessor=self.scheme,
            version=self.version.id if self.version is not None else "",
            as_of=self.as_of,
            period=Period.year(self.year),
            outcome=self.outcome,
            value=self.score,
            low=low,
            high=high,
            unit="points",
            reasons=self._reasons(references),
            missing=tuple(
                Missing(reading.name, None, low, high, supplier.get(reading.name, "")) for reading in self.missing
            ),
            findings=self.findings,
        )

    def _reasons(self, references: Mapping[Reading, tuple[str, ...]]) -> tuple[Reason, ...]:
        if self.score is None:
            return ()
        reasons = []
        for item in self.of("item").values():
            facts = tuple(dict.fromkeys(ref for reading in item.readings for ref in references.get(reading, ())))
            amount = Fraction(item.points.low) if item.points is not None else Fraction(0)
            reasons.append(Reason(item.part, item.id, amount, "known", item.basis.clause, facts))
        rest = self.score - sum((Fraction(reason.amount) for reason in reasons), Fraction(0))
        if rest:
            reasons.append(Reason("", "cap_floor_rounding", rest, "known", "", ()))
        return tuple(reasons)
