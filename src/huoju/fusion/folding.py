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
_DROPPED_IN_LINE = re.compile(r"(?:[^\S\n]|[·•\-_])+")
_BRACKETS = str.maketrans("[]【】", "()()")
# Letters that OpenCC leaves alone by themselves and changes beside some others (found by trying all pairs).
_BY_NEIGHBOURS = "坏沈藉覆瞭衹哩甦著咤么幺"
_APART, _GONE = 0xFFFFFFFF, 0xFFFFFFFE


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
    (traditional script, letters of several parts) are folded as texts.
    """
    folded = _table()[np.minimum(letters.codes, 0xFFFF)]
    apart = np.flatnonzero(folded == _APART)
    plain = Letters(folded, letters.starts).kept(folded != _GONE)
    if not apart.size:
        return plain
    rows = np.unique(np.searchsorted(letters.starts, apart, side="right") - 1)
    whole = _fold_whole(letters.taken(letters.starts[rows], letters.starts[rows + 1]))
    begins, ends = plain.starts[:-1].copy(), plain.starts[1:].copy()
    begins[rows] = whole.starts[:-1] + plain.codes.size
    ends[rows] = whole.starts[1:] + plain.codes.size
    both = Letters(np.concatenate([plain.codes, whole.codes]), plain.starts)
    return both.taken(begins, ends)


def _fold_whole(letters: Letters) -> Letters:
    """Fold texts in one go, one a line; a line end inside a text is a blank like any other."""
    on_one_line = Letters(np.where(letters.codes == 10, np.uint32(32), letters.codes), letters.starts)
    lines = "\n".join(on_one_line.texts().to_pylist())
    plain = _DROPPED_IN_LINE.sub("", unicodedata.normalize("NFKC", lines).upper()).translate(_BRACKETS)
    return Letters.of(pa.array(str(_simplifier().convert(plain)).split("\n"), pa.string()))


@cache
def _table() -> NDArray[np.uint32]:
    """Return for each code point what it folds to: ``_GONE`` where it goes, ``_APART`` where its neighbours matter."""
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
            table[ord(letter)] = _GONE
        elif before == after and len(after) == 1 and ord(after) < 0x10000:
            table[ord(letter)] = ord(after)
    return table


def _joins(letter: str) -> bool:
    """Return whether a letter may melt into the one before it or after it."""
    return unicodedata.category(letter)[0] == "M" or 0x1100 <= ord(letter) <= 0x11FF or letter in "\uff9e\uff9f"


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
