"""Lists as people have them: CSV or Parquet files with columns of any name, read into the columns of linking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from huoju.core.document import Document, read_document
from huoju.core.errors import HuojuError, NothingFound
from huoju.fusion.records import COLUMNS
from huoju.sources.files.kind import kind_of
from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal
from huoju.sources.files.text import decode

_FUSION = Path(__file__).parents[1] / "fusion"
_DAY = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})(?:\D.*)?$")


def read_list(path: Path, named: Mapping[str, str] | None = None) -> pa.Table:
    """Return the rows of a CSV (utf-8, utf-8 with a mark, gb18030) or Parquet file as columns of ``COLUMNS``.

    ``named`` says what a column is called in the file; others are known by ``link_columns.yaml``. Without ids, a
    row is ``file:line``. Raises ``NothingFound`` for an absent file and ``HuojuError`` for one that can't be read,
    has no names, or says an id twice.
    """
    table = _raw(path)
    found = _columns(path, table.column_names, named or {})
    columns = {column: table[header] for column, header in found.items()}
    if "id" not in columns:
        columns["id"] = pa.array([f"{path.name}:{row + 2}" for row in range(len(table))])
    ids = columns["id"].cast(pa.string())
    if ids.null_count or len(pc.unique(ids)) < len(ids):
        twice = pc.value_counts(ids).to_pylist()
        said = next((str(v["values"]) for v in twice if v["counts"] > 1 or v["values"] is None), "")
        raise HuojuError(f"{path}: id {said} twice.", code="list-id-twice", data={"file": path.name, "id": said})
    if "founded" in columns:
        columns["founded"] = _days(columns["founded"])
    return pa.table(
        {name: column if name == "founded" else column.cast(pa.string()) for name, column in columns.items()}
    )


def mapping_of(path: Path | None) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what the columns of the left and the right list are called, by a YAML file.

    The file has ``left:`` and ``right:``, or the columns of both. Raises ``DocumentError`` where it is malformed.
    """
    if path is None:
        return {}, {}
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    document = read_document(path)
    if "left" in document or "right" in document:
        document.allow("left", "right")
        return _named(document.child("left")), _named(document.child("right"))
    return _named(document), _named(document)


def read_labels(path: Path) -> Mapping[tuple[str, str], bool]:
    """Return a person's labels: columns left_id, right_id and verdict (accept or reject, 是 or 否, 1 or 0)."""
    table = _raw(path)
    lacking = [name for name in ("left_id", "right_id", "verdict") if name not in table.column_names]
    if lacking:
        raise HuojuError(
            f"{path}: no {lacking[0]}.", code="labels-malformed", data={"file": path.name, "what": lacking[0]}
        )
    meaning = {"accept": True, "reject": False, "是": True, "否": False, "1": True, "0": False}
    labels = {}
    for left, right, verdict in zip(*(table[n].to_pylist() for n in ("left_id", "right_id", "verdict")), strict=True):
        if str(verdict).strip().lower() not in meaning:
            raise HuojuError(
                f"{path}: {verdict}.", code="labels-malformed", data={"file": path.name, "what": str(verdict)}
            )
        labels[str(left), str(right)] = meaning[str(verdict).strip().lower()]
    return labels


def _named(document: Document) -> Mapping[str, str]:
    document.allow(*COLUMNS)
    return {column: document.text(column) for column in document.keys()}


def _raw(path: Path) -> pa.Table:
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    try:
        kind = kind_of(path)
        if kind == "parquet":
            return pq.read_table(path)
        if kind != "csv":
            raise Refusal("kind-not-taken")
        text, _ = decode(path, Limits())
        head = text[: text.find("\n") + 1 or None]
        names = pa_csv.read_csv(
            pa.py_buffer(head.encode()), parse_options=pa_csv.ParseOptions(delimiter=max(",;\t", key=head.count))
        ).column_names
        return pa_csv.read_csv(
            pa.py_buffer(text.encode()),
            read_options=pa_csv.ReadOptions(block_size=16 << 20),
            parse_options=pa_csv.ParseOptions(delimiter=max(",;\t", key=head.count), newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except Refusal as refusal:
        raise HuojuError(str(path), code="list-unreadable", data={"file": path.name, "why": refusal.code}) from None
    except (pa.ArrowException, OSError) as error:
        raise HuojuError(str(path), code="list-unreadable", data={"file": path.name, "why": str(error)}) from None


def _columns(path: Path, headers: list[str], named: Mapping[str, str]) -> dict[str, str]:
    known = read_document(_FUSION / "link_columns.yaml")
    folded = {unicodedata.normalize("NFKC", header).replace(" ", "").lower(): header for header in headers}
    found = {}
    for column in COLUMNS:
        if column in named:
            if named[column] not in headers:
                data = {"file": path.name, "column": named[column], "known": "、".join(headers)}
                raise HuojuError(f"{path}: no column {named[column]}.", code="list-column-absent", data=data)
            found[column] = named[column]
            continue
        header = next((folded[called] for called in known.texts(column) if called in folded), None)
        if header is not None and header not in named.values():
            found[column] = header
    if "name" not in found:
        data = {"file": path.name, "column": known.texts("name")[1], "known": "、".join(headers)}
        raise HuojuError(f"{path}: no column of names.", code="list-column-absent", data=data)
    return found


def _days(column: pa.ChunkedArray) -> pa.Array:
    """Return days; what names no day is unknown."""
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        return column.cast(pa.date32())
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    days = pa.array([_day(text) for text in encoded.dictionary.to_pylist()], pa.date32())
    return days.take(encoded.indices)


def _day(text: str) -> date | None:
    found = _DAY.match(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
