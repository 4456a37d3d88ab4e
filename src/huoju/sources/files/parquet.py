"""Parquet files as text cells, exactly as their numbers print."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huoju.sources.files.refusal import Refusal


def read_parquet(path: Path) -> pa.Table:
    """Return every column as text under its own name. Raises ``Refusal`` where the file is not whole."""
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError, ValueError):
        raise Refusal("file-damaged") from None
    if len(set(table.column_names)) != table.num_columns:
        raise Refusal("columns-repeated")
    return pa.table({name: _text(table[name]) for name in table.column_names})


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_nested(kind):
        raise Refusal("columns-nested")
    if pa.types.is_timestamp(kind):
        days = column.cast(pa.date32(), safe=False)
        whole = pc.all(pc.equal(days.cast(kind), column)).as_py()
        return days.cast(pa.string()) if whole is not False else column.cast(pa.string())
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    return column.cast(pa.string())
