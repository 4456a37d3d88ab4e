"""Text cells to values: folded for reading, never for keeping; exact; a whole column at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.money import MICRO, parse_numbers

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
_coded: deque[tuple[pa.Array, pa.DictionaryArray | None]] = deque(maxlen=1)


def if_few(column: pa.Array) -> pa.DictionaryArray | None:
    """Return the column coded where its first cells say that few values repeat, so that each is looked at once."""
    if len(column) < 2_000:
        return None
    last = _coded[-1] if _coded else None
    if last is not None and last[0] is column:  # asked several times in a row about one column
        return last[1]
    found = None if len(column.slice(0, 1_000).unique()) > 500 else column.dictionary_encode()
    _coded.append((column, found))
    return found


def each_value(column: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return what ``change`` makes of the column, from its distinct texts where they are few; null stays null."""
    coded = if_few(column)
    return change(column) if coded is None else change(coded.dictionary).take(coded.indices)


def fold(column: pa.Array) -> pa.Array:
    """Return the text for reading: full-width forms made half-width, blanks around dropped, no-value words null."""
    return each_value(column, _folded)


def _folded(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    plain = pc.fill_null(pc.string_is_ascii(text), True)
    if not pc.all(plain).as_py():
        text = pc.utf8_trim_whitespace(pc.utf8_normalize(text, form="NFKC"))
    return pc.if_else(pc.is_in(text, value_set=pa.array(UNKNOWN_TOKENS)), pa.scalar(None, pa.string()), text)


def by_value(column: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Return the column with ``change`` applied once to each distinct text; null stays null."""
    coded = column.dictionary_encode()
    changed = pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string())
    return changed.take(coded.indices)


def numbers(
    column: pa.Array, factor: Fraction | int, *, thousands: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return ``(n,)`` values in whole units, which are known, and which are no numbers though something is written.

    A percent sign in the cell itself counts; NaN and Infinity do not, nor do thousands marks unless ``thousands``
    says that they stand there, and then only where they stand right.
    """
    texts = fold(column)
    if thousands:
        marked = pc.match_substring_regex(texts, THOUSANDS)
        texts = pc.if_else(pc.fill_null(marked, False), pc.replace_substring(texts, ",", ""), texts)
    percent = pc.fill_null(pc.ends_with(texts, "%"), False).to_numpy(zero_copy_only=False).astype(bool)
    written = texts.is_valid().to_numpy(zero_copy_only=False)
    values, good = parse_numbers(texts, factor)
    if percent.any():
        inner, inner_good = parse_numbers(pc.utf8_rtrim(texts, "%"), Fraction(MICRO, 100))
        values, good = np.where(percent, inner, values), np.where(percent, inner_good, good)
    return values, good, written & ~good
