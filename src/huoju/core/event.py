"""An event: something that happened to an entity on a day; the same key known later replaces it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from huoju.core.fact import EntityId, Value
from huoju.core.variable import event_kinds

BASE_FIELDS = (
    pa.field("entity", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("key", pa.string(), nullable=False),
    pa.field("other", pa.string()),  # the counterparty, named as the source names it
    pa.field("at", pa.date32(), nullable=False),
    pa.field("amount", pa.int64()),  # fen
    pa.field("known", pa.date32(), nullable=False),
    pa.field("source", pa.string(), nullable=False),
    pa.field("record", pa.string(), nullable=False),  # "file:row"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One row of an event table, made only where a page or an explanation reads it."""

    entity: EntityId
    kind: str
    key: str
    other: str | None
    at: date
    amount: int | None
    known: date
    source: str
    record: str
    fields: Mapping[str, Value] = field(default_factory=dict)


def event_schema(kind: str) -> pa.Schema:
    """Return the schema of one kind: the columns all events share, then the kind's own fields.

    A field is int64 but for text; what it means and its unit stand in ``core/vocabulary/events.yaml``.
    Raises ``KeyError`` for a kind that the vocabulary does not know.
    """
    own = (
        pa.field(name, pa.string() if variable.dtype == "text" else pa.int64())
        for name, variable in event_kinds()[kind].fields.items()
    )
    return pa.schema([*BASE_FIELDS, *own])


def event_table(kind: str, events: Iterable[Event]) -> pa.Table:
    """Return the events of one kind as a table of ``event_schema(kind)``, in the given order."""
    shared = [base.name for base in BASE_FIELDS]
    rows = [{**{name: getattr(event, name) for name in shared}, **event.fields} for event in events]
    return pa.Table.from_pylist(rows, schema=event_schema(kind))
