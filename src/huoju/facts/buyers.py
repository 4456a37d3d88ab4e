"""Buyers that several enterprises sell to: how much of each one's yearly sales hangs on the same buyer."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.facts.believing import Belief, Identity
from huoju.facts.happening import events_at
from huoju.facts.store import FactStore

SCHEMA = pa.schema([("entity", pa.string()), ("other", pa.string()), ("amount", pa.int64())])


def shared_buyers(store: FactStore, as_of: date, belief: Belief, entities: tuple[EntityId, ...]) -> pa.Table:
    """Return ``entity``, ``other`` and net sales in fen over the twelve months to ``as_of``, sorted.

    Only buyers of two or more of ``entities``, and only where the net amount is positive; voided invoices are left
    out, red-letter ones netted. Empty where no sales invoices were delivered: then nothing is known of buyers.
    """
    engine = store.engine()
    try:
        sales = events_at(engine, store, "sales_invoice", as_of, Identity(engine, belief.links, as_of))
        if sales is None or not entities:
            return SCHEMA.empty_table()
        year = Period.trailing(as_of, 12)
        sales = sales.filter(
            (sales["voided"] == 0)
            & sales["other"].notnull()
            & (sales["at"] >= ibis.literal(year.start))
            & (sales["at"] < ibis.literal(year.end))
        )
        wanted = engine.small(pa.table({"entity": pa.array(entities, pa.string())}))
        sales = sales.semi_join(wanted, "entity")
        pairs = sales.group_by(["entity", "other"]).aggregate(amount=sales["amount"].sum())
        pairs = engine.keep(pairs.filter(pairs["amount"] > 0))
        counts = pairs.group_by("other").aggregate(sellers=pairs.count())
        shared = pairs.semi_join(counts.filter(counts["sellers"] > 1), "other")
        return engine.fetch(shared, ["other", "entity"]).select(SCHEMA.names).cast(SCHEMA)
    finally:
        engine.close()
