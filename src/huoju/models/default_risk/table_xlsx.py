"""The points table as a workbook: a card to print, and a calculator whose formulas look the points up in the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO

import numpy as np
import xlsxwriter
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.default_risk.table_card import Card, Say, set_page, write_card
from huoju.models.scale import BASE_ODDS, BASE_POINTS, DOUBLING, HIGHEST, LOWEST

ROWS = 1_000  # enterprises that the calculator takes
HEAD = 2  # lines above them
FARTHEST = 1e300  # stands for infinity, which a cell can't hold
CALCULATOR = "计算 Calculator"

Floats = NDArray[np.float64]


def to_xlsx(
    table: PointsTable, say: Say, *, labels: Mapping[str, str] | None = None, values: Floats | None = None
) -> bytes:
    """Return the workbook; the same table and values give the same bytes.

    ``say`` gives the words of the sheets by code, ``labels`` those of the inputs (else their names), ``values``
    ``(n, k)``, at most 1,000 rows, to begin with. An empty cell is unknown; what is no number gives #N/A, never points.
    Spreadsheets take numbers that agree in 15 digits for equal: a value that close above an edge counts as the edge.
    """
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": say("title"), "created": datetime(1980, 1, 1)})  # the same bytes on any day
    names = [(labels or {}).get(name, name) for name in table.names]
    card = write_card(book, table, say, names)
    rows = np.full((ROWS, len(names)), np.nan)
    count = 0 if values is None else len(values)
    rows[:count] = np.empty((0, len(names))) if values is None else values
    _calculator(book, table, card, (say, names), (rows, count))
    book.close()
    return made.getvalue()


def _calculator(
    book: xlsxwriter.Workbook,
    table: PointsTable,
    card: Card,
    words: tuple[Say, Sequence[str]],
    given: tuple[Floats, int],
) -> None:
    """Write a line for each enterprise: its inputs, the points of each part, score and probability."""
    sheet, (rows, count) = book.add_worksheet(CALCULATOR), given
    _heads(book, sheet, table, *words)
    percent = book.add_format({"num_format": "0.00%"})
    inputs, parts = len(table.inputs), len(table.parts)
    points, score, chance = table.addends(rows).tolist(), table.score(rows).tolist(), table.probability(rows).tolist()
    for place in range(ROWS):
        line, is_given = place + HEAD + 1, place < count
        if is_given:
            sheet.write_number(line - 1, 0, place + 1)
        for column, value in enumerate(rows[place].tolist(), start=1):
            if not np.isnan(value):
                sheet.write_number(line - 1, column, min(max(value, -FARTHEST), FARTHEST))
        is_empty = f"COUNTA($A{line}:${xl_col_to_name(inputs)}{line})=0"
        cells = [f"${xl_col_to_name(column + 1)}{line}" for column in range(inputs)]
        first, last = xl_col_to_name(inputs + 1), xl_col_to_name(inputs + parts)
        formulas = [block.formula(cells.__getitem__) for block in card.blocks]
        formulas.append(f"MAX({LOWEST},MIN({HIGHEST},{card.base}+SUM({first}{line}:{last}{line})))")
        mine = f"{xl_col_to_name(inputs + parts + 1)}{line}"
        formulas.append(f"1/(1+{BASE_ODDS}*2^(({mine}-{BASE_POINTS})/{DOUBLING}))")
        shown = [*points[place], score[place], chance[place]]
        for column, (formula, value) in enumerate(zip(formulas, shown, strict=True), start=inputs + 1):
            style = percent if column == inputs + parts + 2 else None
            sheet.write_formula(line - 1, column, f'=IF({is_empty},"",{formula})', style, value if is_given else "")


def _heads(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    table: PointsTable,
    say: Say,
    names: Sequence[str],
) -> None:
    style = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    titles = [
        names[part.place] if isinstance(part, Binned) else f"{names[part.first]} × {names[part.second]}"
        for part in table.parts
    ]
    heads = [say("enterprise"), *names, *(f"{title} {say('points')}" for title in titles)]
    heads += [say("score"), say("probability")]
    sheet.write_string(0, 0, say("calculator"))
    for place, word in enumerate(heads):
        sheet.write_string(1, place, word, style)
    sheet.freeze_panes(HEAD, 1)
    sheet.set_column(0, len(heads) - 1, 14)
    set_page(sheet)
