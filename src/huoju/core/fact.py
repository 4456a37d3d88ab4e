"""A fact: a dated claim of one source about a quantity of one entity, never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NewType

import pyarrow as pa

from huoju.core.period import Period

EntityId = NewType("EntityId", str)
Value = int | str

FACT_SCHEMA = pa.schema(
    [
        pa.field("entity", pa.string(), nullable=False),
        pa.field("variable", pa.string(), nullable=False),
        pa.field("number", pa.int64()),  # every dtype but text; null where the value is text
        pa.field("text", pa.string()),  # dtype text; null where the value is a number
        pa.field("start", pa.date32(), nullable=False),  # when it held: start <= day < end
        pa.field("end", pa.date32(), nullable=False),
        pa.field("known", pa.date32(), nullable=False),  # when it reached us
        pa.field("source", pa.string(), nullable=False),
        pa.field("record", pa.string(), nullable=False),  # "file:row"
        pa.field("original", pa.string()),  # the text as delivered
    ]
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a fact table, made only where a page or an explanation reads it.

    ``value`` is in the unit of the variable (``core/vocabulary``): money in fen, number and share x 10^6,
    a date as days since 1970-01-01, text as it is.
    """

    entity: EntityId
    variable: str
    value: Value
    period: Period
    known: date
    source: str
    record: str
    original: str | None = None


def fact_table(facts: Iterable[Fact]) -> pa.Table:
    """Return the facts as a table of ``FACT_SCHEMA``, in the given order."""
    rows = [
        {
            "entity": fact.entity,
            "variable": fact.variable,
            "number": fact.value if isinstance(fact.value, int) else None,
            "text": fact.value if isinstance(fact.value, str) else None,
            "start": fact.period.start,
            "end": fact.period.end,
            "known": fact.known,
            "source": fact.source,
            "record": fact.record,
            "original": fact.original,
        }
        for fact in facts
    ]
    return pa.Table.from_pylist(rows, schema=FACT_SCHEMA)


def facts_from_table(table: pa.Table) -> tuple[Fact, ...]:
    """Return the facts that a table of ``FACT_SCHEMA`` holds; meant for the few rows a person reads."""
    return tuple(
        Fact(
            entity=EntityId(row["entity"]),
            variable=row["variable"],
            value=row["text"] if row["number"] is None else row["number"],
            period=Period(row["start"], row["end"]),
            known=row["known"],
            source=row["source"],
            record=row["record"],
            original=row["original"],
        )
        for row in table.select(FACT_SCHEMA.names).to_pylist()
    )
