"""Accounts as the desk keeps them: who may act for which organisation, in which roles."""

from __future__ import annotations

from dataclasses import dataclass

from huoju.desk.models import Account, Membership, Organisation


@dataclass(frozen=True, slots=True)
class Standing:
    """In which roles an account acts for an organisation; ``entity`` where that is an enterprise."""

    account: str
    organisation: str
    kind: str
    entity: str
    roles: frozenset[str]


def standing_of(account: str, organisation: str = "") -> Standing | None:
    """Return how an account stands; without ``organisation`` for the one that it joined first; None where it doesn't.

    An account that is closed acts for nobody.
    """
    rows = Membership.objects.filter(account__username=account, account__is_active=True).select_related("organisation")
    if organisation:
        rows = rows.filter(organisation__code=organisation)
    found = list(rows.order_by("id"))
    if not found:
        return None
    of = found[0].organisation
    roles = frozenset(row.role for row in found if row.organisation_id == of.pk)
    return Standing(account, of.code, of.kind, of.entity, roles)


def add_organisation(code: str, kind: str, name: str, entity: str = "") -> None:
    """Keep an organisation. Raises ``IntegrityError`` where the code is taken or an enterprise has no entity."""
    Organisation.objects.create(code=code, kind=kind, name=name, entity=entity)


def add_account(username: str, organisation: str, roles: frozenset[str], password: str | None = None) -> None:
    """Keep an account in roles of an organisation; without a password it can't sign in, only act on the machine."""
    account = Account.objects.filter(username=username).first() or Account(username=username)
    if account.pk is None:
        account.set_password(password)
        account.save()
    of = Organisation.objects.get(code=organisation)
    for role in sorted(roles):
        Membership.objects.get_or_create(account=account, organisation=of, role=role)


def has_organisation(code: str) -> bool:
    """Return whether the code is taken."""
    return Organisation.objects.filter(code=code).exists()


def kind_of(code: str) -> str | None:
    """Return the kind of an organisation; None where there is none."""
    return Organisation.objects.filter(code=code).values_list("kind", flat=True).first()


def everyone() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return every open account with an organisation and its roles there, by name."""
    found: dict[tuple[str, str], list[str]] = {}
    rows = Membership.objects.filter(account__is_active=True).select_related("account", "organisation")
    for row in rows.order_by("account__username", "organisation__code", "role"):
        found.setdefault((row.account.username, row.organisation.code), []).append(row.role)
    return [(name, of, tuple(roles)) for (name, of), roles in found.items()]
