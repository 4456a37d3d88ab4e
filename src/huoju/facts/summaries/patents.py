"""Patents counted: in force, and applied for within the last twelve months."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.facts.summaries.happened import Happened, column, facts, places, spread


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield counts of patents; the office delivers for all, so none means zero once it has delivered."""
    table = happened.tables.get("patent")
    if table is None:
        return
    as_of, today = happened.as_of, Period.day(happened.as_of)
    in_force = table.filter(table["legal_status"] == "in_force")
    yield from _counts(happened, in_force, "valid_patents", today, entities)
    inventions = in_force.filter(in_force["patent_type"] == "invention")
    yield from _counts(happened, inventions, "valid_invention_patents", today, entities)
    year = Period.trailing(as_of, 12)
    applied = happened.within("patent", year)
    assert applied is not None
    yield from _counts(happened, applied, "patent_applications", year, entities)


def _counts(
    happened: Happened, table: ir.Table, variable: str, period: Period, entities: tuple[EntityId, ...]
) -> Iterator[pa.Table]:
    rows, at = places(happened.engine.fetch(table.group_by("entity").aggregate(count=table.count())), entities)
    count = spread(at, column(rows, "count"), len(entities))
    yield facts(variable, period, entities, count, np.ones(len(entities), dtype=bool), happened.as_of)
