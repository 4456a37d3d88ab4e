"""Conflicts: sources that claim of the same quantity what lies further apart than is tolerated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

import ibis
import ibis.expr.types as ir

from huoju.core.finding import Finding
from huoju.core.money import MICRO, yuan_text
from huoju.core.period import Period
from huoju.core.variable import variables
from huoju.facts.believing import Belief, Identity, ranked
from huoju.facts.engine import winners
from huoju.facts.store import FactStore

_EPOCH = date(1970, 1, 1)


def conflicts(store: FactStore, as_of: date, belief: Belief, tolerances: Mapping[str, Fraction]) -> tuple[Finding, ...]:
    """Return a finding for each claim that lies further from the believed one than its variable tolerates.

    Compared are the last claims of each source about the same entity and period; of what simply holds, the last of
    each source whatever its day. A tolerance is a share of the believed value, of a day a number of days.
    """
    if not store.shas or not tolerances:
        return ()
    engine = store.engine()
    try:
        identity = Identity(engine, belief.links, as_of)
        table = engine.read(store.fact_files())
        table = table.filter((table["known"] <= ibis.literal(as_of)) & table["variable"].isin(sorted(tolerances)))
        placed = ranked(engine, identity.apply(table, "entity"), belief)
        order = ["entity", "variable", "cell_start", "cell_end", "source"]
        rows = engine.fetch(_disputed(placed), order).to_pylist()
    finally:
        engine.close()
    legal = set(belief.legal_first())
    found = []
    for _, group in groupby(rows, key=itemgetter("entity", "variable", "cell_start", "cell_end")):
        claims = sorted(group, key=lambda row: _standing(row, row["variable"] in legal))
        best = claims[0]
        tolerance = tolerances[best["variable"]]
        found += [_finding(best, other) for other in claims[1:] if _apart(best, other, tolerance)]
    return tuple(found)


def _disputed(table: ir.Table) -> ir.Table:
    """Return the last claim of each source about each cell of which sources say different things."""
    state = [name for name, variable in variables().items() if variable.rhythm == "none"]
    holds = table["variable"].isin(state)
    first = ibis.literal(_EPOCH)
    cells = table.mutate(cell_start=holds.ifelse(first, table["start"]), cell_end=holds.ifelse(first, table["end"]))
    cell = ["entity", "variable", "cell_start", "cell_end"]
    last = winners(cells, [*cell, "source"], [ibis.desc("known"), "delivery", "record", "text", "number"])
    counted = last.group_by(cell).aggregate(
        sources=last["source"].nunique(), values=last["number"].nunique() + last["text"].nunique()
    )
    disputed = counted.filter((counted["sources"] > 1) & (counted["values"] > 1))
    return last.semi_join(disputed, cell)


def _standing(row: Mapping[str, object], is_legal: bool) -> tuple[object, ...]:
    """Return the place of a claim among others of its cell: as ``believing.believed`` would order them."""
    known = row["known"]
    assert isinstance(known, date)
    age = -known.toordinal()
    return ((row["rank"], age) if is_legal else (age, row["rank"])) + (row["source"], row["delivery"], row["record"])


def _apart(best: Mapping[str, object], other: Mapping[str, object], tolerance: Fraction) -> bool:
    if best["number"] is None or other["number"] is None:
        return best["text"] != other["text"]
    ours, theirs = int(str(best["number"])), int(str(other["number"]))
    if variables()[str(best["variable"])].dtype == "date":
        return abs(ours - theirs) > tolerance
    return abs(ours - theirs) > tolerance * abs(ours)


def _finding(best: Mapping[str, object], other: Mapping[str, object]) -> Finding:
    start, end = best["start"], best["end"]
    assert isinstance(start, date)
    assert isinstance(end, date)
    data = {
        "variable": best["variable"],
        "period": str(Period(start, end)),
        "believed": _shown(best),
        "believed_source": best["source"],
        "believed_record": best["record"],
        "other": _shown(other),
        "other_source": other["source"],
        "other_record": other["record"],
    }
    return Finding("claims-conflict", str(best["entity"]), data)


def _shown(row: Mapping[str, object]) -> str:
    if row["number"] is None:
        return str(row["text"])
    number = int(str(row["number"]))
    dtype = variables()[str(row["variable"])].dtype
    if dtype == "money":
        return yuan_text(number)
    if dtype == "date":
        return str(_EPOCH + timedelta(days=number))
    return str(number) if dtype in ("count", "flag") else f"{number / MICRO:g}"
