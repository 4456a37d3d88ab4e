"""The printed card of the points table: a block for each input, a two-way block for each pair, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import xlsxwriter
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import whole

CARD = "积分卡 Card"
ACROSS, WIDE = 3, 4  # blocks beside each other, columns of one
TOP = 5  # line of the first blocks

Floats = NDArray[np.float64]
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Block:
    """Where a part stands on the card: its points, and for each of its inputs where the edges are and how many."""

    points: str
    sides: tuple[tuple[int, str, int], ...]  # place of the input, range of its edges, how many

    def formula(self, cell: Callable[[int], str]) -> str:
        """Return the formula of the points where ``cell`` says which cell an input stands in."""
        places = [_place(cell(place), edges, count) for place, edges, count in self.sides]
        return f"INDEX({self.points},{','.join(places)})"


@dataclass(frozen=True, slots=True)
class Card:
    """Where the base and the parts of the table stand."""

    base: str
    blocks: tuple[Block, ...]


def write_card(book: xlsxwriter.Workbook, table: PointsTable, say: Say, names: Sequence[str]) -> Card:
    """Write the card as a sheet of a workbook and return where everything stands."""
    sheet = book.add_worksheet(CARD)
    bold, large = book.add_format({"bold": True}), book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, say("title"), large)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for line, code in ((1, "how"), (2, "no-certificate")):
        sheet.merge_range(line, 0, line, ACROSS * WIDE - 2, say(code), wrapped)
    sheet.set_row(1, 48)
    sheet.write_string(3, 0, say("base"), bold)
    sheet.write_number(3, 2, table.base_points, bold)
    sheet.set_column(0, ACROSS * WIDE, 11)
    set_page(sheet)
    line, blocks = TOP, []
    for start in range(0, len(table.inputs), ACROSS):
        beside = table.inputs[start : start + ACROSS]
        for place, part in enumerate(beside):
            blocks.append(_input(sheet, part, (line, place * WIDE), say, (names[part.place], bold)))
        line += max(len(part.edges) for part in beside) + 5
    for pair in table.pairs:
        title = f"{names[pair.first]} × {names[pair.second]}"
        blocks.append(_pair(book, sheet, pair, line, say, (title, bold)))
        line += len(pair.first_edges) + 5
    return Card(_at(3, 2), tuple(blocks))


def set_page(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    """Print a sheet across A4 pages as wide as it is."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def _input(
    sheet: xlsxwriter.worksheet.Worksheet,
    part: Binned,
    at: tuple[int, int],
    say: Say,
    title: tuple[str, xlsxwriter.format.Format],
) -> Block:
    line, left = at
    sheet.write_string(line, left, *title)
    for offset, word in enumerate(("above", "up-to", "points")):
        sheet.write_string(line + 1, left + offset, say(word), title[1])
    first = line + 2
    for row, points in enumerate(whole(part.log_odds).tolist()):
        sheet.write_number(first + row, left + 2, points)
    for row, edge in enumerate(part.edges.tolist()):
        sheet.write_number(first + row, left + 1, edge)
        sheet.write_number(first + row + 1, left, edge)
    last = first + len(part.edges) + 1
    sheet.write_string(last, left, say("unknown"))
    points = _range((first, left + 2), (last, left + 2))
    edges = _range((first, left + 1), (max(last - 2, first), left + 1))
    return Block(points, ((part.place, edges, len(part.edges)),))


def _pair(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    part: Pair,
    line: int,
    say: Say,
    title: tuple[str, xlsxwriter.format.Format],
) -> Block:
    sheet.write_string(line, 0, *title)
    up_to, above = book.add_format({"num_format": '"≤ "General'}), book.add_format({"num_format": '"> "General'})
    rows, columns = part.first_edges.tolist(), part.second_edges.tolist()
    head, first = line + 1, line + 2
    for place, edge in enumerate(rows):
        sheet.write_number(first + place, 0, edge, up_to)
    for place, edge in enumerate(columns, start=1):
        sheet.write_number(head, place, edge, up_to)
    if rows:
        sheet.write_number(first + len(rows), 0, rows[-1], above)
    if columns:
        sheet.write_number(head, len(columns) + 1, columns[-1], above)
    sheet.write_string(first + len(rows) + 1, 0, say("unknown"))
    sheet.write_string(head, len(columns) + 2, say("unknown"))
    for row, line_of in enumerate(whole(part.log_odds).tolist()):
        for column, points in enumerate(line_of, start=1):
            sheet.write_number(first + row, column, points)
    points = _range((first, 1), (first + len(rows) + 1, len(columns) + 2))
    down = _range((first, 0), (first + max(len(rows) - 1, 0), 0))
    along = _range((head, 1), (head, max(len(columns), 1)))
    return Block(points, ((part.first, down, len(rows)), (part.second, along, len(columns))))


def _place(cell: str, edges: str, count: int) -> str:
    """Return which bin a cell falls into, from 1, the last where it is empty; #N/A where it is neither number."""
    passed = f"1+SUMPRODUCT(--({cell}>{edges}))" if count else "1"
    return f"IF(ISBLANK({cell}),{count + 2},IF(ISNUMBER({cell}),{passed},NA()))"


def _at(row: int, column: int) -> str:
    return f"'{CARD}'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"


def _range(start: tuple[int, int], end: tuple[int, int]) -> str:
    return f"{_at(*start)}:${xl_col_to_name(end[1])}${end[0] + 1}"
