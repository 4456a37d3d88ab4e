"""Workbooks: looked through before a parser opens them, then read as text cells.

The guard reads every member as a stream, so that a bomb, a far-away cell or a document type is found
before memory is asked for (``domain`` of hostile files: one cell at XFD1048576 asks for 512 GiB).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal

CHUNK = 1 << 16
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,9})([0-9]{1,12})["']|<row\b[^>]*?\br\s*=\s*["']([0-9]{1,12})["']""")
_HEADER_ROWS = 12  # merged cells are spread only here, where titles and headers stand

Cell = str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows of text cells; the first is row 1 of the sheet as a person sees it.

    ``merged``: rows in which cells beside each other are merged; ``filled``: rows into which the text of a cell
    merged with those above was written.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[int] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)


def read_xlsx(path: Path, limits: Limits) -> list[Sheet]:
    """Return the visible sheets that hold anything. Raises ``Refusal`` where the workbook is not safe or whole."""
    guard(path, limits)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return [sheet for name in workbook.sheet_names if (sheet := _sheet(workbook, name)).rows]
    except PasswordError:
        raise Refusal("workbook-old-or-encrypted") from None
    except (CalamineError, WorksheetNotFound, OSError, ValueError, OverflowError, IndexError):
        raise Refusal("file-damaged") from None


def guard(path: Path, limits: Limits) -> None:
    """Raise ``Refusal`` where a workbook is too large, hides something, or points outside itself."""
    if path.stat().st_size > limits.xlsx_bytes:
        raise Refusal("file-too-large", bytes=path.stat().st_size, at_most=limits.xlsx_bytes)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _look_at_names(members, limits)
            unpacked = 0
            for member in members:
                unpacked += _look_through(archive, member, limits, limits.xlsx_unpacked - unpacked)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        expat.ExpatError,
    ):
        raise Refusal("file-damaged") from None


def _look_at_names(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.xlsx_members:
        raise Refusal("archive-too-many-members", members=len(members), at_most=limits.xlsx_members)
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/"):
            raise Refusal("archive-path-outside")
        if name.lower().endswith("vbaproject.bin"):
            raise Refusal("workbook-with-macros")
        if "/externallinks/" in name.lower():
            raise Refusal("workbook-with-external-links")
        if member.flag_bits & 1:
            raise Refusal("workbook-old-or-encrypted")
        if member.file_size > limits.xlsx_ratio * max(member.compress_size, 1) and member.file_size > 1_000_000:
            raise Refusal("archive-bomb", ratio=limits.xlsx_ratio)
    if sum(member.file_size for member in members) > limits.xlsx_unpacked:
        raise Refusal("archive-bomb", ratio=limits.xlsx_ratio)


def _look_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, left: int) -> int:
    is_sheet = member.filename.startswith("xl/worksheets/")
    is_xml = member.filename.lower().endswith((".xml", ".rels"))
    seen = 0
    xml = expat.ParserCreate()
    xml.StartDoctypeDeclHandler = _refuse_doctype
    for window, fresh in _windows(archive, member):
        if seen == 0 and is_xml and b"\x00" in window[:64]:
            raise Refusal("sheet-utf16")
        seen += fresh
        if seen > left:
            raise Refusal("archive-bomb", ratio=limits.xlsx_ratio)
        if is_sheet:
            _look_at_references(window, limits)
        if is_xml:
            xml.Parse(window[-fresh:], False)
    if is_xml:
        xml.Parse(b"", True)
    return seen


def _refuse_doctype(*_: object) -> None:
    raise Refusal("xml-with-doctype")


def _windows(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            yield tail + chunk, len(chunk)
            tail = chunk[-64:]


def _look_at_references(window: bytes, limits: Limits) -> None:
    for letters, row, bare_row in _REFERENCE.findall(window):
        if int(row or bare_row) > limits.rows:
            raise Refusal("sheet-too-many-rows", at_most=limits.rows)
        if letters and _column_number(letters) > limits.columns:
            raise Refusal("sheet-too-many-columns", at_most=limits.columns)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet(workbook: CalamineWorkbook, name: str) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    beside: set[int] = set()
    below: set[int] = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        last = min(bottom, len(rows) - 1)
        if right > left:
            beside.update(range(top + 1, last + 2))
            if top < min(_HEADER_ROWS, len(rows)):
                for row in rows[top : min(bottom, _HEADER_ROWS) + 1]:
                    row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
        elif top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : last + 1]:
                row[left] = rows[top][left]
            below.update(range(top + 2, last + 2))
    while rows and not any(rows[-1]):
        rows.pop()
    return Sheet(name, rows, sorted(beside), sorted(below))


def _text(cell: object) -> Cell:
    """Return what the cell says, exactly: whole numbers without a point, days as ISO dates."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    text = str(cell) if cell is not None else ""
    return text or None
