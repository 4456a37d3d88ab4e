"""Mandates as the desk keeps them: which one lets an organisation look, right now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from huoju.desk.models import Mandate


def live(organisation: str, purpose: str, classes: Iterable[str], day: date) -> dict[str, str]:
    """Return the enterprises of whom ``organisation`` may see ``classes`` for ``purpose`` on ``day``: id -> number.

    Of several mandates of one enterprise the latest is named.
    """
    wanted = frozenset(classes)
    rows = standing(day).filter(grantee__code=organisation, purpose=purpose).order_by("granted_at", "id")
    return {row.entity: row.number for row in rows if wanted <= frozenset(row.classes)}


def standing(day: date) -> QuerySet[Mandate]:
    """Return the mandates that live on ``day``: begun, not over, not withdrawn."""
    return Mandate.objects.filter(withdrawn_at=None, valid_from__lte=day, valid_to__gte=day)
