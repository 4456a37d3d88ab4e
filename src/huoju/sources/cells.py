"""Text cells to values: folded for reading, never for keeping; exact; a whole column at a time."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import date, timedelta
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
_EPOCH = date(1970, 1, 1)
_coded: deque[tuple[pa.Array, pa.DictionaryArray | None]] = deque(maxlen=1)
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_DAY = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: 0?0:00(?::00)?)?"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_MONTH = (
    re.compile(r"(\d{4})(\d{2})"),
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月份?"),
)
_YEAR = re.compile(r"(\d{4})年?度?")


def if_few(column: pa.Array) -> pa.DictionaryArray | None:
    """Return the column coded where its first cells say that few values repeat, so that each is looked at once."""
    if len(column) < 2_000:
        return None
    if _coded and _coded[-1][0] is column:  # asked several times in a row about one column
        return _coded[-1][1]
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


def numbers(column: pa.Array, factor: Fraction | int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return ``(n,)`` values in whole units, which are known, and which are no numbers though something is written.

    A percent sign in the cell itself counts; thousands marks, NaN and Infinity do not.
    """
    texts = fold(column)
    percent = pc.fill_null(pc.ends_with(texts, "%"), False).to_numpy(zero_copy_only=False).astype(bool)
    written = texts.is_valid().to_numpy(zero_copy_only=False)
    values, good = parse_numbers(texts, factor)
    if percent.any():
        inner, inner_good = parse_numbers(pc.utf8_rtrim(texts, "%"), Fraction(MICRO, 100))
        values, good = np.where(percent, inner, values), np.where(percent, inner_good, good)
    return values, good, written & ~good


def days(column: pa.Array, grain: str) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return ``(n,)`` days since 1970-01-01 (of a month or year its first), which are known, which are wrong.

    ``grain`` is day, month or year. A day that the calendar lacks is wrong, never moved to a neighbour.
    """
    texts = fold(column)
    coded = texts.dictionary_encode()
    read = {"day": read_day, "month": read_month, "year": read_year}[grain]
    found = [read(value) for value in coded.dictionary.to_pylist()]
    values = np.array([(day - _EPOCH).days if day else 0 for day in found] or [0], dtype=np.int64)
    good = np.array([day is not None for day in found] or [False])
    written = texts.is_valid().to_numpy(zero_copy_only=False)
    places = coded.indices.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(written, values[places], 0), written & good[places], written & ~good[places]


def read_day(text: str) -> date | None:
    """Return the day that a text writes, or None."""
    for pattern in _DAY:
        if found := pattern.fullmatch(text):
            return _calendar(*map(int, found.groups()))
    if re.fullmatch(r"\d{5}", text) and int(text) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(text))
    return None


def read_month(text: str) -> date | None:
    """Return the first day of the month that a text writes, or None."""
    for pattern in _MONTH:
        if found := pattern.fullmatch(text):
            return _calendar(int(found[1]), int(found[2]), 1)
    return read_day(text)


def read_year(text: str) -> date | None:
    """Return the first day of the year that a text writes, or None."""
    found = _YEAR.fullmatch(text)
    return _calendar(int(found[1]), 1, 1) if found else None


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None
