"""Sources that are later than their rhythm, as findings of a panel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis

from huoju.core.finding import Finding
from huoju.core.variable import event_kinds
from huoju.facts.engine import Engine
from huoju.facts.store import FactStore


def late_sources(engine: Engine, store: FactStore, as_of: date, rhythms: Mapping[str, int]) -> tuple[Finding, ...]:
    """Return a finding for each source of which nothing became known within its rhythm up to ``as_of``.

    ``rhythms`` gives days by source; a source without one is never late, nor is one that never delivered.
    """
    found = []
    for source, last in sorted(last_known(engine, store, as_of).items()):
        days = (as_of - last).days
        if source in rhythms and days > rhythms[source]:
            data = {"source": source, "last": last.isoformat(), "days": days, "rhythm": rhythms[source]}
            found.append(Finding("source-late", source, {**data, "as_of": as_of.isoformat()}))
    return tuple(found)


def last_known(engine: Engine, store: FactStore, as_of: date) -> dict[str, date]:
    """Return for each source the last day up to ``as_of`` on which something of it became known."""
    last: dict[str, date] = {}
    for files in (store.fact_files(), *(store.event_files(kind) for kind in event_kinds())):
        if not files:
            continue
        table = engine.read(files).select("source", "known")
        known = table.filter(table["known"] <= ibis.literal(as_of))
        for row in engine.fetch(known.group_by("source").aggregate(known=known["known"].max())).to_pylist():
            last[row["source"]] = max(row["known"], last.get(row["source"], row["known"]))
    return last
