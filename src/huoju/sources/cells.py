"""Text cells to values: folded for reading, never for keeping; exact; a whole column at a time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.money import MICRO, parse_numbers
from huoju.core.texts import are_bytes_within
from huoju.sources.coded import each_text, is_coded, places_of, recoded

UNKNOWN_TOKENS = (
    "",
    "-",
    "--",
    "—",
    "——",
    "/",
    "\\",
    "无",
    "暂无",
    "未填",
    "未填报",
    "不详",
    "NULL",
    "null",
    "N/A",
    "n/a",
)
THOUSANDS = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$"
UNIT_FACTORS: dict[str, Fraction | int] = {
    "元": 100,
    "千元": 100_000,
    "万元": 1_000_000,
    "百万元": 100_000_000,
    "亿元": 10_000_000_000,
    "千瓦时": MICRO,
    "万千瓦时": 10_000 * MICRO,
    "兆瓦时": 1_000 * MICRO,
    "度": MICRO,
    "万度": 10_000 * MICRO,
    "%": Fraction(MICRO, 100),
    "％": Fraction(MICRO, 100),
    "1": MICRO,
    "人": 1,
    "个": 1,
    "家": 1,
    "件": 1,
    "天": 1,
    "次": 1,
    "": 1,
}


def fold(column: pa.Array) -> pa.Array:
    """Return the text for reading: full-width forms made half-width, blanks around dropped, no-value words null.

    Coded where the column is, and the very column where nothing changes.
    """
    return each_text(column, _folded)


def _folded(column: pa.Array) -> pa.Array:
    column = column if pa.types.is_string(column.type) else column.cast(pa.string())
    text = column
    if not is_clean(text):
        text = pc.utf8_trim_whitespace(text)
        if not are_bytes_within(text, "\0", "\x7f"):
            text = pc.utf8_trim_whitespace(pc.utf8_normalize(text, form="NFKC"))
    none = pc.is_in(text, value_set=pa.array(UNKNOWN_TOKENS))
    if pc.any(none).as_py():
        return pc.if_else(none, pa.scalar(None, pa.string()), text)
    return column if text is column or text.equals(column) else text


def is_clean(texts: pa.Array) -> bool:
    """Return whether texts are of ASCII without blanks or control characters, so that folding leaves them."""
    return are_bytes_within(texts, "!", "~")


def by_value(column: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Return the column with ``change`` applied once to each distinct text; null stays null."""
    coded = column if is_coded(column) else column.dictionary_encode()
    changed = pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string())
    return recoded(changed, coded.indices) if is_coded(column) else changed.take(coded.indices)


def numbers(
    column: pa.Array, factor: Fraction | int, *, thousands: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return ``(n,)`` values in whole units, which are known, and which are no numbers though something is written.

    A percent sign in the cell itself counts; NaN and Infinity do not, nor do thousands marks unless ``thousands``
    says that they stand there, and then only where they stand right.
    """
    return folded_numbers(fold(column), factor, thousands=thousands)


def folded_numbers(
    texts: pa.Array, factor: Fraction | int, *, thousands: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what ``numbers`` does of texts that are folded already."""
    if is_coded(texts):
        places = places_of(texts, len(texts.dictionary))
        values, good, wrong = folded_numbers(texts.dictionary, factor, thousands=thousands)
        return np.append(values, 0)[places], np.append(good, False)[places], np.append(wrong, False)[places]
    written = texts.is_valid().to_numpy(zero_copy_only=False)
    values, good = parse_numbers(texts, factor)
    rows = np.flatnonzero(written & ~good)
    if rows.size:
        values[rows], good[rows] = _marked_numbers(texts.take(pa.array(rows)), factor, thousands=thousands)
    return values, good, written & ~good


def _marked_numbers(
    texts: pa.Array, factor: Fraction | int, *, thousands: bool
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return what texts with percent signs or thousands marks mean, and which of them are numbers; ``(n,)`` each."""
    if thousands:
        marked = pc.match_substring_regex(texts, THOUSANDS)
        texts = pc.if_else(marked, pc.replace_substring(texts, ",", ""), texts)
    percent = pc.ends_with(texts, "%").to_numpy(zero_copy_only=False)
    values, good = parse_numbers(texts, factor)
    inner, inner_good = parse_numbers(pc.utf8_rtrim(texts, "%"), Fraction(MICRO, 100))
    return np.where(percent, inner, values), np.where(percent, inner_good, good)
