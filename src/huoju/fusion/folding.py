"""Names folded for comparing: half width, upper case, simplified, without blanks; one name or a column of them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import opencc
import pyarrow as pa
from numpy.typing import NDArray

from huoju.fusion.letters import Letters

_DROPPED = re.compile(r"[\s·•\-_]+")
_BRACKETS = str.maketrans("[]【】", "()()")
# Letters that OpenCC leaves alone by themselves and changes beside some others (found by trying all pairs).
_BY_NEIGHBOURS = "坏沈藉覆瞭衹哩甦著咤么幺"
_APART = 0xFFFFFFFF


def fold(name: str) -> str:
    """Return a name folded for comparing: half width, simplified, without blanks, brackets alike.

    >>> fold("苏州澄芯　（昆山）科技有限公司")
    '苏州澄芯(昆山)科技有限公司'
    """
    plain = _DROPPED.sub("", unicodedata.normalize("NFKC", name).upper()).translate(_BRACKETS)
    return str(_simplifier().convert(plain))


def fold_letters(letters: Letters) -> Letters:
    """Return what ``fold`` gives for each text.

    Letter by letter through one table; texts that hold a letter whose folding depends on its neighbours
    (traditional script, letters of several parts) are folded one by one.
    """
    folded = _table()[np.minimum(letters.codes, 0xFFFF)]
    apart = np.flatnonzero(folded == _APART)
    plain = Letters(folded, letters.starts).kept(folded != 0)
    if not apart.size:
        return plain
    rows = np.unique(np.searchsorted(letters.starts, apart, side="right") - 1)
    raw = letters.taken(letters.starts[rows], letters.starts[rows + 1]).texts().to_pylist()
    one_by_one = Letters.of(pa.array([fold(text) for text in raw], pa.string()))
    begins, ends = plain.starts[:-1].copy(), plain.starts[1:].copy()
    begins[rows] = one_by_one.starts[:-1] + plain.codes.size
    ends[rows] = one_by_one.starts[1:] + plain.codes.size
    both = Letters(np.concatenate([plain.codes, one_by_one.codes]), plain.starts)
    return both.taken(begins, ends)


@cache
def _table() -> NDArray[np.uint32]:
    """Return for each code point what it folds to: 0 where it goes, ``_APART`` where its neighbours matter."""
    table = np.full(0x10000, _APART, np.uint32)
    plain = [chr(code) for code in range(0xD800)] + [chr(code) for code in range(0xE000, 0xFFFF)]
    wide = [
        _DROPPED.sub("", unicodedata.normalize("NFKC", letter).upper()).translate(_BRACKETS)
        if letter not in _BY_NEIGHBOURS and not _joins(letter)
        else "??"
        for letter in plain
    ]
    simple = _simplifier().convert("\n".join(wide)).split("\n")
    for letter, before, after in zip(plain, wide, simple, strict=True):
        if not before:
            table[ord(letter)] = 0
        elif before == after and len(after) == 1 and ord(after) < 0x10000:
            table[ord(letter)] = ord(after)
    return table


def _joins(letter: str) -> bool:
    """Return whether a letter may melt into the one before it or after it."""
    return unicodedata.category(letter)[0] == "M" or 0x1100 <= ord(letter) <= 0x11FF or letter in "\uff9e\uff9f"


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
