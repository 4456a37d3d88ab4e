"""Reports as the desk keeps them: which were given, about whom and to whom."""

from __future__ import annotations

from datetime import date, datetime

from huoju.desk.models import Report


def keep(
    *,
    number: str,
    entity: str,
    account: str,
    organisation: str,
    purpose: str,
    as_of: date,
    made_at: datetime,
    file: str,
    sha256: str,
    ledger: int,
) -> None:
    """Keep that a report was given; in the transaction of whoever gives it."""
    Report.objects.create(
        number=number,
        entity=entity,
        account=account,
        organisation=organisation,
        purpose=purpose,
        as_of=as_of,
        made_at=made_at,
        file=file,
        sha256=sha256,
        ledger=ledger,
    )


def given(number: str) -> Report | None:
    """Return the report of a number; None where none was given."""
    return Report.objects.filter(number=number).first()
