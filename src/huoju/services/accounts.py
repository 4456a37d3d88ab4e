"""Accounts and organisations: who may act for whom, kept by an operator."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from huoju.core.errors import HuojuError, NothingFound
from huoju.services import actions
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, store_of
from huoju.services.looking import allowed, look, note
from huoju.services.panels import day_or_latest, panel_at
from huoju.services.who import Who

_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
ROLES_OF = {
    "zone": (actions.OFFICER, actions.DIRECTOR, actions.OPERATOR),
    "bank": (actions.BANK, actions.APPROVER),
    "enterprise": (actions.ENTERPRISE,),
    "audit": (actions.AUDITOR,),
}


@dataclass(frozen=True, slots=True)
class Acting:
    """An account with the roles in which it acts for one organisation."""

    account: str
    organisation: str
    roles: tuple[str, ...]


def add_organisation(*, home: Home, who: Who, code: str, kind: str, name: str, enterprise: str = "") -> str:
    """Keep an organisation and return its code; of an enterprise, which one it is in the record.

    Raises ``HuojuError`` for a code that is taken or malformed, a kind that is none, an enterprise where none belongs.
    """
    from huoju.desk import accounts
    from huoju.desk.opening import transaction

    allowed(who, "add-account")
    if kind not in ROLES_OF:
        data = {"kind": kind, "known": ", ".join(ROLES_OF)}
        raise HuojuError(f"{kind} is no kind.", code="organisation-kind-unknown", data=data)
    if not _CODE.fullmatch(code):
        raise HuojuError(f"{code} is no code.", code="organisation-code-malformed", data={"code": code})
    if (kind == "enterprise") != bool(enterprise):
        raise HuojuError("An enterprise, and nobody else.", code="organisation-needs-enterprise")
    entity = entity_of(home, enterprise) if enterprise else ""
    with transaction():
        if accounts.has_organisation(code):
            raise HuojuError(f"{code} is taken.", code="organisation-exists", data={"code": code})
        accounts.add_organisation(code, kind, name, entity)
        note(who, "add-account", [entity] if entity else [], details={"organisation": code, "kind": kind})
    return code


def add_account(*, home: Home, who: Who, username: str, organisation: str, roles: Collection[str]) -> Acting:
    """Keep an account, or more roles of one, and return how it acts for the organisation.

    Raises ``NothingFound`` for no such organisation, ``HuojuError`` for roles that its kind does not have.
    """
    from huoju.desk import accounts
    from huoju.desk.opening import transaction

    del home
    allowed(who, "add-account")
    with transaction():
        kind = accounts.kind_of(organisation)
        if kind is None:
            data = {"code": organisation}
            raise NothingFound(f"No organisation {organisation}.", code="organisation-unknown", data=data)
        odd = sorted(set(roles) - set(ROLES_OF[kind]))
        if odd or not roles:
            data = {"kind": kind, "roles": ", ".join(odd) or "—", "known": ", ".join(ROLES_OF[kind])}
            raise HuojuError(f"{odd} of {kind}.", code="role-unfit", data=data)
        accounts.add_account(username, organisation, frozenset(roles))
        details = {"account": username, "organisation": organisation, "roles": sorted(roles)}
        note(who, "add-account", details=details)
        standing = accounts.standing_of(username, organisation)
    assert standing is not None
    return Acting(username, organisation, tuple(sorted(standing.roles)))


def list_accounts(*, home: Home, who: Who) -> tuple[Acting, ...]:
    """Return every account with its roles, by name."""
    from huoju.desk import accounts

    del home
    begun = look(who, "read-accounts")
    found = [Acting(name, of, roles) for name, of, roles in accounts.everyone()]
    return begun.give(tuple(found), accounts=len(found))


def entity_of(home: Home, enterprise: str) -> str:
    """Return the entity of an enterprise of the home by code, identifier or name. Raises ``NothingFound``."""
    store = store_of(home)
    panel = panel_at(store, day_or_latest(store, None))
    return panel.entities[find_enterprise(panel, enterprise)]
