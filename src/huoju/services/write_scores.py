"""Scores into files: CSV, JSON, xlsx or Parquet, told by the ending; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

from huoju.core.errors import PolicyError
from huoju.services.score_zone import ZoneScore
from huoju.services.whole_files import whole, write_json

_DANGEROUS = ("=", "+", "-", "@", "\t", "\x00")  # trust.md 7: a text cell that begins so is taken for a formula


def write_scores(zone: ZoneScore, path: Path) -> tuple[Path, ...]:
    """Write a zone's scores to ``path`` and what belongs to it beside; return the files written.

    Raises ``PolicyError`` for an ending that is none of csv, json, xlsx, parquet.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise PolicyError(
            f"{path.suffix} is no format.",
            code="format-unknown",
            data={"path": path.name, "known": ", ".join(_WRITERS)},
        )
    return writer(zone, path)


def write_table(table: pa.Table, path: Path) -> None:
    """Write one table as CSV or Parquet under a temporary name, then give it its own."""
    with whole(path) as temporary:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, temporary)
        else:
            options = pa_csv.WriteOptions(quoting_style="needed")
            pa_csv.write_csv(_safe(table), temporary, write_options=options)


def _parts(zone: ZoneScore) -> Mapping[str, pa.Table]:
    return {"": zone.enterprises, "monthly": zone.monthly, "reasons": zone.reasons}


def _beside(zone: ZoneScore, path: Path) -> tuple[Path, ...]:
    written = []
    for name, table in _parts(zone).items():
        file = path if not name else path.with_name(f"{path.stem}.{name}{path.suffix}")
        write_table(table, file)
        written.append(file)
    return tuple(written)


def _json(zone: ZoneScore, path: Path) -> tuple[Path, ...]:
    monthly, reasons = _by_enterprise(zone.monthly), _by_enterprise(zone.reasons)
    rows = [
        {**_plain(row), "monthly": monthly.get(row["enterprise"], []), "reasons": reasons.get(row["enterprise"], [])}
        for row in zone.enterprises.to_pylist()
    ]
    fitted = {"code": zone.fitted_on.code, **zone.fitted_on.data()}
    document = {
        "as_of": zone.as_of.isoformat(),
        "policy": zone.policy,
        "snapshot": zone.snapshot,
        "fitted_on": fitted,
        "enterprises": rows,
    }
    write_json(path, document)
    return (path,)


def _by_enterprise(table: pa.Table) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for row in table.to_pylist():
        found.setdefault(row.pop("enterprise"), []).append(_plain(row))
    return found


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {
        name: str(value) if isinstance(value, Decimal) or hasattr(value, "isoformat") else value
        for name, value in row.items()
    }


def _xlsx(zone: ZoneScore, path: Path) -> tuple[Path, ...]:
    write_workbook({name or "scores": table for name, table in _parts(zone).items()}, path)
    return (path,)


def write_workbook(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write tables as the sheets of a workbook under a temporary name, then give it its own; no text is a formula."""
    with whole(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for place, header in enumerate(table.column_names):
                sheet.write_string(0, place, header)
            for line, row in enumerate(table.to_pylist(), start=1):
                for place, value in enumerate(row.values()):
                    if isinstance(value, (int, float, Decimal)):
                        sheet.write_number(line, place, float(value))
                    elif value is not None:
                        sheet.write_string(line, place, str(value))
        book.close()


def _safe(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before texts that a spreadsheet would take for formulas."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type):
            texts = [f"'{text}" if text and text.startswith(_DANGEROUS) else text for text in column.to_pylist()]
            column = pa.array(texts, pa.string())
        columns[name] = column
    return pa.table(columns)


_WRITERS: dict[str, Callable[[ZoneScore, Path], tuple[Path, ...]]] = {
    ".csv": _beside,
    ".parquet": _beside,
    ".json": _json,
    ".xlsx": _xlsx,
}
