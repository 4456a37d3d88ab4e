"""What a report rests on and what it lacks: points to watch, missing data, models, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huoju.core.assessment import Number

Level = Literal["watch", "positive", "neutral"]


@dataclass(frozen=True, slots=True)
class Attention:
    """A sentence for the approver with the number of its evidence."""

    level: Level
    sentence: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class MissingData:
    """What is missing, who supplies it, and between which values ``target`` could then come to stand.

    ``effect`` says in a sentence what it would change where no such values can be given.
    """

    label: str
    supplier: str
    target: str = ""
    low: Number | None = None
    high: Number | None = None
    unit: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A model that spoke, by name and version, with what it was fitted on."""

    name: str
    version: str
    fitted_on: str = ""


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The last entry of the ledger when the report was made."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the numbers rest on: models, rules, the hash of the data, and the ledger (None where none is kept)."""

    models: tuple[ModelVersion, ...]
    rules: str
    snapshot: str
    ledger: LedgerHead | None = None
    notes: tuple[str, ...] = ()
