"""One delivered column to values of its kind: what can't be read is said, and the row set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.uscc import are_valid
from huoju.sources.cells import UNIT_FACTORS, by_value, fold, folded_numbers, is_clean
from huoju.sources.coded import each_text, each_value, is_coded, places_of, plain
from huoju.sources.complaints import Complaints
from huoju.sources.layout import DATED, NUMERIC, ColumnRule
from huoju.sources.moments import moments

HIDDEN = r"[\x{202a}-\x{202e}\x{2066}-\x{2069}\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # marks that change what a text shows


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of values: ``values`` ``(n,)`` int64, or text in ``texts``; ``known`` ``(n,)``; the originals.

    ``folded`` and ``written`` are texts and originals as they came, coded or not.
    """

    folded: pa.Array
    values: NDArray[np.int64]
    known: NDArray[np.bool_]
    written: pa.Array

    @property
    def texts(self) -> pa.Array:
        """The folded texts, for reading."""
        return plain(self.folded)

    @property
    def original(self) -> pa.Array:
        """The texts as delivered."""
        return plain(self.written)

    def take(self, kept: NDArray[np.bool_]) -> Cells:
        """Return the rows in ``kept``, ``(n,)``."""
        mask = pa.array(kept)
        written = self.written.filter(mask)
        folded = written if self.folded is self.written else self.folded.filter(mask)
        return Cells(folded, self.values[kept], self.known[kept], written)


def read_column(
    rule: ColumnRule, unit: str, column: pa.Array, complaints: Complaints, anchor: date, others: Mapping[str, str]
) -> Cells:
    """Return a column's values by its rule.

    Relative days are counted back from ``anchor``. ``others`` are the choices of the layout's other columns, by
    value: a cell that holds one of them has most likely shifted.
    """
    texts = fold(column)
    known = _flags(texts.is_valid())
    values = np.zeros(len(column), dtype=np.int64)
    if rule.required:
        complaints.set_aside("value-missing", rule.header, ~known)
    if rule.kind in NUMERIC:
        values, known = _numbers(rule, unit, texts, column, complaints)
    elif rule.kind in DATED:
        values, known = _days(rule, column, complaints, anchor)
    elif rule.kind in ("choice", "flag"):
        texts = _choose(rule, plain(texts), complaints, column, others)
        known = _flags(texts.is_valid())
        if rule.kind == "flag":
            values = _flags(pc.fill_null(pc.equal(texts, "1"), False)).astype(np.int64)
    elif rule.kind == "code":
        texts = _codes(rule, texts, complaints, column)
    if rule.kind in ("text", "choice", "name"):
        _say_what_is_not_seen(rule, column, complaints)
    return Cells(texts, values, known, column)


def _say_what_is_not_seen(rule: ColumnRule, column: pa.Array, complaints: Complaints) -> None:
    if is_clean(column.dictionary if is_coded(column) else column):
        marked = blank = np.zeros(len(column), dtype=bool)
    else:
        marked = _flags(pc.fill_null(each_value(column, lambda texts: pc.match_substring_regex(texts, HIDDEN)), False))
        blank = _has_stray_blank(column)
    complaints.set_aside("hidden-characters", rule.header, marked)
    complaints.about("stray-blank", rule.header, blank, column)


def _numbers(
    rule: ColumnRule, unit: str, texts: pa.Array, column: pa.Array, complaints: Complaints
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    factor = UNIT_FACTORS[unit or ("1" if rule.kind in ("number", "share") else "")]
    values, known, wrong = folded_numbers(texts, factor, thousands=rule.thousands)
    complaints.set_aside("not-a-number", rule.header, wrong, column)
    if not rule.signed:
        complaints.set_aside("negative-not-expected", rule.header, known & (values < 0), column)
    return values, known


def _days(
    rule: ColumnRule, column: pa.Array, complaints: Complaints, anchor: date
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    found = moments(column, rule.kind, rule.form, anchor)
    complaints.set_aside("not-a-date", rule.header, found.wrong, column)
    complaints.about("moment-too-coarse", rule.header, found.coarse, column)
    complaints.about("relative-day-counted", rule.header, found.relative, column, anchor=anchor.isoformat())
    return found.values, found.known


def _choose(
    rule: ColumnRule, texts: pa.Array, complaints: Complaints, column: pa.Array, others: Mapping[str, str]
) -> pa.Array:
    chosen = by_value(texts, rule.choices.get)
    wrong = _flags(texts.is_valid()) & ~_flags(chosen.is_valid())
    shifted = wrong & _flags(pc.is_in(texts, value_set=pa.array(list(others), pa.string())))
    belongs = others[str(texts[int(np.flatnonzero(shifted)[0])].as_py())] if shifted.any() else ""
    complaints.set_aside("cells-shifted", rule.header, shifted, column, belongs=belongs)
    complaints.set_aside("choice-not-known", rule.header, wrong & ~shifted, column)
    good = _flags(chosen.is_valid())
    is_code = ~_flags(pc.fill_null(pc.match_substring_regex(texts, r"\p{Han}"), False))
    if (good & is_code).any() and (good & ~is_code).any():
        complaints.about("codes-mixed-with-labels", rule.header, good & is_code, column)
    return chosen


def _codes(rule: ColumnRule, texts: pa.Array, complaints: Complaints, column: pa.Array) -> pa.Array:
    upper = each_text(texts, pc.utf8_upper)
    each = upper if is_coded(upper) else upper.dictionary_encode()
    wrong = np.append(~are_valid(each.dictionary), False)
    complaints.about("code-not-valid", rule.header, wrong[places_of(each, len(each.dictionary))], column)
    return upper


def _has_stray_blank(column: pa.Array) -> NDArray[np.bool_]:
    same = each_value(column, lambda texts: pc.equal(pc.utf8_trim_whitespace(texts), texts))
    return ~_flags(pc.fill_null(same, True))


def _flags(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(bool)
