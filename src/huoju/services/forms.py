"""Forms: workbooks with one sheet for each layout, empty or with rows to correct, that can be imported again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from huoju.core.money import FEN_PER_YUAN, MICRO
from huoju.core.words import Words
from huoju.services.whole_files import whole
from huoju.services.words import words_in
from huoju.sources.cells import UNIT_FACTORS
from huoju.sources.layout import DATED, NUMERIC, ColumnRule

_BAD_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_ROWS = 2_000  # that carry the checks of a template
_LONGEST_LIST = 250  # characters that a list of choices may have in a cell's check


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of a form; ``rule`` is None for one that is only carried along."""

    header: str
    rule: ColumnRule | None


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet: its title, columns, rows of texts, and by row the places of cells that are wrong."""

    title: str
    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[str | None, ...], ...] = ()
    wrong: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is only read: headers and rows of texts."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_forms(path: Path, forms: Sequence[Form], notes: Sequence[Sheet], language: str) -> Path:
    """Write a workbook under a temporary name, then give it its own; no text in it is a formula or a link.

    Cells to be filled are of the format text, so that what is typed stays as typed.
    """
    with whole(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "num_format": "@"}),
            "needed": book.add_format({"bold": True, "bg_color": "#F6E3D5", "num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
            "wrong": book.add_format({"num_format": "@", "bg_color": "#F8D7DA"}),
        }
        taken: set[str] = set()
        for form in forms:
            _write_form(book.add_worksheet(_title(form.title, taken)), form, styles, words_in(language))
        for note in notes:
            sheet = book.add_worksheet(_title(note.title, taken))
            for place, header in enumerate(note.headers):
                sheet.write_string(0, place, header, styles["head"])
                sheet.set_column(place, place, 24)
            for line, row in enumerate(note.rows, start=1):
                for place, text in enumerate(row):
                    sheet.write_string(line, place, text, styles["text"])
            sheet.freeze_panes(1, 0)
        book.close()
    return path


def expected(rule: ColumnRule, words: Words) -> str:
    """Return in words what a column takes: kind, unit, range, choices, and whether it is needed."""
    kind = "number" if rule.kind in ("money", "number", "share") else rule.kind
    unit = rule.unit if rule.unit not in ("", "1") else ""
    code = f"expect.{kind}-unit" if unit and kind in ("number", "count") else f"expect.{kind}"
    parts = [words.say(code, {"unit": unit, "choices": "、".join(rule.choices)})]
    for bound in ("at_least", "at_most"):
        value = getattr(rule, bound)
        if value is not None:
            parts.append(words.say(f"expect.{bound.replace('_', '-')}", {"value": shown(rule, value)}))
    if rule.kind in NUMERIC and not rule.signed and rule.at_least is None:
        parts.append(words.say("expect.not-negative"))
    if rule.required:
        parts.append(words.say("expect.required"))
    return "\n".join(parts)


def shown(rule: ColumnRule, value: int) -> str:
    """Return a bound as a person writes it, in the column's own unit."""
    if rule.kind in DATED:
        return str(date(1970, 1, 1) + timedelta(days=value))
    default = {"money": FEN_PER_YUAN, "number": MICRO, "share": MICRO}.get(rule.kind, 1)
    exact = value / (UNIT_FACTORS[rule.unit] if rule.unit else default)
    return f"{float(exact):g}"


def header_of(rule: ColumnRule) -> str:
    """Return a header with its unit, as it is read back."""
    return f"{rule.header}({rule.unit})" if rule.kind in NUMERIC and rule.unit not in ("", "1") else rule.header


def _write_form(sheet: Any, form: Form, styles: Mapping[str, Any], words: Words) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(form.columns):
        needed = column.rule is not None and column.rule.required
        sheet.write_string(0, place, column.header, styles["needed" if needed else "head"])
        sheet.set_column(place, place, max(12, min(40, 2 * len(column.header) + 4)), styles["text"])
        if column.rule is not None:
            sheet.write_comment(0, place, expected(column.rule, words), {"x_scale": 2})
            _check_cells(sheet, place, column.rule, words, len(form.rows))
    for line, row in enumerate(form.rows, start=1):
        for place, text in enumerate(row):
            style = styles["wrong" if place in form.wrong.get(line - 1, ()) else "text"]
            if text is not None:
                sheet.write_string(line, place, text, style)
            elif style is styles["wrong"]:
                sheet.write_blank(line, place, None, style)


def _check_cells(sheet: Any, place: int, rule: ColumnRule, words: Words, rows: int) -> None:
    choices = list(rule.choices)
    if choices and sum(map(len, choices)) + len(choices) <= _LONGEST_LIST and not any("," in c for c in choices):
        told = {"validate": "list", "source": choices, "error_type": "warning"}
        told["error_message"] = words.say("expect.choice", {"choices": "、".join(choices)})[:255]
        sheet.data_validation(1, place, max(rows, _ROWS), place, told)


def _title(wanted: str, taken: set[str]) -> str:
    """Return a title that a workbook allows and that no sheet before has."""
    plain = _BAD_IN_TITLES.sub(" ", wanted).strip()[:31] or "1"
    title, number = plain, 1
    while title.lower() in taken:
        number += 1
        title = f"{plain[: 31 - len(str(number)) - 1]}-{number}"
    taken.add(title.lower())
    return title
