"""What is remembered from one part of a delivery to the next, so that parts give what the whole gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.texts import bounds_of, bytes_of
from huoju.sources.coded import is_coded, places_of
from huoju.sources.tally import Tally

Words = NDArray[np.uint64]
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)  # odd: multiplying loses nothing
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(8)] + [(1 << 64) - 1], dtype=np.uint64)


@dataclass(slots=True)
class Memory:
    """One delivery so far: for each sheet its header and rows, and who was called how."""

    headers: dict[int, object] = field(default_factory=dict)  # each a Header, which is found in a delivery
    rows: dict[int, SeenRows] = field(default_factory=dict)
    wordings: dict[str, set[str]] = field(default_factory=dict)
    order: dict[tuple[str, str, str], int] = field(default_factory=dict)  # of findings: place, code, column
    tallies: dict[str, Tally] = field(default_factory=dict)  # by layout


class SeenRows:
    """The rows seen so far by 128 bits of hash each, in few sorted runs; 16 bytes a row."""

    def __init__(self) -> None:
        self._runs: list[tuple[Words, Words]] = []

    def repeats(self, first: Words, second: Words) -> NDArray[np.bool_]:
        """Return which rows were seen before, here or in an earlier part, and remember the others; ``(n,)``."""
        order = _order(first, second)
        first, second = first[order], second[order]
        again = np.zeros(len(first), dtype=bool)
        again[1:] = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
        for run in self._runs:
            again |= _among(first, second, run)
        repeated = np.zeros(len(first), dtype=bool)
        repeated[order] = again
        fresh = first[~again], second[~again]
        while self._runs and len(self._runs[-1][0]) <= 2 * len(fresh[0]):
            joined = [np.concatenate(halves) for halves in zip(self._runs.pop(), fresh, strict=True)]
            places = np.argsort(joined[0])
            fresh = joined[0][places], joined[1][places]
        self._runs.append(fresh)
        return repeated


def _order(first: Words, second: Words) -> NDArray[np.int64]:
    """Return the order in which equal pairs stand together, as they came; ``(n,)``.

    Sorting by ``first`` alone is four times as fast; the few that have an equal one are then put in order.
    """
    order = np.argsort(first)
    if len(order) < 2:
        return order
    ordered = first[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.append(same, False) | np.append(False, same)
    rows = order[tied]
    order[tied] = rows[np.lexsort((rows, second[rows], first[rows]))]
    return order


def _among(first: Words, second: Words, run: tuple[Words, Words]) -> NDArray[np.bool_]:
    """Return which sorted pairs stand in a run sorted by ``first``, where pairs with an equal ``first`` may follow."""
    place = np.searchsorted(run[0], first)
    found = np.zeros(len(first), dtype=bool)
    open_ = np.flatnonzero(place < len(run[0]))
    while open_.size:
        at = place[open_]
        same = run[0][at] == first[open_]
        found[open_[same & (run[1][at] == second[open_])]] = True
        open_ = open_[same & ~found[open_]]
        place[open_] += 1
        open_ = open_[place[open_] < len(run[0])]
    return found


def row_hashes(columns: list[pa.Array]) -> tuple[Words, Words]:
    """Return two independent 64-bit hashes of the cells of each row and where they stand; ``(n,)`` each.

    An unknown cell adds nothing, so that columns without any cell change nothing. Rows that differ share both
    hashes by chance once in 2^128; no provider gains by making two that do: one of them counts.
    """
    count = len(columns[0]) if columns else 0
    state = np.zeros((2, count), dtype=np.uint64)
    for place, column in enumerate(columns, start=1):
        if column.null_count == count:
            continue
        if not is_coded(column):
            values = _hashes(column, place)
            if column.null_count:
                values[:, column.is_null().to_numpy(zero_copy_only=False)] = 0
            state += values
            continue
        of_each = np.append(_hashes(column.dictionary, place), np.zeros((2, 1), dtype=np.uint64), axis=1)
        if len(column.dictionary) == 1 and not column.null_count:
            state += of_each[:, :1]
            continue
        places = places_of(column, len(column.dictionary))
        for half in (0, 1):
            state[half] += of_each[half][places]
    return state[0], state[1]


def _hashes(texts: pa.Array, place: int) -> Words:
    """Return two hashes of each text in a column at ``place``, eight bytes at a time; ``(2, n)``."""
    bounds, content = bounds_of(texts), bytes_of(texts)
    starts = (bounds[:-1] - bounds[0]).astype(np.int64)
    lengths = np.diff(bounds).astype(np.int64)
    held = np.zeros(len(content) + 8, dtype=np.uint8)
    held[: len(content)] = content
    words = np.ndarray(shape=(len(content) + 1,), dtype="<u8", buffer=held, strides=(1,))
    state = (lengths.astype(np.uint64) + np.uint64(place << 32)) * _FACTORS[:, None]
    word = words[starts] & _MASKS[np.minimum(lengths, 8)]
    for half in (0, 1):
        _mix(state[half], word, _FACTORS[half])
    rows, at = np.flatnonzero(lengths > 8), 8
    while rows.size:
        left = lengths[rows] - at
        word = words[starts[rows] + at] & _MASKS[np.minimum(left, 8)]
        for half in (0, 1):
            part = state[half][rows]
            _mix(part, word, _FACTORS[half])
            state[half][rows] = part
        rows, at = rows[left > 8], at + 8
    return state


def _mix(state: Words, word: Words | np.uint64, factor: np.uint64) -> None:
    """Take a word, or a word for each, into each state, in place."""
    state ^= word
    state *= factor
    state ^= state >> np.uint64(29)
    state += factor
