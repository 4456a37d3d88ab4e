"""What is remembered from one part of a delivery to the next, so that parts give what the whole gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.sources.cells import if_few

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


@dataclass(slots=True)
class Tally:
    """What the rows of a layout look like so far: how many, how many filled, how often each size of number came."""

    rows: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, dict[int, int]] = field(default_factory=dict)


class SeenRows:
    """The rows seen so far by 128 bits of hash each, in few sorted runs; 16 bytes a row."""

    def __init__(self) -> None:
        self._runs: list[NDArray[np.void]] = []

    def repeats(self, first: Words, second: Words) -> NDArray[np.bool_]:
        """Return which rows were seen before, here or in an earlier part, and remember the others; ``(n,)``."""
        pairs = np.empty(len(first), dtype=[("first", np.uint64), ("second", np.uint64)])
        pairs["first"], pairs["second"] = first, second
        order = np.lexsort((second, first))
        ordered = pairs[order]
        again = np.zeros(len(pairs), dtype=bool)
        again[1:] = ordered[1:] == ordered[:-1]
        for run in self._runs:
            again |= _among(ordered, run)
        repeated = np.zeros(len(pairs), dtype=bool)
        repeated[order] = again
        fresh = ordered[~again]
        while self._runs and len(self._runs[-1]) <= 2 * len(fresh):
            joined = np.concatenate([self._runs.pop(), fresh])
            fresh = joined[np.argsort(joined["first"], kind="stable")]
        self._runs.append(fresh)
        return repeated


def _among(pairs: NDArray[np.void], run: NDArray[np.void]) -> NDArray[np.bool_]:
    """Return which pairs stand in a run sorted by ``first``; equal ``first`` with another ``second`` may follow."""
    place = np.searchsorted(run["first"], pairs["first"])
    found = np.zeros(len(pairs), dtype=bool)
    open_ = np.flatnonzero(place < len(run))
    while open_.size:
        at = run[place[open_]]
        same = at["first"] == pairs["first"][open_]
        found[open_[same & (at["second"] == pairs["second"][open_])]] = True
        open_ = open_[same & ~found[open_]]
        place[open_] += 1
        open_ = open_[place[open_] < len(run)]
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
        coded = if_few(column)
        values = _hashes(column if coded is None else coded.dictionary)
        for half in (0, 1):
            _mix(values[half], np.uint64(place), _FACTORS[half])
        if coded is None:
            if column.null_count:
                values[:, column.is_null().to_numpy(zero_copy_only=False)] = 0
        else:
            places = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
            values = np.append(values, np.zeros((2, 1), dtype=np.uint64), axis=1)[:, places]
        state += values
    return state[0], state[1]


def _hashes(texts: pa.Array) -> Words:
    """Return two hashes of each text, eight bytes at a time; ``(2, n)``."""
    texts = pa.concat_arrays([texts]) if texts.offset else texts
    count = len(texts)
    state = np.zeros((2, count), dtype=np.uint64)
    if not count:
        return state
    _, offsets, content = texts.buffers()
    starts = np.frombuffer(offsets, np.int32, count + 1)
    lengths = np.diff(starts).astype(np.int64)
    held = np.zeros(int(starts[-1]) + 8, dtype=np.uint8)
    if content is not None:
        held[: starts[-1]] = np.frombuffer(content, np.uint8, int(starts[-1]))
    words = np.ndarray(shape=(len(held) - 7,), dtype="<u8", buffer=held, strides=(1,))
    rows = np.arange(count)
    place = 0
    while True:
        left = lengths[rows] - place
        word = words[starts[:-1][rows] + place] & _MASKS[np.clip(left, 0, 8)]
        for half in (0, 1):
            part = state[half][rows]
            _mix(part, word, _FACTORS[half])
            state[half][rows] = part
        rows, place = rows[left > 8], place + 8
        if not rows.size:
            break
    for half in (0, 1):
        _mix(state[half], lengths.astype(np.uint64), _FACTORS[half])
    return state


def _mix(state: Words, word: Words | np.uint64, factor: np.uint64) -> None:
    """Take a word, or a word for each, into each state, in place."""
    state ^= word
    state *= factor
    state ^= state >> np.uint64(29)
    state += factor
