"""Finding the header of a delivered table: under titles, over two merged rows, in other spellings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from huoju.core.money import YUAN_UNITS
from huoju.sources.cells import UNIT_FACTORS
from huoju.sources.delivery import RawTable
from huoju.sources.layout import ColumnRule, Layout

# Columns that a workbook of corrections carries at its right (services/write_corrections.py); they are no data.
CORRECTIONS = {
    "zh": ("来件行号", "有误的列", "问题说明", "应填内容"),
    "en": ("row delivered", "column at fault", "what is wrong", "what was expected"),
}
SEARCHED = 30  # rows in which a header is looked for
_UNIT = re.compile(r"(.*?)\((?:单位:)?([^()]*)\)")  # of folded text: NFKC makes brackets and colons ASCII
_TITLE_UNIT = re.compile(r"单位:([^\s,;。()]+)")

Spelling = tuple[str, str]  # header folded, unit written in it or ""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what each column is: a rule with its unit, or None."""

    layout: Layout
    body: int  # index of the first row under the header
    titles: tuple[str, ...]
    headers: tuple[str, ...]
    rules: tuple[tuple[ColumnRule, str] | None, ...]


def find_header(table: RawTable, layouts: tuple[Layout, ...]) -> Header | None:
    """Return the first header that a layout recognises, one row tall before two; None where there is none.

    A header in which a column stands twice is taken only where no other fits: the upper row of a merged
    header looks like that.
    """
    height = min(SEARCHED, table.cells.num_rows)
    rows = [table.row(index) for index in range(height)]
    repeated: Header | None = None
    for tall in (1, 2):
        for top in range(height - tall + 1):
            spellings = [spell(_joined(rows[top : top + tall], place)) for place in range(table.width)]
            known = {name for name, _ in spellings if name}
            for layout in layouts:
                if all(_names(layout, wanted) & known for wanted in layout.recognise):
                    header = _header(layout, top + tall, rows[:top], spellings)
                    if not repeated_columns(header):
                        return header
                    repeated = repeated or header
    return repeated


def corrections_in(header: Header) -> tuple[int, ...]:
    """Return the places of columns that only say what was wrong with a row."""
    known = {spell(name)[0] for names in CORRECTIONS.values() for name in names}
    found = [place for place, name in enumerate(header.headers) if name in known]
    return tuple(found) if len(found) == len(CORRECTIONS["zh"]) else ()


def widened(header: Header, width: int) -> Header:
    """Return the header over at least ``width`` columns, those to its right without a name."""
    more = max(0, width - len(header.headers))
    return replace(header, headers=(*header.headers, *[""] * more), rules=(*header.rules, *[None] * more))


def repeated_columns(header: Header) -> set[str]:
    """Return the headers of columns that more than one delivered column claims to be."""
    found = [rule[0].header for rule in header.rules if rule is not None]
    return {name for name in found if found.count(name) > 1}


def spell(text: str) -> Spelling:
    """Return a header folded for comparing, and the unit it carries in brackets.

    >>> spell("研发费用 （万元）")
    ('研发费用', '万元')
    """
    folded = _fold(text)
    match = _UNIT.fullmatch(folded)
    if match and match[2] and match[2] in UNIT_FACTORS:
        return match[1], match[2]
    return folded, ""


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _joined(rows: list[list[str | None]], place: int) -> str:
    parts: list[str] = []
    for row in rows:
        cell = row[place] or ""
        if cell and cell not in parts:
            parts.append(cell)
    if len(parts) == 2:
        (upper, upper_unit), (lower, lower_unit) = spell(parts[0]), spell(parts[1])
        unit = lower_unit or upper_unit
        return f"{upper}{lower.removeprefix('其中:')}" + (f"({unit})" if unit else "")
    return "".join(parts)


def _names(layout: Layout, header: str) -> set[str]:
    folded = spell(header)[0]
    for rule in layout.columns:
        if rule.header == header:
            return {spell(name)[0] for name in (rule.header, *rule.alternates)}
    return {folded}


def _header(layout: Layout, body: int, above: list[list[str | None]], spellings: list[Spelling]) -> Header:
    titles = tuple(dict.fromkeys(cell.strip() for row in above for cell in row if cell and cell.strip()))
    title_unit = next((found[1] for title in titles if (found := _TITLE_UNIT.search(_fold(title)))), "")
    by_name = {spell(name)[0]: rule for rule in layout.columns for name in (rule.header, *rule.alternates)}
    rules: list[tuple[ColumnRule, str] | None] = []
    for name, unit in spellings:
        rule = by_name.get(name)
        rules.append((rule, _unit(rule, unit, title_unit)) if rule else None)
    return Header(layout, body, titles, tuple(name for name, _ in spellings), tuple(rules))


def _unit(rule: ColumnRule, written: str, title: str) -> str:
    """Return the unit of a column: what its header writes, else for money what the title says, else the declared."""
    if written:
        return written
    return title if rule.kind == "money" and title in YUAN_UNITS else rule.unit
