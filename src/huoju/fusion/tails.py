"""How names end: the branch behind its parent, the form, and how much of what stands before it says the trade."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.fusion.gazetteer import lines_of, words_of
from huoju.fusion.letters import Finder, Letters, Whole, Words

FARTHEST = 30  # letters before the end that are read as trade at most; bits of one number
_COMPANY, _OF = ord("公"), ord("司")
# Parents that are no companies have branches only by words that no independent trader uses.
_OTHER_PARENT = (
    r"(.{2,}?(?:银行|信用社|合作联社|联合社|供销社|合作社|厂|医院|事务所|集团|旅行社|药房|酒店|学校|院|所|店))"
)


def longest_end(finder: Finder, words: Words, begins: Whole, ends: Whole) -> tuple[NDArray[np.int32], Whole]:
    """Return for each span the number of the longest word that ends it, -1 where none does, and where it begins.

    At least two letters stay before the word.
    """
    number = np.full(ends.size, -1, np.int32)
    where = ends.copy()
    left = np.arange(ends.size)
    for length in words.lengths:
        able = left[ends[left] - length >= begins[left] + 2]
        if not able.size:
            continue
        found = words.find(finder.at(ends[able] - length, ends[able]))
        hit = able[found >= 0]
        number[hit] = found[found >= 0]
        where[hit] = ends[hit] - length
        left = left[number[left] < 0]
    return number, where


def cut_branches(letters: Letters, finder: Finder) -> Whole:
    """Return where the tail of a branch begins in each name; its end where there is none.

    The parent is the shortest beginning that ends in 公司 (scale.md 1.6, checked: 2026-11-22), the tail a word of
    ``branches.txt`` with what stands before it. A tail that is itself a company with a form of its own is no branch.
    """
    begins, ends = letters.starts[:-1], letters.starts[1:]
    cuts = ends.copy()
    words = words_of("branches.txt")
    codes = letters.codes
    company = np.flatnonzero((codes[:-1] == _COMPANY) & (codes[1:] == _OF))
    before = codes[np.maximum(company - 1, 0)]
    company = company[~np.isin(before, [ord("分"), ord("支"), ord("子")])]
    first = np.searchsorted(company, begins)
    place = company[np.minimum(first, max(company.size - 1, 0))] if company.size else np.zeros(ends.size, np.int64)
    has = (first < company.size) & (place >= begins) & (place + 1 < ends)
    rows = np.flatnonzero(has & (place + 2 < ends))
    tails = place[rows] + 2
    number, _ = longest_end(finder, words, tails - 2, ends[rows])
    closes = codes[ends[rows] - 1]
    is_company = (closes == _OF) & (codes[ends[rows] - 2] == _COMPANY)
    ends_so = number >= 0
    bare = is_company & ~ends_so & (ends[rows] - tails <= 8) & (ends[rows] - tails > 2)
    bare &= ~np.isin(codes[np.maximum(ends[rows] - 3, 0)], [ord("限"), ord("份"), ord("任")])
    ends_so &= closes != ord(")")
    cuts[rows[ends_so | bare]] = tails[ends_so | bare]
    _cut_others(letters, finder, np.flatnonzero(~has), cuts)
    return cuts


def _cut_others(letters: Letters, finder: Finder, rows: Whole, cuts: Whole) -> None:
    strong = _strong()
    number, _ = longest_end(finder, strong, letters.starts[rows], letters.starts[rows + 1])
    rows = rows[number >= 0]
    names = letters.taken(letters.starts[rows], letters.starts[rows + 1]).texts().to_pylist()
    pattern = re.compile(f"{_OTHER_PARENT}(.{{0,12}}?(?:{'|'.join(strong.words)}))")
    for row, name in zip(rows, names, strict=True):
        if (found := pattern.fullmatch(name)) is not None:
            cuts[row] = letters.starts[row] + len(found[1])


@cache
def _strong() -> Words:
    return Words(word for line in lines_of("branches.txt") if line[0] != "alone" for word in line)


def trade_reach(lengths: NDArray[np.uint32], begins: Whole, ends: Whole) -> NDArray[np.uint32]:
    """Return, as bits, how far before each end the letters are words of trade without a gap: bit d for d letters.

    ``lengths`` is what ``trade_lengths`` gives. Bit 0 is always set. Nothing before ``begins`` or more than
    ``FARTHEST`` letters away is looked at.
    """
    reach = np.ones(ends.size, np.uint32)
    window = np.ones(ends.size, np.uint32)  # bit l: l letters on from here the end is reached
    for step in range(1, min(FARTHEST, int((ends - begins).max(initial=0))) + 1):
        place = ends - step
        here = np.where(place >= begins, lengths[np.maximum(place, 0)], np.uint32(0))
        window <<= np.uint32(1)
        reached = (window & here) != 0
        window |= reached
        reach |= reached.astype(np.uint32) << np.uint32(step)
    return reach


def trade_lengths(letters: Letters, finder: Finder) -> NDArray[np.uint32]:
    """Return for each place, as bits, the lengths of the words of trade that begin there."""
    heads, lengths_of = _trade_heads()
    words = words_of("trades.txt")
    result = np.zeros(letters.codes.size + 1, np.uint32)
    head = heads.find(finder.windows(2))
    places = np.flatnonzero(head >= 0)
    may = lengths_of[head[places]]
    result[places] = may & np.uint32(4)
    for length in words.lengths:
        if length == 2:
            continue
        able = places[(may >> np.uint32(length) & 1).astype(bool) & (places + length <= letters.codes.size)]
        if not able.size:
            continue
        hit = able[words.find(finder.at(able, able + length)) >= 0]
        result[hit] |= np.uint32(1 << length)
    return result


@cache
def _trade_heads() -> tuple[Words, NDArray[np.uint32]]:
    lengths: dict[str, int] = {}
    for word in words_of("trades.txt").words:
        lengths[word[:2]] = lengths.get(word[:2], 0) | 1 << len(word)
    return Words(lengths), np.array(list(lengths.values()), np.uint32)


def plain_texts(words: Words, numbers: NDArray[np.int32]) -> pa.Array:
    """Return the words of some numbers, "" for -1."""
    return words.texts.take(pa.array(numbers + 1))
