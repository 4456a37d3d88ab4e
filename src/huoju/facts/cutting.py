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
from huoju.core.fact import FACT_SCHEMA, EntityId
from huoju.core.panel import Column, ColumnKey, Panel
from huoju.core.period import Period
from huoju.core.variable import event_kinds, variables
from huoju.facts.believing import Belief, Identity, believed, ranked
from huoju.facts.cache import kept, key_of, table_hash
from huoju.facts.engine import Engine
from huoju.facts.happening import INVOICES, events_at, subjects_at
from huoju.facts.lateness import late_sources
from huoju.facts.store import DELIVERED_FACT, FactStore
from huoju.facts.summaries import Happened, summarise

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

        summaries = kept(store.cache, key, added_up)
        events = {kind: _fetch_events(engine, kind, table, entities) for kind, table in light.items()}
        findings = late_sources(engine, store, as_of, rhythms or {})
    finally:
        engine.close()
    columns, facts = pivot([summaries, _without_wordings(claims).select(FACT_SCHEMA.names)], entities)
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
    return {kind: engine.keep(table) for kind, table in found if table is not None}


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


def pivot(tables: list[pa.Table], entities: tuple[EntityId, ...]) -> tuple[Mapping[ColumnKey, Column], pa.Table]:
    """Return a column for each variable and period, and the facts that the columns point to, in one order.

    Where two tables speak of the same cell, the earlier table does.
    """
    facts = _one_each_cell(tables, entities)
    names = facts["variable"].combine_chunks().dictionary_encode()
    days = [facts[name].cast(pa.int32()).combine_chunks().to_numpy(zero_copy_only=False) for name in ("start", "end")]
    codes = names.indices.to_numpy(zero_copy_only=False)
    change = np.flatnonzero((np.diff(codes) != 0) | (np.diff(days[0]) != 0) | (np.diff(days[1]) != 0)) + 1
    bounds = [0, *change.tolist(), len(facts)] if len(facts) else [0]
    rows = facts["place"].combine_chunks().to_numpy(zero_copy_only=False)
    number = facts["number"].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
    dictionary = names.dictionary.to_pylist()
    columns: dict[ColumnKey, Column] = {}
    for first, last in pairwise(bounds):
        name = dictionary[codes[first]]
        is_text = variables()[name].dtype == "text"
        column = Column.unknown(len(entities), text=is_text)
        at = rows[first:last]
        column.values[at] = facts["text"].slice(first, last - first).to_pylist() if is_text else number[first:last]
        column.known[at] = True
        column.facts[at] = np.arange(first, last)
        columns[name, Period(_day(days[0][first]), _day(days[1][first]))] = column
    return MappingProxyType(columns), facts.select(FACT_SCHEMA.names).combine_chunks()


def _one_each_cell(tables: list[pa.Table], entities: tuple[EntityId, ...]) -> pa.Table:
    """Return the facts about ``entities`` with their ``place``, one for each variable, period and entity, sorted."""
    marked = [table.append_column("table", pa.array(np.full(len(table), i))) for i, table in enumerate(tables)]
    facts = pa.concat_tables(marked)
    place = pc.index_in(facts["entity"], value_set=pa.array(entities, pa.string()))
    facts = facts.append_column("place", place).filter(place.is_valid())
    cell = ("variable", "start", "end", "place")
    facts = facts.sort_by([(name, "ascending") for name in (*cell, "table")]).combine_chunks()
    if len(facts) < 2:
        return facts
    earlier, later = facts.slice(0, len(facts) - 1), facts.slice(1)
    repeats = np.ones(len(facts) - 1, dtype=bool)
    for name in cell:
        repeats &= pc.equal(earlier[name], later[name]).to_numpy()
    return facts.filter(pa.array(np.concatenate([[True], ~repeats])))


def _day(days: int) -> date:
    return _EPOCH + timedelta(days=int(days))
