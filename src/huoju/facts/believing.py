"""Whose claim is believed, and who is whom: links and the order of belief, applied as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.link import LINK_SCHEMA
from huoju.core.variable import variables
from huoju.facts.engine import Engine, winners

LAST_RANK = 1_000_000  # of a source that the order of belief does not name
CLAIM = ("entity", "variable", "start", "end")


@dataclass(frozen=True, slots=True)
class Belief:
    """Whose claim is believed: ``links`` of ``LINK_SCHEMA``; for each variable its sources, the first before others.

    ``criteria`` are what is asked first, of ``legal_source``, ``freshness`` and ``completeness``; a variable without
    is believed by freshness and then by source.
    """

    links: pa.Table
    order: Mapping[str, tuple[str, ...]]
    criteria: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def plain(cls) -> Belief:
        """Return the belief in which every subject is who it says and the latest claim wins."""
        return cls(LINK_SCHEMA.empty_table(), MappingProxyType({}))

    def legal_first(self) -> list[str]:
        """Return the variables of which a legal source is believed before a fresher claim."""
        return sorted(name for name, criteria in self.criteria.items() if criteria[:1] == ("legal_source",))

    def heard_alone(self) -> list[str]:
        """Return those of them that simply hold: once a named source has spoken, no other is heard."""
        return [name for name in self.legal_first() if variables()[name].rhythm == "none"]

    def by_completeness(self) -> list[str]:
        """Return the variables of which a record that says more is believed before one that says less."""
        return sorted(name for name, criteria in self.criteria.items() if "completeness" in criteria)


class Identity:
    """Who is whom at ``as_of``: the links already known then, for each subject the one known last.

    Of links known on one day the likelier counts, then the first by name, so the order of links is no matter.
    """

    def __init__(self, engine: Engine, links: pa.Table, as_of: date) -> None:
        known = links.filter(pc.less_equal(links["known"], pa.scalar(as_of, pa.date32())))
        branch = known.filter(pc.equal(known["relation"], "branch_of"))
        self.branches: frozenset[str] = frozenset(branch["entity"].to_pylist())
        self.same = _one_each(known.filter(pc.equal(known["relation"], "same_as")))
        self._same = engine.small(self.same) if len(self.same) else None

    def apply(self, table: ir.Table, column: str) -> ir.Table:
        """Return the table with ``column`` naming canonical entities."""
        if self._same is None:
            return table
        joined = table.left_join(self._same, table[column] == self._same["alias"])
        canonical = ibis.coalesce(joined["canonical"], joined[column])
        return joined.mutate(**{column: canonical}).drop("alias", "canonical")

    def aliases(self, entity: str) -> list[str]:
        """Return every name that stands for an entity, its own among them."""
        mine = self.same.filter(pc.equal(self.same["canonical"], entity))["alias"].to_pylist()
        return sorted({entity, *mine})


def ranked(engine: Engine, table: ir.Table, belief: Belief) -> ir.Table:
    """Return claims with ``rank``, the place of their source in the variable's order, and ``complete``.

    ``complete`` is how many claims the record made, where the variable asks for that; else 0.
    """
    ranks = [(v, s, place) for v, sources in sorted(belief.order.items()) for place, s in enumerate(sources)]
    names = ["of_variable", "of_source", "rank"]
    schema = pa.schema([(names[0], pa.string()), (names[1], pa.string()), (names[2], pa.int64())])
    places = engine.small(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in ranks], schema))
    joined = table.left_join(
        places, [table["variable"] == places["of_variable"], table["source"] == places["of_source"]]
    )
    placed = joined.mutate(rank=ibis.coalesce(joined["rank"], LAST_RANK)).drop(*names[:2])
    return _completed(table, placed, belief.by_completeness())


def _completed(table: ir.Table, placed: ir.Table, asked: list[str]) -> ir.Table:
    if not asked:
        return placed.mutate(complete=ibis.literal(0, "int64"))
    wanted = table.filter(table["variable"].isin(asked))
    keys = wanted.select(of_delivery=wanted["delivery"], of_record=wanted["record"]).distinct()
    among = [table["delivery"] == keys["of_delivery"], table["record"] == keys["of_record"]]
    mine = table.semi_join(keys, among)
    said = mine.group_by(of_delivery=mine["delivery"], of_record=mine["record"]).aggregate(complete=mine.count())
    same = [placed["delivery"] == said["of_delivery"], placed["record"] == said["of_record"]]
    joined = placed.left_join(said, same)
    counts = ibis.ifelse(joined["variable"].isin(asked), ibis.coalesce(joined["complete"], 0), 0)
    return joined.mutate(complete=counts.cast("int64")).drop("of_delivery", "of_record")


def believed(table: ir.Table, belief: Belief) -> ir.Table:
    """Return of ranked claims about the same entity, variable and period the one that is believed.

    By the variable's criteria; without any the latest known, then the first source in its order; then the more
    complete record, then by source, delivery and record.
    """
    legal = belief.legal_first()
    first = ibis.ifelse(table["variable"].isin(legal), table["rank"], 0) if legal else ibis.literal(0)
    heard = _heard(table.mutate(first=first), belief.heard_alone())
    order = [
        "first",
        ibis.desc("known"),
        "rank",
        ibis.desc("complete"),
        "source",
        "delivery",
        "record",
        "text",
        "number",
    ]
    return winners(heard, CLAIM, order).drop("first")


def _heard(table: ir.Table, alone: list[str]) -> ir.Table:
    """Return claims without those that are not heard since a source of higher standing has spoken."""
    if not alone:
        return table
    mine = table.filter(table["variable"].isin(alone))
    best = mine.group_by(of_entity=mine["entity"], of_variable=mine["variable"]).aggregate(best=mine["rank"].min())
    same = [table["entity"] == best["of_entity"], table["variable"] == best["of_variable"]]
    joined = table.left_join(best, same)
    return joined.filter(joined["best"].isnull() | (joined["rank"] == joined["best"])).drop(
        "of_entity", "of_variable", "best"
    )


def _one_each(same: pa.Table) -> pa.Table:
    """Return one canonical entity for each alias."""
    order = [
        ("entity", "ascending"),
        ("known", "descending"),
        ("probability", "descending"),
        ("canonical", "ascending"),
    ]
    chosen = same.sort_by(order).group_by("entity", use_threads=False).aggregate([("canonical", "first")])
    return pa.table([chosen["entity"], chosen["canonical_first"]], names=["alias", "canonical"])
