"""The contract of a layout, held against its rows: ranges, filled shares, and what must agree across columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.money import FEN_PER_YUAN, MICRO
from huoju.core.variable import Variable, variables
from huoju.sources.complaints import Complaints
from huoju.sources.layout import NUMERIC, CrossRule, Layout
from huoju.sources.tally import Sizes, Tally
from huoju.sources.typed import Cells

_WHOLE = {"money": FEN_PER_YUAN, "number": MICRO, "share": MICRO}


def check(layout: Layout, cells: Mapping[str, Cells], complaints: Complaints) -> None:
    """Hold the rows of a layout against its contract; rows that break it are set aside with the reason."""
    _ranges(layout, cells, complaints)
    for rule in layout.rules:
        if all(name in cells for name in (*rule.columns, *((rule.whole,) if rule.whole else ()))):
            _cross(layout, rule, cells, complaints)
    _filled(layout, cells, complaints)


def _ranges(layout: Layout, cells: Mapping[str, Cells], complaints: Complaints) -> None:
    for rule in layout.columns:
        if rule.name not in cells:
            continue
        cell = cells[rule.name]
        least, most = rule.at_least, rule.at_most
        out = np.zeros(len(cell.values), dtype=bool)
        if least is not None:
            out |= cell.known & (cell.values < least)
        if most is not None:
            out |= cell.known & (cell.values > most)
        for variable in (variables()[name] for name, column in layout.facts.items() if column == rule.name):
            out |= cell.known & _outside(variable, cell.values)
        if rule.kind in NUMERIC and not rule.signed:
            out &= cell.values >= 0  # that it is negative was said already
        complaints.set_aside("not-in-range", rule.header, out, cell.original)


def _outside(variable: Variable, values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which values no such quantity can have, by the vocabulary; ``(n,)``."""
    out = np.zeros(len(values), dtype=bool)
    if variable.dtype in ("text", "date", "flag"):
        return out
    factor = _WHOLE.get(variable.dtype, 1)
    if variable.at_least is not None:
        out |= values < int(variable.at_least * factor)
    if variable.at_most is not None:
        out |= values > int(variable.at_most * factor)
    return out


def _cross(layout: Layout, rule: CrossRule, cells: Mapping[str, Cells], complaints: Complaints) -> None:
    headers = "、".join(_header(layout, name) for name in rule.columns)
    code, against, broken = _BROKEN[rule.kind](layout, rule, cells)
    say = complaints.set_aside if rule.sets_aside else complaints.about
    say(code, headers, broken, None, against=against)


def _order(layout: Layout, rule: CrossRule, cells: Mapping[str, Cells]) -> tuple[str, str, NDArray[np.bool_]]:
    found = [cells[name] for name in rule.columns]
    broken = np.zeros(len(found[0].values), dtype=bool)
    for earlier, later in pairwise(found):
        broken |= earlier.known & later.known & (earlier.values > later.values)
    return "days-not-in-order", "", broken


def _sum(layout: Layout, rule: CrossRule, cells: Mapping[str, Cells]) -> tuple[str, str, NDArray[np.bool_]]:
    whole, parts = cells[rule.whole], [cells[name] for name in rule.columns]
    known = whole.known & np.all([part.known for part in parts], axis=0)
    total = np.sum([part.values for part in parts], axis=0)
    wrong = total > whole.values if rule.kind == "at_most" else total != whole.values
    code = "parts-exceed-whole" if rule.kind == "at_most" else "parts-do-not-add-up"
    return code, _header(layout, rule.whole), known & wrong


def _unique(layout: Layout, rule: CrossRule, cells: Mapping[str, Cells]) -> tuple[str, str, NDArray[np.bool_]]:
    texts = [pc.fill_null(cells[name].texts, "") for name in rule.columns]
    codes = pc.binary_join_element_wise(*texts, "\x1f").dictionary_encode().indices.to_numpy(zero_copy_only=False)
    _, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    known = np.all([cells[name].known for name in rule.columns], axis=0)
    return "rows-contradict", "", known & (counts[places] > 1) if len(codes) else known


_BROKEN = {"order": _order, "at_most": _sum, "equals": _sum, "unique": _unique}


def _filled(layout: Layout, cells: Mapping[str, Cells], complaints: Complaints) -> None:
    for rule in layout.columns:
        if rule.filled_at_least is None or rule.name not in cells:
            continue
        known = cells[rule.name].known
        share = Fraction(int(known.sum()), len(known)) if len(known) else Fraction(1)
        if share < rule.filled_at_least:
            shown = {"filled": f"{float(share):.1%}", "at_least": f"{float(rule.filled_at_least):.1%}"}
            complaints.note("filled-too-seldom", column=rule.header, **shown)


def _header(layout: Layout, name: str) -> str:
    rule = layout.rule(name)
    return name if rule is None else rule.header


def profile(layout: Layout, cells: Mapping[str, Cells], seen: int, tally: Tally) -> dict[str, object]:
    """Return what later deliveries are compared with: rows, how many filled, the median of each number.

    Counts are of all rows that ``tally`` has seen, these added to it. Medians are of known values other than 0, the
    lower of two, to four digits; a column without any has none.
    """
    tally.rows += seen
    for rule in layout.columns:
        if rule.name not in cells:
            continue
        cell = cells[rule.name]
        tally.filled[rule.name] = tally.filled.get(rule.name, 0) + int(cell.known.sum())
        if rule.kind in NUMERIC:
            tally.sizes.setdefault(rule.name, Sizes()).add(cell.values[cell.known & (cell.values != 0)])
    found = {name: sizes.middle() for name, sizes in tally.sizes.items()}
    typical = {name: middle for name, middle in found.items() if middle is not None}
    return {"rows": tally.rows, "filled": dict(tally.filled), "typical": typical}
