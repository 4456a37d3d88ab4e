"""The one parser of numbers: text to exact whole units, for one cell or a whole column.

Amounts become int64 fen, numbers and shares int64 x 10^6. Nothing passes through binary floating point.
"""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.texts import are_bytes_within

MICRO = 1_000_000
FEN_PER_YUAN = 100
YUAN_UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_PLAIN = r"^[+-]?[0-9]{1,12}(\.[0-9]{1,6})?$"
_INT64 = 2**63


def parse_number(text: str, factor: Fraction | int = 1) -> int | None:
    """Return ``text`` times ``factor`` as a whole number, half to even; None where it is not a plain number.

    Refuses NaN, Infinity, thousands marks, blanks inside, and what does not fit into 64 bits.

    >>> parse_number("3.125", factor=1_000_000)  # 万元 to fen
    3125000
    >>> parse_number("1,000") is None
    True
    """
    if not _NUMBER.fullmatch(text):
        return None
    exact = Fraction(Decimal(text)) * factor
    whole = round(exact)
    return whole if -_INT64 <= whole < _INT64 else None


def parse_numbers(
    texts: pa.Array | pa.ChunkedArray, factor: Fraction | int = 1
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return ``(n,)`` whole numbers and whether each text was a plain number; unknown texts are not.

    The same answer as ``parse_number`` cell by cell; cells in plain notation go through Arrow's decimals.
    """
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    column = column.cast(pa.string())
    micro, good = _micro(column)
    ratio = Fraction(factor) / MICRO
    fits = np.abs(micro) <= (_INT64 - 1) // abs(ratio.numerator)
    scaled = np.where(fits, micro, 0) * ratio.numerator
    values, rest = np.divmod(scaled, ratio.denominator)
    good &= fits & (rest == 0)
    values[~good] = 0
    for row in np.flatnonzero(~good & column.is_valid().to_numpy(zero_copy_only=False)):
        text = column[int(row)].as_py()
        number = parse_number(text, factor)
        values[row], good[row] = number or 0, number is not None
    return values, good


def _micro(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return ``(n,)`` numbers x 10^6 and where a text writes one plainly, with so few digits that they fit."""
    good = column.is_valid().to_numpy(zero_copy_only=False)
    if are_bytes_within(column, "+", "9"):  # without letters Arrow takes for a number what we do
        with suppress(pa.ArrowInvalid):
            return _unscaled(column), np.array(good)
    plain = pc.fill_null(pc.match_substring_regex(column, _PLAIN), False)
    good = np.array(plain.to_numpy(zero_copy_only=False), dtype=bool)
    return _unscaled(pc.if_else(plain, column, pa.scalar(None, pa.string()))), good


def _unscaled(column: pa.Array) -> NDArray[np.int64]:
    """Return the integers of which Arrow's decimals are made, 0 where unknown: eighteen digits fit into 64 bits."""
    decimals = column.cast(pa.decimal128(18, 6))
    if decimals.null_count:
        decimals = pc.fill_null(decimals, Decimal(0))
    halves = np.frombuffer(decimals.buffers()[1], np.int64)
    return halves[2 * decimals.offset : 2 * (decimals.offset + len(decimals)) : 2]


def yuan_text(fen: int) -> str:
    """Return an amount as decimal text in yuan, as files and APIs carry it.

    >>> yuan_text(-5), yuan_text(123456)
    ('-0.05', '1234.56')
    """
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02d}"


def wan_yuan_text(fen: int) -> str:
    """Return an amount in 万元 with at most two decimals and thousands commas, as screens show it.

    >>> wan_yuan_text(123_456_700)
    '123.46'
    """
    wan = (Decimal(fen) / FEN_PER_YUAN / 10_000).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    text = f"{wan:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text not in ("-0", "") else "0"
