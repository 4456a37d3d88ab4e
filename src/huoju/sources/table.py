"""From a raw table to rows of values: mapped, bounded, and with every doubt said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.uscc import are_valid
from huoju.sources.cells import UNIT_FACTORS, by_value, days, each_value, fold, numbers, read_day
from huoju.sources.complaints import Complaints
from huoju.sources.declaration import ColumnRule, Layout, SourceDeclaration
from huoju.sources.delivery import Delivery, RawTable
from huoju.sources.header import Header, find_header, repeated_columns, widened
from huoju.sources.memory import Memory, SeenRows
from huoju.sources.sifting import check_width, data_rows, joined, repeats

HIDDEN = r"[\x{202a}-\x{202e}\x{2066}-\x{2069}\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # marks that change what a text shows
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of values: ``values`` ``(n,)`` int64, or text in ``texts``; ``known`` ``(n,)``; the originals."""

    texts: pa.Array
    values: NDArray[np.int64]
    known: NDArray[np.bool_]
    original: pa.Array


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table that could be understood, with what was said about the others."""

    source: SourceDeclaration
    layout: Layout
    titles: tuple[str, ...]
    seen: int
    record: pa.Array
    known: NDArray[np.int64]  # (n,) days
    cells: Mapping[str, Cells]
    digest: pa.Array  # (n,) all delivered texts of the row joined, where they are the key; else unknown
    findings: tuple[Finding, ...]
    aside: pa.Table
    memory: Memory

    def __len__(self) -> int:
        return len(self.record)

    def __contains__(self, name: str) -> bool:
        return name in self.cells


def read_tables(source: SourceDeclaration, delivery: Delivery, known: date) -> list[Rows]:
    """Return the rows of every sheet that a layout recognises.

    Raises ``RefusedDelivery`` where none does, a needed column is absent, or a column stands twice.
    """
    layouts = tuple(source.layouts.values())
    found = []
    for sheet, table in enumerate(delivery.tables):
        header = _header(delivery, sheet, table, layouts)
        if header is not None:
            found.append((sheet, table, header))
    if not found:
        wanted = " / ".join("、".join(layout.recognise) for layout in layouts)
        raise _refused(delivery, "columns-not-recognised", expected=wanted, source=source.label["zh"])
    named = _known_from_name(delivery.name)
    return [
        _rows(
            source,
            delivery,
            sheet,
            table,
            header,
            named if header.layout.known_from == "file_name" and named else known,
        )
        for sheet, table, header in found
    ]


def _header(delivery: Delivery, sheet: int, table: RawTable, layouts: tuple[Layout, ...]) -> Header | None:
    """Return the header of a sheet: found in its first part, remembered in the others, as wide as the table."""
    headers = delivery.memory.headers
    before = headers.get(sheet)
    if isinstance(before, Header):
        return widened(replace(before, body=0), table.width)
    header = find_header(table, layouts)
    if header is not None:
        headers[sheet] = header
    return header


def _rows(
    source: SourceDeclaration,
    delivery: Delivery,
    sheet: int,
    table: RawTable,
    header: Header,
    known: date,
) -> Rows:
    _check_columns(delivery, header)
    place = f"{delivery.name}#{table.sheet}" if table.sheet and len(delivery.tables) > 1 else delivery.name
    body = table.cells.slice(header.body)
    columns = [body[str(column)].combine_chunks() for column in range(table.width)]
    numbers_of_rows = body["__row__"].combine_chunks().to_numpy(zero_copy_only=False)
    complaints = Complaints(place, numbers_of_rows, order=delivery.memory.order)
    if delivery.encoding not in ("", "utf-8", "utf-8-sig"):
        complaints.note("encoding-detected", encoding=delivery.encoding)
    is_data = data_rows(header, columns, complaints)
    seen = int(is_data.sum())
    seen_rows = delivery.memory.rows.setdefault(sheet, SeenRows())
    is_data &= ~repeats(columns, is_data, seen_rows, complaints)
    chosen = pa.array(is_data)
    columns = [column.filter(chosen) for column in columns]
    complaints = replace(complaints, rows=numbers_of_rows[is_data])
    _note_unknown_columns(header, complaints)
    check_width(header, columns, complaints, splits=delivery.kind == "csv")
    cells = {
        rule[0].name: _read(rule[0], rule[1], column, complaints)
        for rule, column in zip(header.rules, columns, strict=True)
        if rule is not None
    }
    days_known = _known_days(header.layout, cells, known, int(is_data.sum()))
    kept = complaints.kept()
    mask = pa.array(kept)
    digest = joined(columns) if header.layout.key == ("all",) else pa.nulls(len(kept), pa.string())
    numbered = pa.array(complaints.rows[kept]).cast(pa.string())
    record = pc.binary_join_element_wise(pa.scalar(f"{place}:"), numbered, "")
    return Rows(
        source=source,
        layout=header.layout,
        titles=(*header.titles, table.sheet, delivery.name),
        seen=seen,
        record=record,
        known=days_known[kept],
        cells={name: _take(cell, kept, mask) for name, cell in cells.items()},
        digest=digest.filter(mask),
        findings=tuple(complaints.findings),
        aside=complaints.aside_table(dict(zip(header.headers, columns, strict=True))),
        memory=delivery.memory,
    )


def _check_columns(delivery: Delivery, header: Header) -> None:
    found = [rule[0].name for rule in header.rules if rule is not None]
    if repeated := repeated_columns(header):
        raise _refused(delivery, "column-repeated", column="、".join(sorted(repeated)))
    for rule in header.layout.columns:
        if rule.required and rule.name not in found:
            raise _refused(delivery, "column-missing", column=rule.header)


def _refused(delivery: Delivery, code: str, **data: object) -> RefusedDelivery:
    finding = Finding(code, delivery.name, {"file": delivery.name, **data})
    return RefusedDelivery(f"{delivery.name}: {code}", findings=(finding,))


def _note_unknown_columns(header: Header, complaints: Complaints) -> None:
    ignored = set(header.layout.ignore)
    strange = [
        n for n, rule in zip(header.headers, header.rules, strict=True) if n and rule is None and n not in ignored
    ]
    if strange:
        complaints.note("column-not-known", columns="、".join(strange))


def _read(rule: ColumnRule, unit: str, column: pa.Array, complaints: Complaints) -> Cells:
    texts = fold(column)
    known = texts.is_valid().to_numpy(zero_copy_only=False)
    values = np.zeros(len(column), dtype=np.int64)
    if rule.required:
        complaints.set_aside("value-missing", rule.header, ~known)
    if rule.kind in ("money", "number", "count", "share"):
        values, known, wrong = numbers(column, UNIT_FACTORS[unit or ("1" if rule.kind in ("number", "share") else "")])
        complaints.set_aside("not-a-number", rule.header, wrong, column)
        if not rule.signed:
            complaints.set_aside("negative-not-expected", rule.header, known & (values < 0), column)
    elif rule.kind in ("day", "month", "year"):
        values, known, wrong = days(column, rule.kind)
        complaints.set_aside("not-a-date", rule.header, wrong, column)
    elif rule.kind == "choice":
        texts = _choose(rule, texts, complaints, column)
        known = texts.is_valid().to_numpy(zero_copy_only=False)
    elif rule.kind == "code":
        texts = _codes(rule, texts, complaints, column)
    elif rule.kind == "flag":
        texts = _choose(rule, texts, complaints, column)
        known = texts.is_valid().to_numpy(zero_copy_only=False)
        values = np.asarray(pc.fill_null(pc.equal(texts, "1"), False).to_numpy(zero_copy_only=False)).astype(np.int64)
    if rule.kind in ("text", "choice", "name"):
        marked = each_value(column, lambda texts: pc.match_substring_regex(texts, HIDDEN))
        hidden = pc.fill_null(marked, False).to_numpy(zero_copy_only=False)
        complaints.set_aside("hidden-characters", rule.header, hidden.astype(bool))
        complaints.about("stray-blank", rule.header, _has_stray_blank(column), column)
    return Cells(texts, values, known, column)


def _choose(rule: ColumnRule, texts: pa.Array, complaints: Complaints, column: pa.Array) -> pa.Array:
    chosen = by_value(texts, rule.choices.get)
    wrong = texts.is_valid().to_numpy(zero_copy_only=False) & ~chosen.is_valid().to_numpy(zero_copy_only=False)
    complaints.set_aside("choice-not-known", rule.header, wrong, column)
    return chosen


def _codes(rule: ColumnRule, texts: pa.Array, complaints: Complaints, column: pa.Array) -> pa.Array:
    upper = pc.utf8_upper(texts)
    coded = upper.dictionary_encode()
    good = are_valid(coded.dictionary) if len(coded.dictionary) else np.zeros(1, dtype=bool)
    written = upper.is_valid().to_numpy(zero_copy_only=False)
    places = coded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    complaints.about("code-not-valid", rule.header, written & ~good[places], column)
    return upper


def _has_stray_blank(column: pa.Array) -> NDArray[np.bool_]:
    same = each_value(column, lambda texts: pc.equal(pc.utf8_trim_whitespace(texts), texts))
    return ~np.asarray(pc.fill_null(same, True).to_numpy(zero_copy_only=False)).astype(bool)


def _known_days(layout: Layout, cells: Mapping[str, Cells], default: date, count: int) -> NDArray[np.int64]:
    fallback = np.full(count, (default - _EPOCH).days, dtype=np.int64)
    column = cells.get(layout.known)
    return fallback if column is None else np.where(column.known, column.values, fallback)


def _known_from_name(name: str) -> date | None:
    found = re.search(r"_(\d{8})\.[^.]+$", name)
    return read_day(found[1]) if found else None


def _take(cell: Cells, kept: NDArray[np.bool_], mask: pa.Array) -> Cells:
    return Cells(cell.texts.filter(mask), cell.values[kept], cell.known[kept], cell.original.filter(mask))


def expanded(rows: Rows, column: str, separators: str = ";；、") -> Rows:
    """Return the rows with one for each part of a column that names several, in their order."""
    cell = rows.cells[column]
    parts = pc.split_pattern_regex(pc.if_else(cell.texts.is_valid(), cell.original, ""), f"[{separators}]")
    parents = pc.list_parent_indices(parts)
    written = pc.list_flatten(parts)
    named = fold(written).is_valid()
    parents, written = parents.filter(named), written.filter(named)
    index = parents.to_numpy(zero_copy_only=False).astype(np.int64)
    cells = {
        name: Cells(c.texts.take(parents), c.values[index], c.known[index], c.original.take(parents))
        for name, c in rows.cells.items()
    }
    cells[column] = Cells(
        fold(written), np.zeros(len(written), dtype=np.int64), np.ones(len(written), dtype=bool), written
    )
    return replace(
        rows, record=rows.record.take(parents), known=rows.known[index], cells=cells, digest=rows.digest.take(parents)
    )
