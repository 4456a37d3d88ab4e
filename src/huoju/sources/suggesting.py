"""A proposal of what the columns of an unknown table mean, with how sure it is of each; a person decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from huoju.core.money import YUAN_UNITS
from huoju.core.variable import variables
from huoju.sources.cells import UNIT_FACTORS, fold
from huoju.sources.delivery import RawTable
from huoju.sources.header import SEARCHED, spell
from huoju.sources.layout import Layout
from huoju.sources.profiling import Looks, looks_of
from huoju.sources.resembling import SUBJECT, Wordings, wordings

ENOUGH = 0.6  # below it a column is left out for a person to decide
_CLOSE = 0.9  # a second best as near as this makes the best less sure
_DTYPES = {
    "number": {"money": 1.0, "number": 1.0, "share": 1.0, "count": 1.0, "text": 0.5, "flag": 0.3},
    "day": {"date": 1.0, "text": 0.4},
    "flag": {"flag": 1.0, "count": 0.8, "text": 0.6, "number": 0.6},
    "choice": {"text": 1.0, "flag": 0.7},
    "text": {"text": 1.0},
    "name": {"text": 1.0},
    "identifier": {"text": 0.6},
    "code": {"text": 0.8},
}
_ODD = 0.2
_KEPT_KINDS = ("month", "year")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column may be: ``target`` is a variable, how a subject is named, ``month``/``year``, or empty.

    ``confidence`` is from 0 to 1; ``nearest`` the spelling it is like; ``second`` the next best target.
    """

    header: str
    unit: str
    looks: Looks
    target: str
    confidence: float
    second: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The proposals for one sheet, in the order of its columns; ``row`` is where its header stands."""

    sheet: str
    row: int
    columns: tuple[Proposal, ...]


def suggest(table: RawTable, layouts: Iterable[Layout]) -> Suggestion | None:
    """Return what the columns of a table may mean; None where no row looks like a header."""
    top = _header_row(table)
    if top is None:
        return None
    words = wordings(layouts)
    headers = [cell or "" for cell in table.row(top)]
    body = table.cells.slice(top + 1)
    scored = []
    for place, header in enumerate(headers):
        looks = looks_of(body[str(place)].combine_chunks())
        scored.append((header, looks, _candidates(header, looks, words)))
    return Suggestion(table.sheet, int(table.rows[top].as_py()), _assigned(scored))


def _header_row(table: RawTable) -> int | None:
    """Return the first row that names most columns, each differently, with no number or day among them."""
    rows = [table.row(index) for index in range(min(SEARCHED, table.cells.num_rows))]
    widest = max((sum(cell is not None for cell in row) for row in rows), default=0)
    for index, row in enumerate(rows):
        named = [cell for cell in row if cell]
        plain = fold(pa.array(named, pa.string())).to_pylist()
        is_worded = all(text and not text.replace(".", "").replace("-", "").isdigit() for text in plain)
        if len(named) >= max(1, 0.6 * widest) and len(set(named)) == len(named) and is_worded:
            return index
    return None


def _candidates(header: str, looks: Looks, words: Wordings) -> list[tuple[float, str]]:
    """Return what a column may be, the surest first."""
    found = []
    for target in words.names:
        likeness = words.likeness(header, target)
        score = _as_subject(target, likeness, looks) if target in SUBJECT else likeness * _fits(target, header, looks)
        if score > 0.15:
            found.append((min(score, 0.99), target))
    if looks.kind in _KEPT_KINDS:
        found.append((0.85 if looks.sure == 1 else 0.7, looks.kind))
    return sorted(found, key=lambda item: (-item[0], item[1]))


def _as_subject(target: str, likeness: float, looks: Looks) -> float:
    """Return how surely a column says whose the row is: right check digits prove a code, endings make a name."""
    if target == "uscc":
        return 0.45 + 0.2 * looks.sure + 0.34 * likeness if looks.kind == "code" else 0.6 * likeness
    if target == "name":
        return 0.55 + 0.44 * likeness if looks.kind == "name" else 0.6 * likeness
    return 0.5 + 0.45 * likeness if looks.kind == "identifier" else 0.7 * likeness


def _fits(target: str, header: str, looks: Looks) -> float:
    variable = variables()[target]
    fits = _DTYPES.get(looks.kind, {}).get(variable.dtype, _ODD)
    if looks.kind == "code" and target.endswith("_uscc"):
        fits = 1.0
    unit = spell(header)[1]
    if unit in YUAN_UNITS and variable.dtype != "money":
        return _ODD
    if unit and unit not in YUAN_UNITS and variable.dtype == "money":
        return _ODD
    if (unit in ("%", "％") or looks.percent) and variable.dtype != "share":
        return fits * 0.4
    if variable.dtype == "count" and looks.kind == "number" and not looks.whole:
        return fits * 0.5
    return fits


def _assigned(scored: list[tuple[str, Looks, list[tuple[float, str]]]]) -> tuple[Proposal, ...]:
    """Return a proposal for each column; a target is given once, to the column that is surest of it."""
    ranked = sorted(
        ((score, place, target) for place, (_, _, options) in enumerate(scored) for score, target in options),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    chosen: dict[int, tuple[float, str]] = {}
    taken: set[str] = set()
    for score, place, target in ranked:
        if place not in chosen and target not in taken and score >= ENOUGH:
            chosen[place] = (score, target)
            taken.add(target)
    proposals = []
    for place, (header, looks, options) in enumerate(scored):
        score, target = chosen.get(place, (options[0][0] if options else 0.0, ""))
        others = [option for option in options if option[1] != target]
        if target and others and others[0][0] >= _CLOSE * score:
            score *= 0.85
            target = target if score >= ENOUGH else ""
        unit = spell(header)[1]
        second = others[0][1] if others else ""
        proposals.append(Proposal(header, unit if unit in UNIT_FACTORS else "", looks, target, round(score, 2), second))
    return tuple(proposals)
