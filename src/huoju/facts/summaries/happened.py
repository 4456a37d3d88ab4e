"""The events known on a day, and the writing of what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.period import Period, complete_months
from huoju.facts.coded import CODED, CODED_FACTS
from huoju.facts.engine import Engine

SLACK = 7  # days at the end of a month without any event of a kind that still let the month count as delivered
_EPOCH = date(1970, 1, 1)
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Happened:
    """Events by kind as they stood at the close of ``as_of``: known by then, replaced ones left out."""

    as_of: date
    tables: Mapping[str, ir.Table]
    engine: Engine
    _latest: dict[str, date | None] = field(default_factory=dict, repr=False, compare=False)

    def latest(self, kind: str) -> date | None:
        """Return the last day of which the deliveries of a kind speak; None where there are none."""
        if kind not in self.tables:
            return None
        if kind not in self._latest:
            table = self.tables[kind]
            self._latest[kind] = self.engine.fetch(table.aggregate(at=table["at"].max()))["at"][0].as_py()
        return self._latest[kind]

    def is_current(self, kind: str) -> bool:
        """Return whether the deliveries of a kind reach the last month that had ended by ``as_of``.

        Only then does a span that ends with ``as_of`` count as known; else its silence may be a late delivery.
        """
        return reaches(self.latest(kind), complete_months(self.as_of, 1)[0])

    def within(self, kind: str, period: Period) -> ir.Table | None:
        """Return the events of a kind that happened in a period; None where the kind was never delivered."""
        table = self.tables.get(kind)
        if table is None:
            return None
        return table.filter((table["at"] >= ibis.literal(period.start)) & (table["at"] < ibis.literal(period.end)))


def reaches(latest: date | None, month: Period) -> bool:
    """Return whether deliveries that end with ``latest`` speak of a month up to its end, but for ``SLACK`` days."""
    return latest is not None and latest >= month.end - timedelta(days=SLACK)


def places(table: pa.Table, entities: tuple[EntityId, ...]) -> tuple[pa.Table, Whole]:
    """Return the rows about ``entities`` and the place of each row's entity among them."""
    index = pc.index_in(table["entity"], value_set=pa.array(entities, pa.string()))
    kept = index.is_valid()
    return table.filter(kept), index.filter(kept).to_numpy().astype(np.int64)


def column(table: pa.Table, name: str) -> Whole:
    """Return a column of whole numbers; unknown is 0, so ask for it only where 0 is what adding up needs."""
    whole = table[name].combine_chunks()
    if pa.types.is_decimal(whole.type):
        whole = whole.cast(pa.int64())
    if pa.types.is_date32(whole.type):
        whole = whole.cast(pa.int32())
    return np.asarray(whole.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)


def spread(places_: Whole, values: Whole, count: int) -> Whole:
    """Return ``(count,)`` with each value at its place, 0 elsewhere; places don't repeat."""
    result = np.zeros(count, dtype=np.int64)
    result[places_] = values
    return result


def days_of(day: date) -> int:
    """Return a day as the number of days since 1970-01-01."""
    return (day - _EPOCH).days


def facts(
    variable: str,
    period: Period,
    entities: tuple[EntityId, ...],
    values: Whole,
    known: Flags,
    as_of: date,
) -> pa.Table:
    """Return one fact for each entity whose value is known, in ``CODED_FACTS``; values and known are ``(n,)``."""
    rows = np.flatnonzero(known)
    count = len(rows)
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), _names(entities)),
        _always(variable, count),
        pa.array(values[rows].astype(np.int64)),
        pa.nulls(count, CODED),
        *(pa.repeat(pa.scalar(day, pa.date32()), count) for day in (period.start, period.end, as_of)),
        _always("summary", count),
        _always(f"{variable}:{period}", count),
        pa.nulls(count, CODED),
    ]
    return pa.table(columns, schema=CODED_FACTS)


@lru_cache(maxsize=1)
def _names(entities: tuple[EntityId, ...]) -> pa.Array:
    """Return the dictionary that all facts about the same entities share."""
    return pa.array(entities, pa.string())


def _always(text: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([text], pa.string()))
