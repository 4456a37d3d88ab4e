"""Events as they stood on a day: what was known by then, each once, without what came to light later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from huoju.core.variable import event_kinds
from huoju.facts.believing import Identity
from huoju.facts.engine import Engine, winners
from huoju.facts.store import FactStore
from huoju.facts.summaries.happened import days_of

INVOICES = ("sales_invoice", "purchase_invoice")  # too many to carry along; their summaries stand for them
_IDENTITY = ("entity", "key")
_ORDER = (ibis.desc("known"), "source", "delivery", "record")
# Fields that a later delivery fills in for an event known long before: on an earlier day they were still open.
OPEN_UNTIL = {"patent": "granted_on", "judgment": "ended_on", "penalty": "ended_on", "repayment": "paid_on"}


def events_at(
    engine: Engine, store: FactStore, kind: str, as_of: date, identity: Identity, aliases: Sequence[str] | None = None
) -> ir.Table | None:
    """Return the events of a kind known at the close of ``as_of``, each once; None where none was ever delivered.

    Of rows with the same entity and key the latest known counts, then by source, delivery and record. With
    ``aliases`` only events of these subjects.
    """
    files = store.event_files(kind)
    if not files:
        return None
    table = engine.read(files)
    table = table.filter(table["known"] <= ibis.literal(as_of))
    if aliases is not None:
        table = table.filter(table["entity"].isin(list(aliases)))
    table = identity.apply(identity.apply(table, "entity"), "other")
    if kind in INVOICES and aliases is None:
        return _mostly_alone(engine, table)
    return _as_then(winners(table, _IDENTITY, _ORDER), kind, as_of)


def _mostly_alone(engine: Engine, table: ir.Table) -> ir.Table:
    """Return what ``winners`` does of many rows, few of which replace another: only those that may are sorted.

    A row may where another has the same hash of entity and key; equal hashes of different keys cost time, no more.
    """
    marked = table.mutate(mark=(table["entity"] + "|" + table["key"]).hash())
    counted = marked.group_by("mark").aggregate(rows=marked.count())
    often = engine.keep(counted.filter(counted["rows"] > 1).select("mark"))
    alone = marked.anti_join(often, "mark").select(table.columns)
    return alone.union(winners(marked.semi_join(often, "mark").select(table.columns), _IDENTITY, _ORDER))


def subjects_at(engine: Engine, store: FactStore, as_of: date, identity: Identity) -> set[str]:
    """Return every entity that any event known at ``as_of`` names as its subject."""
    found: set[str] = set()
    for kind in event_kinds():
        if files := store.event_files(kind):
            table = engine.read(files)
            known = table.filter(table["known"] <= ibis.literal(as_of)).select("entity")
            found.update(engine.fetch(identity.apply(known, "entity").distinct())["entity"].to_pylist())
    return found


def _as_then(table: ir.Table, kind: str, as_of: date) -> ir.Table:
    """Return events without ends that lay ahead: a patent granted tomorrow is not granted, nor in force, today."""
    field = OPEN_UNTIL.get(kind)
    if field is None:
        return table
    is_ahead = table[field] > days_of(as_of)
    changed: dict[str, ir.Value] = {field: is_ahead.ifelse(ibis.null("int64"), table[field])}
    if kind == "patent":
        changed["legal_status"] = is_ahead.ifelse(ibis.null("string"), table["legal_status"])
    return table.mutate(**changed)
