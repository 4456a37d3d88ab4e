"""The few roles that need an interface; whatever has these methods plays the role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.assessment import Assessments
from huoju.core.fact import FACT_SCHEMA
from huoju.core.finding import Finding
from huoju.core.panel import Panel

ASIDE_SCHEMA = pa.schema(
    [
        pa.field("record", pa.string(), nullable=False),  # "file:row"
        pa.field("code", pa.string(), nullable=False),  # of the finding that says why
        pa.field("column", pa.string(), nullable=False),
        pa.field("original", pa.string(), nullable=False),  # JSON object: header -> text as delivered
    ]
)


@dataclass(frozen=True, slots=True)
class Account:
    """Where the rows of a delivery went; ``told``, ``silent``, ``aside`` and ``repeated`` add up to its data rows.

    ``told`` gave a fact or an event, ``silent`` had nothing to give, ``repeated`` equal an earlier row; ``left_out``
    are totals, notes, titles and repeated headers, which are no data.
    """

    told: int = 0
    silent: int = 0
    aside: int = 0
    repeated: int = 0
    left_out: int = 0

    def __add__(self, other: Account) -> Account:
        """Return where the rows of two parts went."""
        return Account(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source makes of one delivery; ``events`` by kind, ``rows`` the data rows that were seen.

    ``profiles`` by layout are what a later delivery of the same layout is compared with.
    """

    rows: int
    facts: pa.Table = field(default_factory=FACT_SCHEMA.empty_table)
    events: Mapping[str, pa.Table] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()
    aside: pa.Table = field(default_factory=ASIDE_SCHEMA.empty_table)
    account: Account = Account()
    profiles: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))


class Assessor(Protocol):
    """Gives an assessment for each entity of a panel; a pure function of the panel."""

    name: str
    version: str

    def assess(self, panel: Panel) -> Assessments:
        """Return one assessment for each entity, in the panel's order."""
        ...


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of the entities of a panel after its day: ``values`` and ``known`` are ``(n,)`` or ``(n, t)``."""

    values: NDArray[np.float64]
    known: NDArray[np.bool_]


class Model(Protocol):
    """Learns an assessor from past panels and what came of their entities."""

    name: str

    def fit(self, history: Sequence[Panel], outcomes: Sequence[Outcomes]) -> Assessor:
        """Return the fitted assessor; the same history and outcomes give the same one."""
        ...


class Source(Protocol):
    """Turns one delivery into facts, events and findings."""

    name: str

    def read(self, delivery: object, known: date) -> Reading:
        """Return what the delivery claims; rows that can't be understood are set aside with a finding."""
        ...
