"""Cutting a panel: who was known, what was claimed of them, and which claim is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.event import event_schema
from huoju.core.fact import EntityId
from huoju.core.panel import Column, ColumnKey, Panel
from huoju.core.period import Period
from huoju.core.variable import event_kinds, variables
from huoju.facts.believing import Belief, Identity, believed, ranked
from huoju.facts.cache import kept, key_of, table_hash
from huoju.facts.coded import Whole, coded, places_of, plain, ranks
from huoju.facts.engine import Engine
from huoju.facts.happening import INVOICES, events_at, subjects_at
from huoju.facts.lateness import late_sources
from huoju.facts.store import DELIVERED_FACT, FactStore
from huoju.facts.summaries import Happened, summarise
from huoju.facts.summaries.invoices import ASKED

__all__ = ["Belief", "cut_panel"]

_EPOCH = date(1970, 1, 1)
WORDINGS = ("name_as_delivered", "uscc_as_delivered")


def cut_panel(store: FactStore, as_of: date, belief: Belief, rhythms: Mapping[str, int] | None = None) -> Panel:
    """Return what was known at the close of ``as_of``.

    The same deliveries in any order give the same panel. A fact, event or link that became known later
    changes nothing. Branches are kept apart from their parents and are no enterprises of their own here.
    With ``rhythms``, days by source, the panel's findings name the sources that are late.
    """
    engine = store.engine()
    try:
        identity = Identity(engine, belief.links, as_of)
        claims = _claims(engine, store, as_of, belief, identity)
        light = _tables(engine, store, as_of, identity, [kind for kind in event_kinds() if kind not in INVOICES])
        entities = _population(engine, store, as_of, claims, identity)

        def key() -> str:
            return key_of("summaries", store.snapshot, store.notes, as_of, table_hash(identity.same), *entities)

        def added_up() -> pa.Table:
            heavy = _tables(engine, store, as_of, identity, INVOICES)
            return summarise(Happened(as_of, {**light, **heavy}, engine), entities).combine_chunks()

        found = coded([kept(store.cache, key, added_up), _without_wordings(claims)])
        events = {kind: _fetch_events(engine, kind, table, entities) for kind, table in light.items()}
        findings = late_sources(engine, store, as_of, rhythms or {})
    finally:
        engine.close()
    pa.default_memory_pool().release_unused()  # adding up took as much again as it gave
    columns, facts = pivot(found, entities)
    return Panel(as_of, entities, columns, facts, findings, MappingProxyType(events))


def _claims(engine: Engine, store: FactStore, as_of: date, belief: Belief, identity: Identity) -> pa.Table:
    if not store.shas:
        return DELIVERED_FACT.empty_table()
    table = engine.read(store.fact_files())
    table = identity.apply(table.filter(table["known"] <= ibis.literal(as_of)), "entity")
    best = believed(ranked(engine, table, belief), belief)
    sort = ["variable", "start", "end", "entity"]
    return engine.fetch(best, sort).select(DELIVERED_FACT.names).cast(DELIVERED_FACT)


def _tables(
    engine: Engine, store: FactStore, as_of: date, identity: Identity, kinds: list[str] | tuple[str, ...]
) -> dict[str, ir.Table]:
    found = ((kind, events_at(engine, store, kind, as_of, identity)) for kind in kinds)
    asked = {kind: table.select(ASKED) if kind in INVOICES else table for kind, table in found if table is not None}
    return {kind: engine.keep(table) for kind, table in asked.items()}


def _population(
    engine: Engine, store: FactStore, as_of: date, claims: pa.Table, identity: Identity
) -> tuple[EntityId, ...]:
    """Return who the enterprises are: those a register names, else those any list names, else all subjects."""
    for variable in ("legal_name", "name_as_delivered"):
        named = set(pc.unique(claims.filter(pc.equal(claims["variable"], variable))["entity"]).to_pylist())
        if named:
            break
    else:
        named = {*claims["entity"].to_pylist(), *subjects_at(engine, store, as_of, identity)}
    return tuple(EntityId(entity) for entity in sorted(named - identity.branches))


def _without_wordings(claims: pa.Table) -> pa.Table:
    """Return the claims without how deliveries call their subjects, where a register names them."""
    if not pc.any(pc.equal(claims["variable"], "legal_name")).as_py():
        return claims
    return claims.filter(pc.invert(pc.is_in(claims["variable"], value_set=pa.array(WORDINGS))))


def _fetch_events(engine: Engine, kind: str, table: ir.Table, entities: tuple[EntityId, ...]) -> pa.Table:
    schema = event_schema(kind)
    rows = engine.fetch(table, ["entity", "at", "key"]).select(schema.names).cast(schema)
    return rows.filter(pc.is_in(rows["entity"], value_set=pa.array(entities, pa.string())))


def pivot(facts: pa.Table, entities: tuple[EntityId, ...]) -> tuple[Mapping[ColumnKey, Column], pa.Table]:
    """Return a column for each variable and period of coded facts, and the facts that the columns point to, in order.

    Where two facts speak of the same cell, the earlier one does.
    """
    cell, rows, keys = _cells(facts, entities)
    believed_ = plain(facts, rows)
    return MappingProxyType(_columns(believed_, cell, keys, len(entities))), believed_


def _cells(facts: pa.Table, entities: tuple[EntityId, ...]) -> tuple[Whole, Whole, list[ColumnKey]]:
    """Return the cells of which facts about ``entities`` speak, rising, the row of each one's fact, and the columns.

    A cell is the place of its column, times how many entities there are, and the place of its entity.
    """
    group, keys = _groups(facts)
    place = places_of(facts["entity"], entities)
    rows = np.flatnonzero(place >= 0)
    cell = group[rows] * len(entities) + place[rows]
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    first = np.ones(len(cell), dtype=bool)
    first[1:] = cell[1:] != cell[:-1]
    return cell[first], rows[order[first]], keys


def _groups(facts: pa.Table) -> tuple[Whole, list[ColumnKey]]:
    """Return the column each coded fact belongs to, ``(n,)``, and the columns, by variable, start and end."""
    start, end = (facts[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("start", "end"))
    names, variable = ranks(facts["variable"])
    spans, span = ranks(pa.chunked_array([(start << 32) + (end + (1 << 31))]))
    group, found = ranks(pa.chunked_array([names * len(span) + spans]))
    keys = []
    for name, place in (divmod(number, len(span)) for number in found.to_pylist()):
        first, last = divmod(span[place].as_py(), 1 << 32)
        keys.append((variable[name].as_py(), Period(_day(first), _day(last - (1 << 31)))))
    return group, keys


def _columns(facts: pa.Table, cell: Whole, keys: list[ColumnKey], count: int) -> dict[ColumnKey, Column]:
    """Return the columns of facts sorted by ``cell``: the place of the column, times ``count``, and of the entity."""
    columns: dict[ColumnKey, Column] = {}
    number = facts["number"].fill_null(0).to_numpy()
    bounds = [0, *(np.flatnonzero(np.diff(cell // max(count, 1))) + 1).tolist(), len(cell)] if len(cell) else [0]
    for first, last in pairwise(bounds):
        key = keys[int(cell[first]) // count]
        is_text = variables()[key[0]].dtype == "text"
        column = Column.unknown(count, text=is_text)
        at = cell[first:last] % count
        column.values[at] = facts["text"].slice(first, last - first).to_pylist() if is_text else number[first:last]
        column.known[at] = True
        column.facts[at] = np.arange(first, last)
        columns[key] = column
    return columns


def _day(days: int) -> date:
    return _EPOCH + timedelta(days=int(days))
