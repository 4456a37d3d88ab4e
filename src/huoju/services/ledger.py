"""The ledger as it is read and checked: entries, the head, and the files that note a head for each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from huoju.services.anchors import anchored, head_of
from huoju.services.home import Home
from huoju.services.looking import allowed, look, note
from huoju.services.who import Who

if TYPE_CHECKING:
    from huoju.desk.ledger import Flaw


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    sequence: int
    at: str
    account: str
    organisation: str
    action: str
    subject: str
    purpose: str
    mandate: str
    details: dict[str, object]
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the ledger found: how long it is, its head, how many noted heads were compared, the flaws."""

    entries: int
    head: str
    compared: int
    flaws: tuple[Flaw, ...]


def read_ledger(*, home: Home, who: Who, subject: str = "", last: int = 50) -> tuple[Line, ...]:
    """Return the last entries, the latest first; with ``subject`` those that name it."""
    from huoju.desk.models import Entry

    del home
    begun = look(who, "read-ledger")
    rows = Entry.objects.order_by("-sequence")
    if subject:
        rows = rows.filter(subject=subject)
    names = Line.__slots__
    found = tuple(Line(**{name: getattr(row, name) for name in names}) for row in rows[:last])
    return begun.give(found, entries=len(found))


def verify_ledger(*, home: Home, who: Who, heads: Iterable[str] = ()) -> Verified:
    """Return what is wrong with the ledger, against ``heads`` as reports print them and the files of the days.

    Raises ``HuojuError`` for a head that is none.
    """
    from huoju.desk.ledger import head, verify
    from huoju.desk.opening import transaction

    allowed(who, "verify-ledger")
    noted = [*(head_of(text) for text in heads), *anchored(home.path)]
    with transaction():
        now_head = head()
        flaws = tuple(verify(noted))
        note(who, "verify-ledger", details={"flaws": len(flaws), "heads": len(noted)})
    return Verified(now_head.sequence, str(now_head), len(noted), flaws)
