"""What a credit reference report says, as plain values; whoever makes a report fills this in.

The report lays out, rounds and draws these values and decides nothing. None means unknown and is shown so.
Texts are in ``language``; money is in fen, rates and shares of 1 as their fields state, months are first days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal

from huoju.core.decision import Verdict
from huoju.core.finding import Finding
from huoju.reports.cash_flow import CashFlow, Growth, Repayment
from huoju.reports.checks import check_order, check_sum
from huoju.reports.provenance import Attention, MissingData, Provenance

Language = Literal["zh", "en"]
BASE = "base"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen, where a field may hold other things too."""

    fen: int


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things with the word that counts them, as 119 人."""

    number: int
    unit: str = ""


HeadValue = str | date | Money | Count


@dataclass(frozen=True, slots=True)
class HeadFact:
    """A line of identity such as the day of foundation; None is unknown."""

    label: str
    value: HeadValue | None


@dataclass(frozen=True, slots=True)
class Enterprise:
    """Whom the report speaks of."""

    id: str
    name: str
    uscc: str | None
    facts: tuple[HeadFact, ...] = ()
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Who asked, what for, and what allows it; without an authorisation on record the report says so."""

    asked_by: str
    purpose: str
    authorisation: str | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """The torch score in whole points; ``history`` holds earlier values for a spark line, oldest first."""

    value: int | None
    low: int | None
    high: int | None
    grade: str | None
    grades: tuple[str, ...] = ("A", "B", "C", "D")
    scale: int = 1000
    history: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultProbability:
    """The 12-month default probability as shares of 1; ``interval`` is the level of low..high, as 0.9."""

    value: float | None
    low: float | None
    high: float | None
    interval: float | None
    fitted_on: str | None = None


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """One term of the price, as a share of 1 x 10^6."""

    label: str
    rate: int | None


@dataclass(frozen=True, slots=True)
class Credit:
    """What the named policy makes of it; a reference until a person signs it.

    Amounts are in fen and the rate is x 10^6. ``binding`` names the constraints that bind, in words.
    """

    verdict: Verdict
    limit: int | None
    yearly_rate: int | None
    months: int | None
    policy: str
    binding: tuple[str, ...] = ()
    limit_low: int | None = None
    limit_high: int | None = None
    price_terms: tuple[PriceTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """The share of the wanted facts that is known, and how many sources delivered out of how many."""

    share: float | None
    sources: int | None = None
    sources_wanted: int | None = None


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One addend of the score; ``group`` is a code of ``groups`` or ``base``, ``points`` None where unknown.

    ``known`` is False where points were given for facts that are not there. ``facts`` lead back to deliveries.
    """

    group: str
    label: str
    points: int | None
    evidence: str = ""
    facts: tuple[str, ...] = ()
    known: bool = True
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A group of reasons as a percentile from 0 to 1 among peers, beside the peers' median."""

    code: str
    label: str
    percentile: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole credit reference report of one enterprise as of a day.

    Raises ``ValueError`` where the reasons do not add up to the score, a bound or a quantile is out of order,
    months are not rising, or a reason belongs to no group.
    """

    number: str
    language: Language
    as_of: date
    synthetic: bool
    enterprise: Enterprise
    request: Request
    score: Score
    default: DefaultProbability
    growth: Growth
    credit: Credit
    completeness: Completeness
    repayment: Repayment
    cash_flow: CashFlow
    provenance: Provenance
    reasons: tuple[ReasonRow, ...] = ()
    groups: tuple[Standing, ...] = ()
    peers: str = ""
    attention: tuple[Attention, ...] = ()
    missing: tuple[MissingData, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    def __post_init__(self) -> None:
        """Check what the drawings and sums of a report rest on."""
        check_sum(tuple(row.points for row in self.reasons), self.score.value)
        known_groups = {BASE, *(group.code for group in self.groups)}
        for row in self.reasons:
            if row.group not in known_groups:
                raise ValueError(f"Reason {row.label!r} is of group {row.group!r}, which groups lacks.")
        check_order("score", (self.score.low, self.score.value, self.score.high))
        check_order("default probability", (self.default.low, self.default.value, self.default.high))
        check_order("limit", (self.credit.limit_low, self.credit.limit, self.credit.limit_high))
        check_order("growth", (self.growth.p10, self.growth.p50, self.growth.p90))
        for ahead in self.cash_flow.forecast:
            check_order(f"inflow of {ahead.month}", ahead.quantiles or ())
        months = [each.month for each in self.cash_flow.months()]
        if any(late <= early for early, late in pairwise(months)) or any(each.day != 1 for each in months):
            raise ValueError("Months must be first days of months and rise from history into forecast.")
