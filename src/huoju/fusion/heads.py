"""How names begin: up to three places one inside the other and a development zone; and places in brackets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from huoju.fusion.gazetteer import LIKELY, SURE, WEAK, places, zones
from huoju.fusion.letters import Finder, Letters, Whole, Words

DEEPEST = 3


@dataclass(slots=True)
class Head:
    """Where the places at the head of n names end, which they are, and how else they may be read.

    ``ids`` (n, 3) are numbers of words of ``places()``, -1 where there is none; ``zone`` numbers of ``zones()``.
    ``other`` is where the core begins if the last place is read the other way (as brand, or as place), -1 if certain.
    """

    ends: Whole
    ids: NDArray[np.int32]
    zone: NDArray[np.int32]
    codes: NDArray[np.int32]
    other: Whole


def leading_places(
    letters: Letters, finder: Finder, core_ends: Whole, trade_ends: Whole, reach: NDArray[np.uint32]
) -> Head:
    """Return the places that names begin with.

    A name begins with a place far oftener than with a brand of the same letters, so the first is taken, but where one
    letter stayed of the brand (上海滩娱乐), or the place is a district or a county with an everyday word for its name.
    Behind a first place, a second is taken if it lies inside; below a city, and without its 县 or 区, only where a
    brand of two letters stays before the trade: 北京朝阳科技 keeps 朝阳 as its brand.
    """
    known = places()
    n = len(letters)
    head = Head(
        letters.starts[:-1].copy(),
        np.full((n, DEEPEST), -1, np.int32),
        np.full(n, -1, np.int32),
        np.zeros((n, known.codes.shape[1]), np.int32),
        np.full(n, -1, np.int64),
    )
    rows = np.arange(n)
    for depth in range(DEEPEST):
        ids, stops = _longest_place(finder, head.ends[rows], core_ends[rows])
        found = ids >= 0
        rows = rows[found]
        if not rows.size:
            break
        stays = _stays(trade_ends[rows] - stops[found], reach[rows])
        left = core_ends[rows] - stops[found]
        zoned = _zone_at(finder, stops[found], left - 2)[0] >= 0
        rows = _take(head, depth, _Met(rows, ids[found], stops[found], left, stays, zoned))
    _take_zones(head, finder, core_ends)
    return head


def _stays(distance: Whole, reach: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Return what stays between a place and the trade: 0 nothing, 1 one letter, 2 enough for a brand.

    One letter stays only where no shorter trade leaves two: in 成都中光电子, 光电子 is a trade, and so is 电子.
    """
    whole = np.clip(distance, 0, 31).astype(np.uint32)
    all_trade = ((reach >> whole) & 1).astype(bool) & (distance >= 0)
    near = np.maximum(whole, 1) - np.uint32(1)
    shorter = (reach & ((np.uint32(1) << near) - np.uint32(1))) > 1
    one = ((reach >> near) & 1).astype(bool) & (distance >= 1) & ~shorter
    return np.where(all_trade, 0, np.where(one, 1, 2)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class _Met:
    """Places met in some rows: which, where each stops, and how many letters of core, and what brand, stay behind."""

    rows: Whole
    ids: NDArray[np.int32]
    stops: Whole
    left: Whole
    stays: NDArray[np.int8]
    zoned: NDArray[np.bool_]  # a zone stands behind the place: 庐阳 in 合肥庐阳经济开发区


def _take(head: Head, depth: int, met: _Met) -> Whole:
    """Take the places that may be taken at this depth; return the rows in which a further one may follow."""
    known = places()
    rows, ids, begins = met.rows, met.ids, head.ends[met.rows]
    kind = known.kinds[ids]
    is_short = met.stops - begins == known.short_lengths[ids]
    if depth == 0:
        inside = np.zeros((rows.size, head.codes.shape[1]), bool)
        fits = (kind == SURE) | (kind == LIKELY)
    else:
        inside = _inside(head.codes[rows], known.codes[ids])
        fits = inside.any(axis=1)
    is_city = (inside & (known.codes[ids] % 100 == 0)).any(axis=1)
    is_sure = (kind <= LIKELY) if depth == 0 else (kind == SURE) & is_city
    brand_stays = np.where(is_sure, met.stays != 1, met.stays == 2) & (met.left >= 2)
    takes = fits & (met.left > 0) & (~is_short | brand_stays | met.zoned)
    unsure = takes & is_short & ((kind != SURE) | (met.stays == 0))
    head.other[rows] = np.where(unsure, begins, -1)
    refused = ~takes & is_short & (met.left >= 2) & (fits | ((kind == WEAK) & (depth == 0)))
    head.other[rows[refused]] = met.stops[refused]
    taken: Whole = rows[takes]
    head.ids[taken, depth] = ids[takes]
    head.ends[taken] = met.stops[takes]
    inside = inside[takes]
    narrowed = inside.any(axis=1)[:, None] & ~inside
    head.codes[taken] = np.where(narrowed, 0, known.codes[ids[takes]])
    return taken


def _inside(outer: NDArray[np.int32], inner: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which of the inner codes, (n, k), lie inside one of the outer ones, (n, k)."""
    result = np.zeros(inner.shape, bool)
    for column in range(outer.shape[1]):
        code = outer[:, column : column + 1]
        if not code.any():
            continue
        span = np.where(code % 10000 == 0, 10000, np.where(code % 100 == 0, 100, 1))
        result |= (code > 0) & (inner // span == code // span) & (inner != code) & (inner > 0)
    return result


def _longest_place(finder: Finder, begins: Whole, core_ends: Whole) -> tuple[NDArray[np.int32], Whole]:
    known = places()
    ids = np.full(begins.size, -1, np.int32)
    stops = begins.copy()
    able = np.flatnonzero(core_ends - begins >= 2)
    heads = known.heads.find(finder.at(begins[able], begins[able] + 2))
    able, heads = able[heads >= 0], heads[heads >= 0]
    longest = known.longest_from[heads]
    for length in known.words.lengths:
        now = able[(longest >= length) & (ids[able] < 0) & (begins[able] + length <= core_ends[able])]
        if not now.size:
            continue
        found = known.words.find(finder.at(begins[now], begins[now] + length))
        hit = now[found >= 0]
        ids[hit] = found[found >= 0]
        stops[hit] = begins[hit] + length
    return ids, stops


def _take_zones(head: Head, finder: Finder, core_ends: Whole) -> None:
    rows = np.flatnonzero(head.ids[:, 0] >= 0)
    number, length = _zone_at(finder, head.ends[rows], core_ends[rows] - head.ends[rows] - 2)
    hit = number >= 0
    head.zone[rows] = number
    head.ends[rows] += length
    head.other[rows[hit]] = -1


def _zone_at(finder: Finder, begins: Whole, room: Whole) -> tuple[NDArray[np.int32], Whole]:
    """Return the longest word for a zone at each place that fits into the room, -1 where none does, and its length."""
    words = zones()
    number, lengths = np.full(begins.size, -1, np.int32), np.zeros(begins.size, np.int64)
    rows = np.arange(begins.size)
    for length in words.lengths:
        able = rows[room[rows] >= length]
        if not able.size:
            continue
        found = words.find(finder.at(begins[able], begins[able] + length))
        hit = able[found >= 0]
        number[hit], lengths[hit] = found[found >= 0], length
        rows = rows[number[rows] < 0]
    return number, lengths


@dataclass(slots=True)
class Brackets:
    """What brackets say: which letters they take away, the place named in the first such (-1: none), and 集团."""

    keep: NDArray[np.bool_]
    ids: NDArray[np.int32]
    group: NDArray[np.bool_]


def read_brackets(letters: Letters, finder: Finder, ends: Whole) -> Brackets:
    """Return what the brackets before ``ends`` say: a place (苏州), or that the name is a group's (集团)."""
    codes, starts = letters.codes, letters.starts
    opens, closes = np.flatnonzero(codes == ord("(")), np.flatnonzero(codes == ord(")"))
    result = Brackets(np.ones(codes.size, bool), np.full(len(letters), -1, np.int32), np.zeros(len(letters), bool))
    if not opens.size or not closes.size:
        return result
    rows = np.searchsorted(starts, opens, side="right") - 1
    close = closes[np.minimum(np.searchsorted(closes, opens), closes.size - 1)]
    whole = (close > opens + 1) & (close < ends[rows])
    opens, close, rows = opens[whole], close[whole], rows[whole]
    keys = finder.at(opens + 1, close)
    place, group = places().words.find(keys), _group_words().find(keys) >= 0
    for row, number in zip(rows[place >= 0][::-1], place[place >= 0][::-1], strict=True):
        result.ids[row] = number
    result.group[rows[group]] = True
    for begin, end in zip(opens[(place >= 0) | group], close[(place >= 0) | group], strict=True):
        result.keep[begin : end + 1] = False
    return result


@cache
def _group_words() -> Words:
    return Words(["集团", "GROUP"])
