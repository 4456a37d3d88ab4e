"""Cutting a panel: who was known, what was claimed of them, and which claim is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from huoju.core.link import LINK_SCHEMA
from huoju.core.panel import Column, ColumnKey, Panel
from huoju.core.period import Period
from huoju.core.variable import event_kinds, variables
from huoju.facts.engine import Engine, winners
from huoju.facts.store import DELIVERED_FACT, FactStore
from huoju.facts.summaries import Happened, summarise

_EPOCH = date(1970, 1, 1)
WORDINGS = ("name_as_delivered", "uscc_as_delivered")
INVOICES = ("sales_invoice", "purchase_invoice")  # too many to carry along; their summaries stand for them


@dataclass(frozen=True, slots=True)
class Belief:
    """Whose claim is believed: ``links`` of ``LINK_SCHEMA``; for each variable its sources, the first before others."""

    links: pa.Table
    order: Mapping[str, tuple[str, ...]]

    @classmethod
    def plain(cls) -> Belief:
        """Return the belief in which every subject is who it says and the latest claim wins."""
        return cls(LINK_SCHEMA.empty_table(), MappingProxyType({}))


def cut_panel(store: FactStore, as_of: date, belief: Belief) -> Panel:
    """Return what was known at the close of ``as_of``.

    The same deliveries in any order give the same panel. A fact, event or link that became known later
    changes nothing. Branches are kept apart from their parents and are no enterprises of their own here.
    """
    engine = Engine()
    try:
        identity = _Identity(engine, belief.links, as_of)
        claims = _believed(engine, store, as_of, belief, identity)
        happened = Happened(
            as_of,
            {k: t for k in event_kinds() if (t := _events(engine, store, k, as_of, identity)) is not None},
            engine,
        )
        entities = _population(claims, happened, identity)
        summaries = summarise(happened, entities)
        events = {k: _fetch_events(engine, k, t, entities) for k, t in happened.tables.items() if k not in INVOICES}
    finally:
        engine.close()
    facts = pa.concat_tables([_without_wordings(claims).select(FACT_SCHEMA.names), summaries])
    columns, facts = _pivot(facts, entities)
    return Panel(as_of, entities, columns, facts, (), MappingProxyType(events))


class _Identity:
    """Who is whom at ``as_of``: the links already known then."""

    def __init__(self, engine: Engine, links: pa.Table, as_of: date) -> None:
        known = links.filter(pc.less_equal(links["known"], pa.scalar(as_of, pa.date32())))
        same = known.filter(pc.equal(known["relation"], "same_as")).select(["entity", "canonical"])
        branch = known.filter(pc.equal(known["relation"], "branch_of"))
        self.branches = pc.unique(branch["entity"])
        self._same = engine.small(same.rename_columns(["alias", "canonical"])) if len(same) else None

    def apply(self, table: ir.Table, column: str) -> ir.Table:
        """Return the table with ``column`` naming canonical entities."""
        if self._same is None:
            return table
        joined = table.left_join(self._same, table[column] == self._same["alias"])
        canonical = ibis.coalesce(joined["canonical"], joined[column])
        return joined.mutate(**{column: canonical}).drop("alias", "canonical")


def _believed(engine: Engine, store: FactStore, as_of: date, belief: Belief, identity: _Identity) -> pa.Table:
    if not store.shas:
        return DELIVERED_FACT.empty_table()
    table = engine.read(store.fact_files())
    table = identity.apply(table.filter(table["known"] <= ibis.literal(as_of)), "entity")
    ranks = [(v, s, place) for v, sources in sorted(belief.order.items()) for place, s in enumerate(sources)]
    columns = (
        [pa.array(list(c)) for c in zip(*ranks, strict=True)]
        if ranks
        else [pa.array([], pa.string())] * 2 + [pa.array([], pa.int64())]
    )
    order = engine.small(pa.table(columns, names=["of_variable", "of_source", "rank"]))
    table = table.left_join(order, [table["variable"] == order["of_variable"], table["source"] == order["of_source"]])
    table = table.mutate(rank=ibis.coalesce(table["rank"], 1_000_000))
    best = winners(
        table,
        ["entity", "variable", "start", "end"],
        [ibis.desc("known"), "rank", "source", "delivery", "record", "text", "number"],
    )
    sort = ["variable", "start", "end", "entity"]
    return engine.fetch(best.order_by(sort)).select(DELIVERED_FACT.names).cast(DELIVERED_FACT)


def _events(engine: Engine, store: FactStore, kind: str, as_of: date, identity: _Identity) -> ir.Table | None:
    table = store.events(kind, engine)
    if table is None:
        return None
    table = table.filter(table["known"] <= ibis.literal(as_of))
    table = identity.apply(identity.apply(table, "entity"), "other")
    last = winners(table, ["entity", "key"], [ibis.desc("known"), "source", "delivery", "record"])
    return engine.keep(last)


def _population(claims: pa.Table, happened: Happened, identity: _Identity) -> tuple[EntityId, ...]:
    """Return who the enterprises are: those a register names, else those any list names, else all subjects."""
    for variable in ("legal_name", "name_as_delivered"):
        named = pc.unique(claims.filter(pc.equal(claims["variable"], variable))["entity"])
        if len(named):
            break
    else:
        named = pa.array(sorted(happened.subjects()), pa.string())
    branches = set(identity.branches.to_pylist())
    return tuple(EntityId(entity) for entity in sorted(named.to_pylist()) if entity not in branches)


def _without_wordings(claims: pa.Table) -> pa.Table:
    """Return the claims without how deliveries call their subjects, where a register names them."""
    if not pc.any(pc.equal(claims["variable"], "legal_name")).as_py():
        return claims
    return claims.filter(pc.invert(pc.is_in(claims["variable"], value_set=pa.array(WORDINGS))))


def _fetch_events(engine: Engine, kind: str, table: ir.Table, entities: tuple[EntityId, ...]) -> pa.Table:
    schema = event_schema(kind)
    rows = engine.fetch(table.order_by(["entity", "at", "key"])).select(schema.names).cast(schema)
    return rows.filter(pc.is_in(rows["entity"], value_set=pa.array(entities, pa.string())))


def _pivot(facts: pa.Table, entities: tuple[EntityId, ...]) -> tuple[Mapping[ColumnKey, Column], pa.Table]:
    """Return a column for each variable and period, and the facts that the columns point to, in one order."""
    place = pc.index_in(facts["entity"], value_set=pa.array(entities, pa.string()))
    facts = facts.append_column("place", place).filter(place.is_valid())
    facts = facts.sort_by([(name, "ascending") for name in ("variable", "start", "end", "entity")])
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


def _day(days: int) -> date:
    return _EPOCH + timedelta(days=int(days))
