"""How sales run: growth, volatility, months without any, and how long the last one is ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.money import MICRO
from huoju.core.period import Period
from huoju.facts.summaries.happened import Flags, Happened, Whole, column, days_of, facts, places, spread

GROWTH_AT_MOST = 1e6  # a multiple that still fits when kept x 10^6


def rhythm(sales: Whole, known: Flags, entities: tuple[EntityId, ...], as_of: date) -> Iterator[pa.Table]:
    """Yield growth, volatility and the share of active months over the last 12 complete months.

    ``sales`` and ``known`` are ``(n, t)``, at least 24 months with the latest last; a month unknown among those
    that a quantity needs leaves it unknown.
    """
    today = Period.day(as_of)
    last, before = sales[:, -12:].astype(np.float64), sales[:, -24:-12].astype(np.float64)
    whole_year: Flags = np.asarray(known[:, -12:].all(axis=1))
    yield facts("active_months_share", today, entities, micro((last > 0).mean(axis=1)), whole_year, as_of)
    comparable = np.asarray(known[:, -24:].all(axis=1) & (before.sum(axis=1) > 0))
    growth = np.divide(last.sum(axis=1), before.sum(axis=1), out=np.ones(len(last)), where=comparable) - 1
    yield facts("sales_growth", today, entities, micro(np.minimum(growth, GROWTH_AT_MOST)), comparable, as_of)
    sold: Flags = np.logical_and(whole_year, last.sum(axis=1) > 0)
    deviation = np.divide(last.std(axis=1), last.mean(axis=1), out=np.zeros(len(last)), where=sold)
    yield facts("sales_volatility", today, entities, micro(deviation), sold, as_of)


def last_sale(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield the days since the last sale that stands; unknown where deliveries don't reach the last whole month."""
    if not happened.is_current("sales_invoice"):
        return
    table = happened.tables["sales_invoice"]
    sold = table.filter((table["voided"] == 0) & (table["amount"] > 0))
    rows, at = places(happened.engine.fetch(sold.group_by("entity").aggregate(at=sold["at"].max())), entities)
    days = spread(at, days_of(happened.as_of) - column(rows, "at"), len(entities))
    known = spread(at, np.ones(len(at), dtype=np.int64), len(entities)).astype(bool)
    yield facts("days_since_last_sale", Period.day(happened.as_of), entities, days, known, happened.as_of)


def share(part: Whole, whole: Whole) -> tuple[Whole, Flags]:
    """Return part over whole x 10^6 and whether it is known: not where there is no whole; ``(n,)`` each."""
    known: Flags = whole > 0
    return micro(np.divide(part, whole, out=np.zeros(len(part)), where=known)), known


def micro(number: NDArray[np.floating] | NDArray[np.integer]) -> Whole:
    """Return numbers x 10^6 as whole ones, half to even."""
    return np.asarray(np.rint(number * MICRO), dtype=np.int64)
