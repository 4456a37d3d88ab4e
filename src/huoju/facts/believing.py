"""Whose claim is believed, and who is whom: links and the order of belief, applied as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.link import LINK_SCHEMA
from huoju.facts.engine import Engine, winners

LAST_RANK = 1_000_000  # of a source that the order of belief does not name
CLAIM = ("entity", "variable", "start", "end")


@dataclass(frozen=True, slots=True)
class Belief:
    """Whose claim is believed: ``links`` of ``LINK_SCHEMA``; for each variable its sources, the first before others."""

    links: pa.Table
    order: Mapping[str, tuple[str, ...]]

    @classmethod
    def plain(cls) -> Belief:
        """Return the belief in which every subject is who it says and the latest claim wins."""
        return cls(LINK_SCHEMA.empty_table(), MappingProxyType({}))


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


def ranked(engine: Engine, table: ir.Table, order: Mapping[str, tuple[str, ...]]) -> ir.Table:
    """Return claims with ``rank``, the place of their source in the variable's order of belief."""
    ranks = [(v, s, place) for v, sources in sorted(order.items()) for place, s in enumerate(sources)]
    names = ["of_variable", "of_source", "rank"]
    schema = pa.schema([(names[0], pa.string()), (names[1], pa.string()), (names[2], pa.int64())])
    places = engine.small(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in ranks], schema))
    joined = table.left_join(
        places, [table["variable"] == places["of_variable"], table["source"] == places["of_source"]]
    )
    return joined.mutate(rank=ibis.coalesce(joined["rank"], LAST_RANK)).drop(*names[:2])


def believed(table: ir.Table) -> ir.Table:
    """Return of ranked claims about the same entity, variable and period the one that is believed.

    The latest known, then the first source in the variable's order, then by source, delivery and record.
    """
    order = [ibis.desc("known"), "rank", "source", "delivery", "record", "text", "number"]
    return winners(table, CLAIM, order)


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
