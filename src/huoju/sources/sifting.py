"""Sifting a delivered table: which rows are data, which repeat another, which do not fit the header."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.sources.cells import fold
from huoju.sources.coded import each_value, plain
from huoju.sources.complaints import Complaints
from huoju.sources.header import Header
from huoju.sources.memory import SeenRows, row_hashes

TOTAL = re.compile(r"(合|总|小)\s*计|总计[:：]?|本页合计")
NOTE = re.compile(r"(填报说明|说明|备注|注|制表|填表|审核|单位负责人|统计负责人|数据来源)[人:：].*")


def data_rows(
    header: Header, columns: list[pa.Array], complaints: Complaints, merged: tuple[int, ...] = ()
) -> NDArray[np.bool_]:
    """Return which rows are data; blank, total, note, title and repeated header rows are not, and said so.

    ``merged`` are the rows in which cells beside each other are merged: with one text in all, such a row is a title.
    """
    filled = np.zeros(len(complaints.rows), dtype=np.int32)
    for column in columns:
        filled += column.is_valid().to_numpy(zero_copy_only=False) if column.null_count else 1
    leading = [fold(column) for column in columns[:3]]
    is_total = np.zeros(len(filled), dtype=bool)
    for words in leading:
        is_total |= _matches(words, TOTAL, _likely_total(words))
    is_note = _matches(leading[0], NOTE, filled <= 2) & ~is_total
    is_title = np.zeros(len(filled), dtype=bool)
    if merged:
        is_title = np.isin(complaints.rows, merged) & _says_one_thing(columns) & ~is_total & ~is_note
    first = next((place for place, name in enumerate(header.headers) if name), 0)
    is_header = _equals(columns[first], header.headers[first]) & (filled > 1)
    for code, wrong in (
        ("total-row-left-out", is_total),
        ("note-row-left-out", is_note),
        ("header-row-repeated", is_header),
        ("merged-row-left-out", is_title),
    ):
        complaints.about(code, "", wrong & (filled > 0))
    return np.asarray((filled > 0) & ~is_total & ~is_note & ~is_header & ~is_title)


def _says_one_thing(columns: list[pa.Array]) -> NDArray[np.bool_]:
    """Return which rows have one text only, however often it stands; ``(n,)``."""
    columns = [plain(column) for column in columns]
    first = pc.coalesce(*columns) if columns else pa.nulls(0)
    same = [pc.fill_null(pc.equal(column, first), True).to_numpy(zero_copy_only=False) for column in columns]
    return np.asarray(np.all(same, axis=0), dtype=bool)


def joined(columns: list[pa.Array]) -> pa.Array:
    """Return each row as one text, unlike for rows that differ in any cell; ``(n,)``."""
    return pc.binary_join_element_wise(*(pc.fill_null(plain(column), "\x1e") for column in columns), "\x1f")


def repeats(
    columns: list[pa.Array], is_data: NDArray[np.bool_], seen: SeenRows, complaints: Complaints
) -> NDArray[np.bool_]:
    """Return which data rows equal an earlier one in every column; they count once, and are named.

    Earlier ones are those of this part and of the parts that ``seen`` remembers.
    """
    first, second = row_hashes(columns)
    rows = np.flatnonzero(is_data)
    repeated = np.zeros(len(is_data), dtype=bool)
    repeated[rows] = seen.repeats(first[rows], second[rows])
    complaints.about("duplicate-rows", "", repeated)
    return repeated


def check_width(header: Header, columns: list[pa.Array], complaints: Complaints, *, splits: bool) -> None:
    """Say which rows have cells to the right of the header.

    Where cells are split by a mark that may stand in a text (``splits``), such a row has shifted and is set aside.
    """
    last = max((place for place, name in enumerate(header.headers) if name), default=-1)
    wide = np.zeros(len(columns[0]) if columns else 0, dtype=bool)
    for column in columns[last + 1 :]:
        wide |= column.is_valid().to_numpy(zero_copy_only=False)
    if splits:
        complaints.set_aside("row-wider-than-header", "", wide)
    else:
        complaints.about("cells-without-header", "", wide)


def _likely_total(texts: pa.Array) -> NDArray[np.bool_]:
    return _flags(each_value(texts, lambda texts: pc.match_substring(texts, "计")))


def _matches(texts: pa.Array, pattern: re.Pattern[str], likely: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which texts match a pattern; only those where it is ``likely`` are looked at one by one; ``(n,)``."""
    hits = np.zeros(len(texts), dtype=bool)
    rows = np.flatnonzero(likely)
    hits[rows] = [text is not None and bool(pattern.fullmatch(text)) for text in texts.take(pa.array(rows)).to_pylist()]
    return hits


def _equals(texts: pa.Array, word: str) -> NDArray[np.bool_]:
    return _flags(each_value(fold(texts), lambda texts: pc.equal(texts, word)))


def _flags(flags: pa.Array) -> NDArray[np.bool_]:
    filled = pc.fill_null(flags, False) if flags.null_count else flags
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=bool)
