"""Mandates: an enterprise lets an organisation see kinds of data of it for one purpose and a time, and withdraws it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from huoju.core.errors import Forbidden, HuojuError, NothingFound
from huoju.services.actions import CLASSES
from huoju.services.clock import now
from huoju.services.home import Home
from huoju.services.looking import allowed, look, note
from huoju.services.who import PURPOSES, Who
from huoju.services.words import words_in

TEXT_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Consent:
    """One mandate as it stands; ``state`` is live, ended, withdrawn or to-come."""

    number: str
    entity: str
    grantee: str
    purpose: str
    classes: tuple[str, ...]
    valid_from: date
    valid_to: date
    granted_at: datetime
    withdrawn_at: datetime | None
    state: str


def grant_mandate(
    *,
    home: Home,
    who: Who,
    grantee: str,
    purpose: str,
    classes: Collection[str],
    valid_to: date,
    valid_from: date | None = None,
    entity: str = "",
    letter: Path | None = None,
) -> Consent:
    """Keep that an enterprise lets ``grantee`` see ``classes`` of it for ``purpose``, to the end of ``valid_to``.

    The enterprise grants for itself; a zone's officer may bring the letter that ``entity`` signed, whose hash is kept.
    Raises ``HuojuError`` for classes, a purpose or days that make no sense, ``NothingFound`` for no such organisation.
    """
    from huoju.desk.models import Mandate, Organisation
    from huoju.desk.opening import transaction

    del home  # opened: the desk is its
    act = "bring-letter" if who.kind == "zone" else "grant-mandate"
    allowed(who, act)
    of = who.entity or entity
    today = now().date()
    begins = valid_from or today
    _check(of, purpose, classes, begins, valid_to, today, needs_letter=who.kind == "zone" and letter is None)
    with transaction():
        bank = Organisation.objects.filter(code=grantee).first()
        if bank is None or bank.kind != Organisation.Kind.BANK:
            raise NothingFound(f"No bank {grantee}.", code="grantee-unknown", data={"grantee": grantee})
        row = Mandate.objects.create(
            number=f"M{today:%Y%m%d}-{secrets.token_hex(4)}",
            entity=of,
            grantee=bank,
            purpose=purpose,
            classes=sorted(classes),
            valid_from=begins,
            valid_to=valid_to,
            text_version=TEXT_VERSION,
            text_sha256=hashlib.sha256(consent_text().encode()).hexdigest(),
            signer=who.account,
            evidence_sha256=hashlib.sha256(letter.read_bytes()).hexdigest() if letter is not None else "",
            granted_at=now(),
        )
        note(who, act, [of], mandates={of: row.number}, details={"grantee": grantee, "classes": sorted(classes)})
    return _consent(row, today)


def withdraw_mandate(*, home: Home, who: Who, number: str) -> Consent:
    """End a mandate at once, everywhere; what was delivered before stays delivered. Withdrawing twice changes nothing.

    Raises ``NothingFound`` where there is no such mandate of the enterprise.
    """
    from huoju.desk.models import Mandate
    from huoju.desk.opening import transaction

    del home
    allowed(who, "withdraw-mandate")
    with transaction():
        row = Mandate.objects.select_related("grantee").filter(number=number).first()
        if row is None or (who.kind != "zone" and row.entity != who.entity):
            raise NothingFound(f"No mandate {number}.", code="mandate-unknown", data={"number": number})
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = now(), who.account
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])
            note(who, "withdraw-mandate", [row.entity], mandates={row.entity: number})
    return _consent(row, now().date())


def list_mandates(*, home: Home, who: Who) -> tuple[Consent, ...]:
    """Return the mandates that concern whoever asks, the latest first: a zone's and an auditor's are all."""
    from huoju.desk.models import Mandate

    del home
    begun = look(who, "read-mandates")
    rows = Mandate.objects.select_related("grantee").order_by("-granted_at", "-id")
    if who.kind == "enterprise":
        rows = rows.filter(entity=who.entity)
    elif who.kind == "bank":
        rows = rows.filter(grantee__code=who.organisation)
    found = tuple(_consent(row, now().date()) for row in rows)
    return begun.give(found, mandates=len(found))


def consent_text() -> str:
    """Return the text that an enterprise agrees to, in both languages, as it is hashed."""
    return "\n\n".join(words_in(language).say("mandate.text") for language in ("zh", "en"))


def _check(
    of: str, purpose: str, classes: Collection[str], begins: date, ends: date, today: date, *, needs_letter: bool
) -> None:
    if not of:
        raise HuojuError("Whose mandate?", code="mandate-of-nobody")
    if needs_letter:
        raise Forbidden("A zone brings a signed letter.", code="letter-needed")
    if purpose not in PURPOSES:
        data = {"purpose": purpose, "known": ", ".join(PURPOSES)}
        raise HuojuError(f"{purpose} is no purpose.", code="purpose-unknown", data=data)
    odd = sorted(set(classes) - set(CLASSES))
    if odd or not classes:
        data = {"classes": ", ".join(odd) or "—", "known": ", ".join(CLASSES)}
        raise HuojuError(f"{odd} are no classes.", code="classes-unknown", data=data)
    if ends < begins or ends < today:
        raise HuojuError(f"{begins} to {ends}.", code="mandate-days", data={"begins": begins, "ends": ends})


def _consent(row: object, today: date) -> Consent:
    from huoju.desk.models import Mandate

    assert isinstance(row, Mandate)
    if row.withdrawn_at is not None:
        state = "withdrawn"
    else:
        state = "ended" if row.valid_to < today else "to-come" if row.valid_from > today else "live"
    return Consent(
        number=row.number,
        entity=row.entity,
        grantee=row.grantee.code,
        purpose=row.purpose,
        classes=tuple(row.classes),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        granted_at=row.granted_at,
        withdrawn_at=row.withdrawn_at,
        state=state,
    )
