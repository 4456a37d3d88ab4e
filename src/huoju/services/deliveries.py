"""Deliveries: what arrived, when and from where, and the withdrawal of one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from huoju.core.errors import NothingFound
from huoju.services.home import Home, Who, lock_file
from huoju.services.locks import held
from huoju.services.looking import allowed, look, note

SHORTEST = 6  # characters of a hash that may name a delivery


@dataclass(frozen=True, slots=True)
class Arrived:
    """One delivery that was brought; ``state`` is accepted, refused or undone, ``why`` the codes of a refusal."""

    sha256: str
    source: str
    file: str
    known: date
    imported_on: date
    who: str
    state: str
    rows: int
    facts: int
    events: int
    aside: int
    why: tuple[str, ...]
    undone_on: date | None
    undone_by: str


def list_deliveries(*, home: Home, who: Who) -> tuple[Arrived, ...]:
    """Return every delivery that was ever brought, the first first; each refusal stands for itself."""
    from huoju.desk.models import Delivery

    begun = look(who, "read-deliveries")
    return begun.give(tuple(_arrived(row) for row in Delivery.objects.order_by("id")))


def undo_delivery(*, home: Home, who: Who, delivery: str, today: date) -> Arrived:
    """Withdraw an accepted delivery, named by the beginning of its hash or by its file, or the database it was read of.

    From then on it is as if it had never come; that it came and was withdrawn, and by whom, stays. The same bytes
    can be imported again. Raises ``NothingFound`` where no accepted delivery is so called, or more than one.
    """
    from huoju.desk.models import Delivery
    from huoju.desk.opening import transaction

    allowed(who, "undo-delivery")
    accepted = Delivery.objects.filter(state="accepted")
    named = [row for row in accepted if _is_called(row.sha256, row.file, delivery)]
    if len(named) != 1:
        code = "delivery-unknown" if not named else "delivery-ambiguous"
        known = ", ".join(f"{row.sha256[:12]} {row.file}" for row in named or accepted.order_by("-id")[:10])
        raise NothingFound(f"Delivery {delivery}: {code}.", code=code, data={"delivery": delivery, "known": known})
    row = named[0]
    with held(lock_file(home, row.sha256)):
        with transaction():
            row.refresh_from_db()
            row.state, row.undone_on, row.undone_by = "undone", today, who.account
            row.save(update_fields=["state", "undone_on", "undone_by"])
            note(who, "undo-delivery", details={"delivery": row.sha256, "rows": row.rows})
        # The row decides; a folder that is left behind is swept at the next start.
        shutil.rmtree(home.deliveries / row.sha256, ignore_errors=True)
    return _arrived(row)


def _is_called(sha256: str, file: str, name: str) -> bool:
    own = PurePath(name).name
    of_table = bool(own) and file.startswith(f"{own}.") and file.endswith(".parquet")
    return file == own or of_table or (len(name) >= SHORTEST and sha256.startswith(name.lower()))


def _arrived(row: object) -> Arrived:
    from huoju.desk.models import Delivery

    assert isinstance(row, Delivery)
    return Arrived(
        sha256=row.sha256,
        source=row.source,
        file=row.file,
        known=row.known,
        imported_on=row.imported_on,
        who=row.who,
        state=row.state,
        rows=row.rows,
        facts=row.facts,
        events=row.events,
        aside=row.aside,
        why=tuple(str(item["code"]) for item in row.why),
        undone_on=row.undone_on,
        undone_by=row.undone_by,
    )
