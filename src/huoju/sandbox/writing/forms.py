"""The ugly forms of real offices: workbooks with titles, merged headers and totals; CSV in two encodings."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import numpy as np
import xlsxwriter

Row = Sequence[object]
_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(
    tzinfo=None
)  # a fixed day, so that the same seed gives the same bytes
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def write_xlsx(
    path: Path, title: str, header: Sequence[str | tuple[str, str]], rows: Iterable[Row], total: Row | None = None
) -> None:
    """Write one sheet: a merged title, a header of one or two rows, rows of text and numbers, a total row, a note.

    A header cell that is a pair (upper, lower) makes a two-row header; the same upper cells are merged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED, "comments": "synthetic data, no real enterprise / 合成数据，非真实企业"})
    sheet = book.add_worksheet("Sheet1")
    sheet.merge_range(0, 0, 0, len(header) - 1, title)
    line = _write_header(sheet, header)
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None and cell != "":
                sheet.write(line, place, cell)
        line += 1
    if total is not None:
        for place, cell in enumerate(total):
            sheet.write(line, place, cell)
        line += 1
    sheet.write(line + 1, 0, "填报说明：合成数据，仅供演示。")
    book.close()


def _write_header(sheet: xlsxwriter.worksheet.Worksheet, header: Sequence[str | tuple[str, str]]) -> int:
    if not any(isinstance(cell, tuple) for cell in header):
        for place, cell in enumerate(header):
            sheet.write(1, place, cell)
        return 2
    pairs = [cell if isinstance(cell, tuple) else (cell, "") for cell in header]
    for upper, group in groupby(enumerate(pairs), key=lambda item: item[1][0]):
        places = [place for place, _ in group]
        first, last = places[0], places[-1]
        if not pairs[first][1]:
            sheet.merge_range(1, first, 2, first, upper)
            continue
        if last > first:
            sheet.merge_range(1, first, 1, last, upper)
        else:
            sheet.write(1, first, upper)
        for place in places:
            sheet.write(2, place, pairs[place][1])
    return 3


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row], encoding: str, title: str = "") -> None:
    """Write comma-separated text, with a title line above the header where one is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="", errors="replace") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        if title:
            writer.writerow([title])
        writer.writerow(header)
        writer.writerows(rows)


def yuan(fen: int) -> str:
    """Return fen as yuan with two decimals, as offices print it."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def smudge(text: str, rng: np.random.Generator, full_width: float, bad: float) -> str:
    """Return the text, now and then in full-width digits, and rarely with a thousands mark that no parser takes."""
    draw = rng.random()
    if draw < bad and len(text) > 4 and text[:4].isdigit():
        return f"{text[:1]},{text[1:]}"
    return text.translate(_FULL_WIDTH) if draw < bad + full_width else text
