"""Judging links: a person says that two subjects are one enterprise, or are not, and may take it back."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from huoju.core.errors import HuojuError, NothingFound
from huoju.fusion.judgements import ACCEPT, REJECT, Judgement
from huoju.fusion.names import fold
from huoju.fusion.parsing import parse_names
from huoju.services.clock import day_of
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import allowed, look, note

LONGEST_REASON = 255  # characters of a reason that are kept
_NAMES = ("legal_name", "name_as_delivered")


def judge_link(
    *, home: Home, who: Who, enterprise: str, subject: str, is_same: bool, at: datetime, why: str = ""
) -> Judgement:
    """Keep that ``subject`` is, or is not, ``enterprise``, both as deliveries name them, and why; return what was kept.

    It counts from its day on and wins over the model. Raises ``HuojuError`` where one is a branch and the other is
    not, or another one: a branch is never one with its parent, whoever says so.
    """
    from huoju.desk.models import LinkJudgement
    from huoju.desk.opening import transaction

    allowed(who, "judge-link")
    pair = {"left": enterprise, "right": subject}
    if enterprise == subject:
        raise HuojuError(f"{enterprise} is itself.", code="judgement-self", data=pair)
    if is_same and len({_branch(home, enterprise), _branch(home, subject)}) > 1:
        raise HuojuError(f"{enterprise} and {subject}: a branch.", code="judgement-across-branch", data=pair)
    verdict = ACCEPT if is_same else REJECT
    with transaction():
        LinkJudgement.objects.create(
            left_id=enterprise, right_id=subject, verdict=verdict, who=who.account, at=at, why=why[:LONGEST_REASON]
        )
        note(who, "judge-link", [enterprise, subject], details={"verdict": verdict})
    return Judgement(enterprise, subject, verdict, who.account, at, why=why[:LONGEST_REASON])


def undo_judgement(*, home: Home, who: Who, enterprise: str, subject: str, at: datetime, why: str = "") -> int:
    """Undo every standing judgement on a pair and return how many there were; they stay on record.

    Raises ``NothingFound`` where there is none.
    """
    from huoju.desk.models import LinkJudgement
    from huoju.desk.opening import transaction

    del home  # opened: the desk is its
    allowed(who, "judge-link")
    with transaction():
        standing = LinkJudgement.objects.filter(left_id=enterprise, right_id=subject, undone_at=None)
        undone = standing.update(undone_by=who.account, undone_at=at, undone_why=why[:LONGEST_REASON])
        note(who, "judge-link", [enterprise, subject], details={"undone": undone})
    if not undone:
        data = {"left": enterprise, "right": subject}
        raise NothingFound("No judgement to undo.", code="judgement-unknown", data=data)
    return undone


def judgements_of(*, home: Home, who: Who, as_of: date | None = None) -> tuple[Judgement, ...]:
    """Return the judgements of a home, the earliest first; with ``as_of``, as they stood at the close of that day."""
    from huoju.desk.models import LinkJudgement

    del home
    begun = look(who, "read-links")
    found = []
    for row in LinkJudgement.objects.order_by("at", "id"):
        if as_of is not None and day_of(row.at) > as_of:
            continue
        undone_at = row.undone_at
        if undone_at is not None and as_of is not None and day_of(undone_at) > as_of:
            undone_at = None
        undone_by, undone_why = (row.undone_by, row.undone_why) if undone_at is not None else (None, "")
        pair = row.left_id, row.right_id, row.verdict
        found.append(Judgement(*pair, row.who, row.at, undone_by, undone_at, row.why, undone_why))
    return begun.give(tuple(found), {one.left_id for one in found})


def _branch(home: Home, entity: str) -> str:
    """Return the branch part of a subject's name; empty where it is none, or has no name."""
    facts = store_of(home).facts(variables=_NAMES, entities=[entity])
    names = sorted({fold(text) for text in facts["text"].to_pylist() if text is not None})
    return next((b for b in parse_names(pa.array(names, pa.string()))["branch"].to_pylist() if b), "")
