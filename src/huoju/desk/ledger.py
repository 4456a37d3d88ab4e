"""The ledger: who did or looked at what, when and for what purpose, each entry sealed with the one before.

``hash = SHA-256(previous + canonical JSON of the rest)``; the first ``previous`` is 64 zeros. A chain alone shows an
edit, an insertion, a removal or another order, but not a tail cut off: for that, ``verify`` is given heads that were
noted elsewhere (printed in a report, written to the file of a day).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from huoju.desk.models import Entry

FIRST = "0" * 64
_SEALED = ("sequence", "at", "account", "organisation", "action", "subject", "purpose", "mandate", "details")


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the ledger at a moment: what proves that nothing was cut off since."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the ledger: at which entry, and a code (under ``ledger.flaw`` of the locale)."""

    sequence: int
    code: str


def append(
    *,
    at: datetime,
    account: str,
    organisation: str,
    action: str,
    purpose: str,
    subject: str = "",
    mandate: str = "",
    details: Mapping[str, object] | None = None,
) -> Head:
    """Add an entry and return it as the new head; inside the transaction of the act that it tells of.

    ``details`` hold counts, ids and hashes, no value of anybody. Raises ``RuntimeError`` outside a transaction: an act
    and its entry stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An entry of the ledger is written in the transaction of its act.")
    last = Entry.objects.select_for_update().order_by("-sequence").first()
    entry = Entry(
        sequence=last.sequence + 1 if last else 1,
        at=at.isoformat(timespec="microseconds"),
        account=account,
        organisation=organisation,
        action=action,
        subject=subject,
        purpose=purpose,
        mandate=mandate,
        details=dict(details or {}),
        previous=last.hash if last else FIRST,
    )
    entry.hash = sealed(entry)
    entry.save(force_insert=True)
    return Head(entry.sequence, entry.hash)


def sealed(entry: Entry) -> str:
    """Return the hash that an entry must hold."""
    told = {name: getattr(entry, name) for name in _SEALED}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((entry.previous + text).encode()).hexdigest()


def head() -> Head:
    """Return the head; ``Head(0, FIRST)`` of an empty ledger."""
    last = Entry.objects.order_by("-sequence").first()
    return Head(last.sequence, last.hash) if last else Head(0, FIRST)


def verify(heads: Iterable[Head] = ()) -> Iterator[Flaw]:
    """Give every flaw of the chain, the first first, and every head in ``heads`` that the ledger no longer holds.

    Memory is bounded: entries are read in their order, a few at a time.
    """
    wanted = {head.sequence: head.hash for head in heads if head.sequence}
    previous, expected = FIRST, 1
    for entry in Entry.objects.order_by("sequence").iterator(chunk_size=2_000):
        if entry.sequence != expected:
            yield Flaw(entry.sequence, "gap")
        if entry.previous != previous:
            yield Flaw(entry.sequence, "broken")
        if entry.hash != sealed(entry):
            yield Flaw(entry.sequence, "edited")
        if wanted.pop(entry.sequence, entry.hash) != entry.hash:
            yield Flaw(entry.sequence, "other-head")
        previous, expected = entry.hash, entry.sequence + 1
    for sequence in sorted(wanted):
        yield Flaw(sequence, "cut")
