"""Judgments and penalties of the last twenty-four months, counted and added up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.facts.summaries.happened import Happened, column, facts, places, spread

AGAINST = ("defendant", "debtor")


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield counts of adverse events; each kind is published for all, so none means zero once one was delivered.

    Where nobody delivered a kind its count stays unknown, whatever came of the other. The amount is known only where
    each case states one.
    """
    period = Period.trailing(happened.as_of, 24)
    everyone = np.ones(len(entities), dtype=bool)
    judgments = happened.within("judgment", period)
    asked: dict[str, pa.Table | None] = {"judgment": None, "penalty": None}
    if judgments is not None:
        against = judgments.filter(judgments["role"].isin(list(AGAINST)))
        grouped = against.group_by("entity").aggregate(
            count=against.count(), stated=against["amount"].count(), amount=against["amount"].sum()
        )
        asked["judgment"] = happened.engine.fetch(grouped)
    penalties = happened.within("penalty", period)
    if penalties is not None:
        asked["penalty"] = happened.engine.fetch(penalties.group_by("entity").aggregate(count=penalties.count()))
    for kind, wanted in (
        ("judgment", {"judgments_against": "count", "judged_amount": "amount"}),
        ("penalty", {"penalties": "count"}),
    ):
        if kind not in happened.tables:
            continue
        table = asked[kind]
        for variable, name in wanted.items():
            values, known = np.zeros(len(entities), dtype=np.int64), everyone
            if table is not None:
                rows, at = places(table, entities)
                values = spread(at, column(rows, name), len(entities))
                if name == "amount":
                    known = spread(at, column(rows, "count") - column(rows, "stated"), len(entities)) == 0
            yield facts(variable, period, entities, values, known, happened.as_of)
