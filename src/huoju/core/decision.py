"""A decision: what a named policy makes of assessments, with its terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from huoju.core.assessment import Assessment, Missing
from huoju.core.fact import EntityId

Verdict = Literal["approve", "refer", "decline"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says about one entity; a reference, never a grant, until a person signs it.

    ``terms`` holds ``limit`` in fen, ``yearly_rate`` x 10^6 and ``months``; a term that can't be set is absent.
    ``binding`` names the constraints that bind, ``missing`` what is unknown and how far it could move the result.
    """

    entity: EntityId
    policy: str
    version: str
    as_of: date
    verdict: Verdict
    terms: Mapping[str, int]
    binding: tuple[str, ...]
    missing: tuple[Missing, ...]
    because: tuple[Assessment, ...]
    signed_by: str | None = None
