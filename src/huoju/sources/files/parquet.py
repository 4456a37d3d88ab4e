"""Parquet files as text cells, exactly as their numbers print."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huoju.sources.files.refusal import Refusal
from huoju.sources.files.text import plain_number


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
    """Return a column as text: moments by the clock of Shanghai, yes and no as 1 and 0, numbers digit by digit."""
    kind = column.type
    if pa.types.is_nested(kind):
        raise Refusal("columns-nested")
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "1", "0")
    if pa.types.is_floating(kind):
        return _digits(column)
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            column = pc.local_timestamp(column.cast(pa.timestamp(kind.unit, "Asia/Shanghai")))
        days = column.cast(pa.date32(), safe=False)
        whole = pc.all(pc.equal(days.cast(column.type), column)).as_py()
        return days.cast(pa.string()) if whole is not False else column.cast(pa.string())
    return column.cast(pa.string())


def _digits(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = column.cast(pa.string())
    powers = pc.fill_null(pc.match_substring_regex(texts, "e[+-]?[0-9]"), False)
    if not pc.any(powers).as_py():
        return texts
    written = pa.array([plain_number(text) for text in texts.filter(powers).to_pylist()], pa.string())
    return pc.replace_with_mask(texts.combine_chunks(), powers.combine_chunks(), written)
