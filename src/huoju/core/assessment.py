"""An assessment: a value with its span, reasons that add up to it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.finding import Finding
from huoju.core.panel import ColumnKey, Panel
from huoju.core.period import Period

Number = Fraction | float
LEVELS = (0.025, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.975)


@dataclass(frozen=True, slots=True)
class Part:
    """What one column of reasons speaks of; ``evidence`` names the panel cells it was read from."""

    group: str
    name: str
    clause: str = ""
    evidence: tuple[ColumnKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One addend of a value; ``state`` is known or unknown, ``facts`` are ``source/record``."""

    group: str
    part: str
    amount: Number
    state: str
    clause: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An unknown quantity, the span it leaves the value open by, and who supplies it."""

    variable: str
    period: Period | None
    low: Number
    high: Number
    supplier: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an assessor says of one entity: ``low <= value <= high`` spans what is unknown or uncertain."""

    entity: EntityId
    assessor: str
    version: str
    as_of: date
    period: Period | None
    outcome: str | None
    value: Number | None
    low: Number
    high: Number
    unit: str
    quantiles: tuple[Number, ...] = ()
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Missing, ...] = ()
    findings: tuple[Finding, ...] = ()
    against: EntityId | None = None


@dataclass(frozen=True, slots=True)
class Assessments:
    """Assessments of ``n`` entities as columns; ``row`` makes the one that is read.

    ``value``, ``low`` and ``high`` are ``(n,)``; ``value`` counts only where ``known``. With a ``denominator``
    they are int64 numerators of exact fractions, else floats. ``amounts`` is ``(n, k)`` over ``parts`` and adds
    up to ``value`` along each row; ``states`` is ``(n, k)``, True where the part's facts were known. ``gaps_low``
    and ``gaps_high`` are ``(n, m)`` over ``gaps`` (variable, period, supplier), NaN where nothing is missing.
    ``quantiles`` is ``(n, len(LEVELS))`` or ``(n, 0)``.
    """

    assessor: str
    version: str
    as_of: date
    period: Period | None
    unit: str
    entities: tuple[EntityId, ...]
    value: NDArray[np.float64] | NDArray[np.int64]
    known: NDArray[np.bool_]
    low: NDArray[np.float64] | NDArray[np.int64]
    high: NDArray[np.float64] | NDArray[np.int64]
    quantiles: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    parts: tuple[Part, ...] = ()
    amounts: NDArray[np.float64] | NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0)))
    states: NDArray[np.bool_] = field(default_factory=lambda: np.empty((0, 0), dtype=bool))
    gaps: tuple[tuple[str, Period | None, str], ...] = ()
    gaps_low: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    gaps_high: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
    outcome: tuple[str | None, ...] = ()
    denominator: int | None = None
    findings: Mapping[EntityId, tuple[Finding, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entities)

    def row(self, row: int, panel: Panel | None = None) -> Assessment:
        """Return the assessment of one entity; with the panel, its reasons lead back to facts."""
        entity = self.entities[row]
        return Assessment(
            entity=entity,
            assessor=self.assessor,
            version=self.version,
            as_of=self.as_of,
            period=self.period,
            outcome=self.outcome[row] if self.outcome else None,
            value=self._number(self.value[row]) if self.known[row] else None,
            low=self._number(self.low[row]),
            high=self._number(self.high[row]),
            unit=self.unit,
            quantiles=tuple(float(q) for q in self.quantiles[row]) if self.quantiles.size else (),
            reasons=self._reasons(row, panel),
            missing=self._missing(row),
            findings=self.findings.get(entity, ()),
        )

    def _reasons(self, row: int, panel: Panel | None) -> tuple[Reason, ...]:
        if not self.known[row]:
            return ()
        return tuple(
            Reason(
                group=part.group,
                part=part.name,
                amount=self._number(self.amounts[row, column]),
                state="known" if self.states[row, column] else "unknown",
                clause=part.clause,
                facts=panel.references(row, part.evidence) if panel is not None else (),
            )
            for column, part in enumerate(self.parts)
        )

    def _missing(self, row: int) -> tuple[Missing, ...]:
        found = [
            Missing(variable, period, float(self.gaps_low[row, gap]), float(self.gaps_high[row, gap]), supplier)
            for gap, (variable, period, supplier) in enumerate(self.gaps)
            if not np.isnan(self.gaps_low[row, gap])
        ]
        return tuple(sorted(found, key=lambda gap: (float(gap.low - gap.high), gap.variable)))

    def _number(self, number: np.float64 | np.int64) -> Number:
        return float(number) if self.denominator is None else Fraction(int(number), self.denominator)
