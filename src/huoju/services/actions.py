"""What can be done, by whom: every service names its action here, and one that names none fails the tests.

A zone's people see every enterprise of their home, an enterprise itself, a bank whoever gave it a live mandate for the
purpose it states and the classes of data that the action shows. Auditors and operators see no enterprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

OFFICER, DIRECTOR = "zone_officer", "zone_director"
BANK, APPROVER = "bank_officer", "bank_approver"
ENTERPRISE, AUDITOR, OPERATOR = "enterprise", "auditor", "operator"
ROLES = (OFFICER, DIRECTOR, BANK, APPROVER, ENTERPRISE, AUDITOR, OPERATOR)
CLASSES = ("register", "operations", "finance", "credit", "ratings")

_ZONE = frozenset({OFFICER, DIRECTOR})
_SEEING = _ZONE | {BANK, APPROVER, ENTERPRISE}
_EVERYONE = frozenset(ROLES)


@dataclass(frozen=True, slots=True)
class Action:
    """Who may do it; ``classes`` are the kinds of enterprise data it shows: none, where it shows no enterprise."""

    roles: frozenset[str]
    classes: tuple[str, ...] = ()


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "read-scores": Action(_SEEING, ("credit",)),
        "read-profile": Action(_SEEING, ("register", "operations", "finance", "credit")),
        "advise": Action(_SEEING, ("credit",)),
        "lend": Action(_ZONE, CLASSES),
        "monitor": Action(_ZONE, CLASSES),
        "write-report": Action(_SEEING, ("register", "operations", "finance", "credit")),
        "read-facts": Action(_SEEING, ("register", "operations", "finance")),
        "read-ratings": Action(_SEEING, ("ratings",)),
        "read-zone-rating": Action(_ZONE, ("ratings",)),
        "export-panel": Action(_ZONE, CLASSES),
        "resolve-name": Action(_ZONE, ("register",)),
        "read-links": Action(_ZONE, ("register",)),
        "judge-link": Action(_ZONE, ("register",)),
        "import-delivery": Action(_ZONE),
        "undo-delivery": Action(_ZONE),
        "read-deliveries": Action(_ZONE | {AUDITOR}),
        "read-findings": Action(_ZONE),
        "import-scheme": Action(frozenset({DIRECTOR})),
        "read-schemes": Action(_EVERYONE),
        "check-home": Action(frozenset({DIRECTOR, OPERATOR})),
        "grant-mandate": Action(frozenset({ENTERPRISE})),
        "bring-letter": Action(_ZONE),
        "withdraw-mandate": Action(frozenset({ENTERPRISE, DIRECTOR})),
        "read-mandates": Action(_SEEING | {AUDITOR}),
        "read-ledger": Action(frozenset({AUDITOR, DIRECTOR})),
        "verify-ledger": Action(frozenset({AUDITOR, DIRECTOR, OPERATOR})),
        "add-account": Action(frozenset({OPERATOR})),
        "read-accounts": Action(frozenset({OPERATOR, AUDITOR})),
    }
)
