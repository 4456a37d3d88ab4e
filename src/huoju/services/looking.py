"""Looking and acting: one gate that every service goes through, and the entry it leaves in the ledger.

A look is allowed when it begins and again in the transaction that writes its entry, after the answer is made and before
it is given: what is withdrawn in between is not given. A look that can't be noted is not given either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from huoju.core.errors import Forbidden, NothingFound
from huoju.services.actions import ACTIONS, Action
from huoju.services.clock import now
from huoju.services.who import Who

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what may be seen for it; ``give`` ends it."""

    who: Who
    name: str
    action: Action

    def visible(self) -> frozenset[str] | None:
        """Return the enterprises that may be seen now; None for all of the home."""
        return None if self.who.kind == "zone" else frozenset(self.mandates())

    def mandates(self) -> Mapping[str, str]:
        """Return for each enterprise that may be seen the mandate that allows it; empty for one's own record."""
        if self.who.kind == "enterprise":
            return {self.who.entity: ""}
        if self.who.kind == "bank":
            from huoju.desk.mandates import live

            return live(self.who.organisation, self.who.purpose, self.action.classes, now().date())
        return {}

    def give(self, answer: Answer, entities: Iterable[str] = (), **details: object) -> Answer:
        """Return the answer, which shows ``entities``, once the look is in the ledger.

        Raises ``NothingFound`` where one of them may not be seen any more. ``details`` are counts and ids.
        """
        from huoju.desk.opening import transaction

        subjects = sorted(set(entities))
        with transaction():
            mandates, seen = self.mandates(), self.visible()
            for entity in subjects:
                if seen is not None and entity not in seen:
                    raise NothingFound(f"No {entity}.", code="enterprise-out-of-sight", data={"enterprise": entity})
            note(self.who, self.name, subjects, mandates=mandates, details=details)
        return answer


def look(who: Who, name: str) -> Look:
    """Begin a look. Raises ``Forbidden`` where no role of ``who`` may."""
    return Look(who, name, allowed(who, name))


def allowed(who: Who, name: str) -> Action:
    """Return the action, if a role of ``who`` may do it. Raises ``Forbidden`` otherwise."""
    action = ACTIONS[name]
    if not who.roles & action.roles:
        raise Forbidden(
            f"{who.account} may not {name}.",
            code="forbidden",
            data={"account": who.account, "action": name, "roles_that_may": ";".join(sorted(action.roles))},
        )
    return action


def note(
    who: Who,
    name: str,
    subjects: Iterable[str] = (),
    *,
    mandates: Mapping[str, str] | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Write who did what into the ledger, in the transaction of the act.

    One subject is named; many are one entry with their number and the hash of their sorted ids, so that whether a
    given enterprise was among those of a list that is kept can be shown.
    """
    from huoju.desk.ledger import append

    named = sorted(subjects)
    told = dict(details or {})
    if len(named) > 1:
        told |= {"subjects": len(named), "digest": hashlib.sha256("\n".join(named).encode()).hexdigest()}
    one = named[0] if len(named) == 1 else ""
    append(
        at=now(),
        account=who.account,
        organisation=who.organisation,
        action=name,
        purpose=who.purpose,
        subject=one,
        mandate=(mandates or {}).get(one, ""),
        details=told,
    )
