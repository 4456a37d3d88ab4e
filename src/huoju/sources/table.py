"""From a raw table to rows of values: mapped, bounded, and with every doubt said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.sources.cells import fold
from huoju.sources.complaints import Complaints
from huoju.sources.contract import check, profile
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery, RawTable
from huoju.sources.header import Header, corrections_in, find_header, repeated_columns, widened
from huoju.sources.layout import Layout
from huoju.sources.memory import Memory, SeenRows
from huoju.sources.moments import read_day
from huoju.sources.sifting import check_width, data_rows, joined, repeats
from huoju.sources.tally import Tally
from huoju.sources.typed import Cells, read_column

_EPOCH = date(1970, 1, 1)


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
    left_out: int = 0  # rows that are no data: totals, notes, titles, headers again
    repeated: int = 0  # data rows that equal an earlier one
    profile: Mapping[str, object] = field(default_factory=dict)  # of all rows of the layout so far

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
            found.append((sheet, table.padded(len(header.headers)), header))
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
    """Return the header of a sheet: found in its first part, remembered in the others, over all columns."""
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
    carried = corrections_in(header)
    kept_columns = [column for column in range(table.width) if column not in carried]
    header = replace(
        header,
        headers=tuple(header.headers[column] for column in kept_columns),
        rules=tuple(header.rules[column] for column in kept_columns),
    )
    place = f"{delivery.name}#{table.sheet}" if table.sheet and len(delivery.tables) > 1 else delivery.name
    body = table.cells.slice(header.body)
    columns = [body[str(column)].combine_chunks() for column in kept_columns]
    numbers_of_rows = body["__row__"].combine_chunks().to_numpy(zero_copy_only=False)
    complaints = Complaints(place, numbers_of_rows, order=delivery.memory.order)
    if delivery.encoding not in ("", "utf-8", "utf-8-sig"):
        complaints.note("encoding-detected", encoding=delivery.encoding)
    is_data = data_rows(header, columns, complaints, table.merged)
    seen = int(is_data.sum())
    seen_rows = delivery.memory.rows.setdefault(sheet, SeenRows())
    is_data &= ~repeats(columns, is_data, seen_rows, complaints)
    repeated = seen - int(is_data.sum())
    complaints.about("merged-cells-filled", "", is_data & np.isin(numbers_of_rows, table.filled))
    chosen = pa.array(is_data)
    columns = [column.filter(chosen) for column in columns]
    complaints = replace(complaints, rows=numbers_of_rows[is_data])
    _note_unknown_columns(header, complaints)
    splits = delivery.kind == "csv"
    check_width(header, columns, complaints, splits=splits)
    cells = {
        rule[0].name: read_column(rule[0], rule[1], column, complaints, known, _choices_beside(header, rule[0].name))
        for rule, column in zip(header.rules, columns, strict=True)
        if rule is not None
    }
    check(header.layout, cells, complaints)
    days_known = _known_days(header.layout, cells, known, int(is_data.sum()))
    kept = complaints.kept()
    numbered = pa.array(complaints.rows[kept]).cast(pa.string())
    record = pc.binary_join_element_wise(pa.scalar(f"{place}:"), numbered, "")
    tally = delivery.memory.tallies.setdefault(header.layout.name, Tally())
    return Rows(
        source=source,
        layout=header.layout,
        titles=(*header.titles, table.sheet, delivery.name),
        seen=seen,
        record=record,
        known=days_known[kept],
        cells={name: cell.take(kept) for name, cell in cells.items()},
        digest=_digest(header, columns, splits=splits).filter(pa.array(kept)),
        findings=tuple(complaints.findings),
        aside=complaints.aside_table(dict(zip(_headers_with_units(header), columns, strict=True))),
        memory=delivery.memory,
        left_out=len(body) - seen,
        repeated=repeated,
        profile=profile(header.layout, cells, seen, tally),
    )


def _digest(header: Header, columns: list[pa.Array], *, splits: bool) -> pa.Array:
    """Return all texts of each row as one, where a key asks for it, else unknown; ``(n,)``.

    Where rows wider than the header are set aside, what stands there is no matter, nor how wide the table is.
    """
    layout = header.layout
    if ("all",) not in (layout.key, *(rule.key for rule in layout.events)):
        return pa.nulls(len(columns[0]) if columns else 0, pa.string())
    last = max((place for place, name in enumerate(header.headers) if name), default=-1)
    return joined(columns[: last + 1] if splits else columns)


def _choices_beside(header: Header, name: str) -> dict[str, str]:
    """Return the values that the layout's other columns know, with the header of one that does."""
    rules = (rule[0] for rule in header.rules if rule is not None and rule[0].name != name)
    return {value: rule.header for rule in rules for value in rule.choices}


def _headers_with_units(header: Header) -> tuple[str, ...]:
    """Return the headers; one whose unit is not the declared one carries it, so that the row can be read again."""
    named = []
    for place, (text, rule) in enumerate(zip(header.headers, header.rules, strict=True)):
        unit = f"({rule[1]})" if rule is not None and rule[1] != rule[0].unit else ""
        named.append(f"{text}{unit}" if text else f"__{place}")
    return tuple(named)


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


def _known_days(layout: Layout, cells: Mapping[str, Cells], default: date, count: int) -> NDArray[np.int64]:
    fallback = np.full(count, (default - _EPOCH).days, dtype=np.int64)
    column = cells.get(layout.known)
    return fallback if column is None else np.where(column.known, column.values, fallback)


def _known_from_name(name: str) -> date | None:
    found = re.search(r"_(\d{8})\.[^.]+$", name)
    return read_day(found[1]) if found else None


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
