"""Who asks: an account, for an organisation, for a purpose. Every service takes one; the doors only fill it in."""

from __future__ import annotations

from dataclasses import dataclass

from huoju.core.errors import Forbidden

OWNER, ZONE, ZONE_SERVICE = "owner", "zone", "zone_service"
PURPOSES = (ZONE_SERVICE, "credit", "after_loan", "qualification", "matching", "own_record", "audit", "operation")


@dataclass(frozen=True, slots=True)
class Who:
    """An account that acts for an organisation of some kind in some roles, for one purpose.

    ``entity`` is the enterprise's id in the record where the organisation is an enterprise, else empty.
    """

    account: str
    organisation: str
    kind: str
    roles: frozenset[str]
    purpose: str
    entity: str = ""


def owner() -> Who:
    """Return the owner of the home: zone director and operator on their own machine."""
    return Who(OWNER, ZONE, "zone", frozenset({"zone_director", "operator"}), ZONE_SERVICE)


def acting_as(account: str, purpose: str = "", organisation: str = "") -> Who:
    """Return ``account`` of the open home as it stands now, for ``purpose``, else for its kind's usual one.

    Raises ``Forbidden`` for an account that is closed or unknown, or a purpose that is none.
    """
    from huoju.desk.accounts import standing_of

    standing = standing_of(account, organisation)
    if standing is None:
        raise Forbidden(f"{account} acts for nobody.", code="account-unknown", data={"account": account})
    meant = purpose or _USUAL[standing.kind]
    if meant not in PURPOSES:
        raise Forbidden(
            f"{meant} is no purpose.", code="purpose-unknown", data={"purpose": meant, "known": ", ".join(PURPOSES)}
        )
    return Who(account, standing.organisation, standing.kind, standing.roles, meant, standing.entity)


_USUAL = {"zone": ZONE_SERVICE, "bank": "credit", "enterprise": "own_record", "audit": "audit"}
