"""Equity funding of the last twenty-four months; news is never complete, so silence stays unknown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.facts.summaries.happened import Happened, column, facts, places, spread


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield rounds and amounts for those of whom a round was reported; an amount only where all were stated."""
    period = Period.trailing(happened.as_of, 24)
    table = happened.within("funding", period)
    if table is None:
        return
    grouped = table.group_by("entity").aggregate(
        rounds=table.count(), stated=table["amount"].count(), amount=table["amount"].sum()
    )
    rows, at = places(happened.engine.fetch(grouped), entities)
    count = len(entities)
    rounds, stated = (spread(at, column(rows, name), count) for name in ("rounds", "stated"))
    yield facts("funding_rounds", period, entities, rounds, rounds > 0, happened.as_of)
    amount = spread(at, column(rows, "amount"), count)
    yield facts(
        "funding_raised",
        period,
        entities,
        amount,
        np.asarray((rounds > 0) & (rounds == stated)),
        happened.as_of,
    )
