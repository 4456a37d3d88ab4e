"""Trace: every claim about one quantity of one enterprise, whence it came, and which one is believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from huoju.core.errors import NothingFound
from huoju.core.variable import Variable, variables
from huoju.facts.believing import Belief
from huoju.facts.explaining import SHOWN, explain
from huoju.fusion.belief import PLAIN
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import belief_at, day_or_latest, panel_at

__all__ = ["SHOWN", "Trace", "trace_variable"]


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a quantity comes from; tables, oldest period first.

    ``believed``: rows of the panel. ``claims``: those of all deliveries, with ``original``, ``record``, ``delivery``,
    and ``won`` and ``why`` (codes under ``trace.why``). For a summary ``events`` is a sample of the ``event_count``
    events behind it, of the kinds that ``kind`` names, and ``spans`` says what they add up to in each period.
    ``criteria`` are what decides, first first; ``sources`` the variable's order; ``change`` the code (under
    ``trace.change``) of what would make another claim believed.
    """

    entity: str
    variable: Variable
    as_of: date
    believed: pa.Table
    claims: pa.Table
    kind: str
    events: pa.Table
    event_count: int
    spans: pa.Table
    criteria: tuple[str, ...]
    sources: tuple[str, ...]
    change: str


def trace_variable(*, home: Home, who: Who, enterprise: str, variable: str, as_of: date | None = None) -> Trace:
    """Return every claim about a variable of an enterprise that was known at the close of ``as_of``.

    Raises ``NothingFound`` for an unknown enterprise or variable.
    """
    if variable not in variables():
        raise NothingFound(
            f"No variable {variable}.",
            code="variable-unknown",
            data={"variable": variable, "known": ", ".join(variables())},
        )
    begun = look(who, "read-facts")
    store = store_of(home)
    day = day_or_latest(store, as_of)
    panel = panel_at(store, day)
    entity = panel.entities[find_enterprise(panel, enterprise, begun.visible())]
    belief = belief_at(store, day)
    found = explain(store, panel, belief, entity, variable)
    told = Trace(
        entity=entity,
        variable=variables()[variable],
        as_of=day,
        believed=found.believed,
        claims=found.claims,
        kind=", ".join(found.kinds),
        events=found.events,
        event_count=found.event_count,
        spans=found.spans,
        criteria=belief.criteria.get(variable, PLAIN),
        sources=belief.order.get(variable, ()),
        change=_change(belief, variable, len(found.claims)),
    )
    return begun.give(told, [entity], variable=variable)


def _change(belief: Belief, variable: str, claims: int) -> str:
    """Return what would change the belief: events for a summary, else what the variable asks first."""
    if not claims:
        return "events"
    if variable in belief.heard_alone():
        return "legal-alone" if belief.order.get(variable) else "freshness"
    if variable in belief.legal_first():
        return "legal-first"
    return "freshness-sources" if belief.order.get(variable) else "freshness"
