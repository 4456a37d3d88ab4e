"""What persons decided about links: facts with who and when, that win over the model and can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

ACCEPT, REJECT = "accept", "reject"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision of a person on a pair; it counts from ``at`` until ``undone_at``, and is never edited."""

    left_id: str
    right_id: str
    verdict: str  # accept | reject
    who: str
    at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None
    why: str = ""
    undone_why: str = ""

    @property
    def stands(self) -> bool:
        """Whether nobody has undone it."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class Standing:
    """What judgements leave standing: the one left record a right record is, and the pairs that are ruled out."""

    accepted: Mapping[str, Judgement]  # by right id
    rejected: Mapping[tuple[str, str], Judgement]  # by (left id, right id)


def standing(judgements: Iterable[Judgement]) -> Standing:
    """Return what judgements say together: of each pair the latest that stands, of each right record the latest accept.

    The order in which they are given is no matter; at the same moment a rejection is the more careful and counts.
    """
    latest: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        if judgement.stands:
            pair = judgement.left_id, judgement.right_id
            if pair not in latest or _rank(judgement) > _rank(latest[pair]):
                latest[pair] = judgement
    accepted: dict[str, Judgement] = {}
    for judgement in latest.values():
        if judgement.verdict == ACCEPT:
            before = accepted.get(judgement.right_id)
            if before is None or (judgement.at, judgement.left_id) > (before.at, before.left_id):
                accepted[judgement.right_id] = judgement
    rejected = {pair: judgement for pair, judgement in latest.items() if judgement.verdict == REJECT}
    return Standing(accepted, rejected)


def _rank(judgement: Judgement) -> tuple[datetime, bool, str]:
    return judgement.at, judgement.verdict == REJECT, judgement.who
