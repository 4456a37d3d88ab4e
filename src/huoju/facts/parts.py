"""A panel cut into parts that travel to workers as bytes: a pure function of each part gives what the whole gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.fact import EntityId
from huoju.core.finding import findings_from_table, findings_table
from huoju.core.panel import Column, ColumnKey, Panel
from huoju.core.period import Period
from huoju.core.variable import variables
from huoju.facts.coded import coded
from huoju.facts.cutting import pivot


def split(panel: Panel, count: int) -> list[bytes]:
    """Return at most ``count`` parts of a panel, its entities in their order; statistics over all stay outside."""
    rows = np.array_split(np.arange(len(panel)), max(1, min(count, len(panel))))
    return [_packed(panel, [panel.entities[row] for row in part.tolist()]) for part in rows]


def join(part: bytes) -> Panel:
    """Return the panel that a part holds."""
    tables = unpack(part)
    about = json.loads(tables["facts"].schema.metadata[b"panel"])
    entities = tuple(EntityId(entity) for entity in about["entities"])
    own, facts = pivot(coded([tables["facts"].replace_schema_metadata()]), entities)
    columns = {key: own.get(key) or _unknown(key, len(entities)) for key in _keys(about["columns"])}
    events = {name.partition(":")[2]: table for name, table in tables.items() if name.startswith("event:")}
    findings = findings_from_table(tables["findings"])
    return Panel(
        date.fromisoformat(about["as_of"]),
        entities,
        MappingProxyType(columns),
        facts,
        findings,
        MappingProxyType(events),
    )


def pack(tables: dict[str, pa.Table]) -> bytes:
    """Return tables as bytes."""
    sink = pa.BufferOutputStream()
    names = pa.table({"name": pa.array(list(tables), pa.string())})
    for table in (names, *tables.values()):
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    return bytes(sink.getvalue())


def unpack(packed: bytes) -> dict[str, pa.Table]:
    """Return the tables that bytes hold, in their order."""
    source = pa.BufferReader(packed)
    names = pa.ipc.open_stream(source).read_all()["name"].to_pylist()
    return {name: pa.ipc.open_stream(source).read_all() for name in names}


def _packed(panel: Panel, entities: Sequence[str]) -> bytes:
    columns = [(name, period.start.isoformat(), period.end.isoformat()) for name, period in panel.columns]
    about = json.dumps({"as_of": panel.as_of.isoformat(), "entities": list(entities), "columns": columns})
    tables = {"facts": _of(panel.facts, entities).replace_schema_metadata({"panel": about})}
    tables |= {f"event:{kind}": _of(table, entities) for kind, table in panel.events.items()}
    return pack({**tables, "findings": findings_table(panel.findings)})


def _keys(columns: Sequence[tuple[str, str, str]]) -> list[ColumnKey]:
    """Return the columns of the whole panel: in a part they stand even where none of its entities is known."""
    return [(name, Period(date.fromisoformat(start), date.fromisoformat(end))) for name, start, end in columns]


def _unknown(key: ColumnKey, count: int) -> Column:
    return Column.unknown(count, text=variables()[key[0]].dtype == "text")


def _of(table: pa.Table, entities: Sequence[str]) -> pa.Table:
    return table.filter(pc.is_in(table["entity"], value_set=pa.array(entities, pa.string())))
