"""Electricity: an enterprise may have several meter accounts, and a month's use is their sum."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.mapped import period_of
from huoju.sources.table import Rows, read_tables
from huoju.sources.typed import Cells


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return use and cost by user and month; unknown where one of the user's accounts tells none."""
    tables = read_tables(source, delivery, known)
    found: list[pa.Table] = []
    for rows in tables:
        found += emit.mentions(rows, emit.subjects(rows))
        summed = _over_accounts(rows)
        found += emit.number_facts(summed, emit.subjects(summed), summed.layout.facts, *period_of(summed))
    return emit.reading(tables, found, {}, adds_rows=True)


def _over_accounts(rows: Rows) -> Rows:
    """Return one row for each user and month, standing at the first of its accounts."""
    if not len(rows):
        return rows
    month = pa.array(rows.cells["month"].values).cast(pa.string())
    group = pc.binary_join_element_wise(rows.cells["name"].original, month, "|")
    codes = group.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    first = np.unique(codes, return_index=True)[1]
    days = np.zeros(len(first), dtype=np.int64)
    np.maximum.at(days, codes, rows.known)
    places = pa.array(first)
    cells: Mapping[str, Cells] = {
        name: Cells(cell.texts.take(places), cell.values[first], cell.known[first], cell.original.take(places))
        for name, cell in rows.cells.items()
    }
    doubtful = pc.is_in(rows.cells["name"].original, value_set=_set_aside(rows)).to_numpy(zero_copy_only=False)
    sums = {name: _summed(rows.cells[name], doubtful, codes, len(first)) for name in ("use", "cost") if name in rows}
    return replace(
        rows,
        record=rows.record.take(places),
        known=days,
        cells={**cells, **sums},
        digest=rows.digest.take(places),
    )


def _set_aside(rows: Rows) -> pa.Array:
    """Return the users of whom a row was set aside: without it no sum of theirs is whole."""
    return pa.array([json.loads(text).get("用户名称") for text in rows.aside["original"].to_pylist()], pa.string())


def _summed(cell: Cells, doubtful: NDArray[np.bool_], codes: NDArray[np.int64], count: int) -> Cells:
    values = np.zeros(count, dtype=np.int64)
    np.add.at(values, codes, cell.values)
    known = np.bincount(codes, weights=~cell.known | doubtful, minlength=count) == 0
    written: list[list[str]] = [[] for _ in range(count)]
    for code, text in zip(codes, cell.original.to_pylist(), strict=True):
        written[code].append(text or "")
    original = pa.array([" + ".join(texts) for texts in written], pa.string())
    return Cells(original, values, known, original)
