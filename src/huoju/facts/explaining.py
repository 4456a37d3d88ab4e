"""Where a quantity comes from: every claim with why it is believed or not, and the events a summary adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import cast

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.event import BASE_FIELDS
from huoju.core.panel import Panel
from huoju.core.period import Period
from huoju.facts.believing import CLAIM, LAST_RANK, Belief, Identity, ranked
from huoju.facts.engine import Engine
from huoju.facts.happening import events_at
from huoju.facts.store import DELIVERED_FACT, FactStore
from huoju.facts.summaries import BEHIND

SHOWN = 10  # events shown as a sample
SHARED = pa.schema(BASE_FIELDS).append(pa.field("voided", pa.int64())).append(pa.field("delivery", pa.string()))
SPANS = pa.schema(
    [
        pa.field("start", pa.date32()),
        pa.field("end", pa.date32()),
        pa.field("events", pa.int64()),  # that happened in the period, voided ones among them
        pa.field("standing", pa.int64()),
        pa.field("amount", pa.int64()),  # of those that stand, fen
    ]
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the facts of one entity and variable come from, all as tables.

    ``believed``: the panel's facts, oldest period first. ``claims``: every claim known by then with its delivery,
    ``won`` (is it the one believed of its period) and ``why``: ``only-claim``, ``legal-source``, ``known-later``,
    ``source-order``, ``more-complete``, ``file-order`` for the one that won; ``not-heard``, ``not-legal-source``,
    ``known-earlier``, ``source-after``, ``less-complete``, ``file-after`` for the others.
    ``kinds``: the kinds of events behind a summary; ``spans``: for each believed period how many there are and what
    they add up to (an as-of-day fact looks back over all of them); ``events``: the latest of all ``event_count``.
    """

    believed: pa.Table
    claims: pa.Table
    kinds: tuple[str, ...]
    spans: pa.Table
    events: pa.Table
    event_count: int


def explain(store: FactStore, panel: Panel, belief: Belief, entity: str, variable: str) -> Explanation:
    """Return where the facts of a panel about one entity and variable come from."""
    of_both = pc.and_(pc.equal(panel.facts["entity"], entity), pc.equal(panel.facts["variable"], variable))
    facts = panel.facts.filter(of_both).sort_by([("start", "ascending"), ("end", "ascending")])
    engine = store.engine()
    try:
        identity = Identity(engine, belief.links, panel.as_of)
        aliases = identity.aliases(entity)
        claims = _claims(engine, store, panel.as_of, belief, variable, aliases)
        kinds = BEHIND.get(variable, {})
        tables = [
            _signed(engine.fetch(table), sign)
            for kind, sign in kinds.items()
            if (table := events_at(engine, store, kind, panel.as_of, identity, aliases)) is not None
        ]
    finally:
        engine.close()
    events = pa.concat_tables([SHARED.empty_table(), *tables])
    order = [("at", "descending"), ("kind", "ascending"), ("key", "ascending")]
    latest = events.sort_by(order).slice(0, SHOWN)
    return Explanation(facts, claims, tuple(kinds), _spans(facts, events, panel.as_of), latest, len(events))


def _claims(
    engine: Engine, store: FactStore, as_of: date, belief: Belief, variable: str, aliases: Sequence[str]
) -> pa.Table:
    schema = DELIVERED_FACT.append(pa.field("won", pa.bool_())).append(pa.field("why", pa.string()))
    if not store.shas:
        return schema.empty_table()
    table = engine.read(store.fact_files())
    # Completeness counts all that a record says, so the records are ranked whole and the variable is picked after.
    whole = table.filter((table["entity"].isin(list(aliases))) & (table["known"] <= ibis.literal(as_of)))
    placed = ranked(engine, whole, belief)
    order = ["start", "end", "-known", "rank", "-complete", "source", "delivery", "record", "text", "number"]
    rows = engine.fetch(placed.filter(placed["variable"] == variable), order).to_pylist()
    legal, alone = variable in belief.legal_first(), variable in belief.heard_alone()
    if legal:
        rows.sort(key=lambda row: (row["start"], row["end"], row["rank"]))
    return pa.Table.from_pylist(_reasoned(rows, legal=legal, alone=alone), schema=schema)


def _reasoned(rows: list[dict[str, object]], *, legal: bool, alone: bool) -> list[dict[str, object]]:
    """Return claims, the best of each period first, with ``won`` and ``why``.

    With ``legal`` the source is asked first; with ``alone`` sources after the best are not heard at all.
    """
    best = min((cast("int", row["rank"]) for row in rows), default=0)
    for row in rows:
        row["won"], row["why"] = True, "only-claim"
    for better, worse in pairwise(rows):
        if any(better[name] != worse[name] for name in CLAIM if name != "entity"):
            continue
        won, lost = _reasons(better, worse, legal=legal)
        if better["won"]:
            better["why"] = won
        worse["won"], worse["why"] = False, lost
    for row in rows:
        if alone and row["rank"] != best:
            row["won"], row["why"] = False, "not-heard"
        elif alone and row["why"] == "only-claim" and any(other["rank"] != best for other in rows):
            row["why"] = "legal-source"
    return rows


def _reasons(better: dict[str, object], worse: dict[str, object], *, legal: bool) -> tuple[str, str]:
    """Return why the better of two claims about one period comes first, and why the other does not."""
    differs = better["rank"] != worse["rank"] and better["rank"] != LAST_RANK
    if legal and differs:
        return "legal-source", "not-legal-source"
    if better["known"] != worse["known"]:
        return "known-later", "known-earlier"
    if differs:
        return "source-order", "source-after"
    if better["complete"] != worse["complete"]:
        return "more-complete", "less-complete"
    return "file-order", "file-after"


def _signed(events: pa.Table, sign: int) -> pa.Table:
    """Return events with the columns all kinds share, and amounts that count against the sum below zero."""
    columns = {name: events[name] if name in events.column_names else None for name in SHARED.names}
    if columns["voided"] is None:
        columns["voided"] = pa.repeat(0, len(events))
    columns["amount"] = pc.multiply(events["amount"], sign)
    return pa.table(list(columns.values()), names=SHARED.names).cast(SHARED)


def _spans(facts: pa.Table, events: pa.Table, as_of: date) -> pa.Table:
    rows = []
    stands = pc.equal(events["voided"], 0)
    for start, end in zip(facts["start"].to_pylist(), facts["end"].to_pylist(), strict=True):
        within = _within(events["at"], Period(start, end), as_of)
        standing = pc.and_(within, stands)
        total = pc.sum(events["amount"].filter(standing)).as_py()
        counts = {"events": pc.sum(within).as_py() or 0, "standing": pc.sum(standing).as_py() or 0}
        rows.append({"start": start, "end": end, **counts, "amount": total})
    return pa.Table.from_pylist(rows, schema=SPANS)


def _within(at: pa.ChunkedArray, period: Period, as_of: date) -> pa.ChunkedArray:
    """Return which days lie in a period; a fact about one day, or about days ahead, looks back over all."""
    if period.days == 1 or period.start > as_of:
        return pc.less_equal(at, pa.scalar(as_of, pa.date32()))
    return pc.and_(
        pc.greater_equal(at, pa.scalar(period.start, pa.date32())), pc.less(at, pa.scalar(period.end, pa.date32()))
    )
