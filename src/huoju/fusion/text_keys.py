"""Hashes of texts and of their parts, a whole column at a time; equal texts have equal keys in every process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Ints = NDArray[np.int64]
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)
NONE = np.uint64(0)  # the key of an unknown or empty text; it equals nothing


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts as code points laid end to end: text ``i`` is ``points[starts[i]:starts[i + 1]]``.

    ``sums`` has at each place the sum of all that stands before it, each point weighted by its place in its text.
    """

    points: NDArray[np.uint32]
    starts: Ints
    sums: Keys

    @property
    def lengths(self) -> Ints:
        """The number of characters of each text, ``(n,)``."""
        return np.diff(self.starts)


def texts_of(column: pa.Array) -> Texts:
    """Return a column of strings, unknown ones as empty, as code points."""
    filled = pc.fill_null(column, "")
    lengths = pc.utf8_length(filled).to_numpy(zero_copy_only=False).astype(np.int64)
    return texts_from(np.frombuffer("".join(filled.to_pylist()).encode("utf-32-le"), np.uint32), lengths)


def texts_from(points: NDArray[np.uint32], lengths: Ints) -> Texts:
    """Return texts whose characters are laid end to end in ``points``."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    place = np.arange(len(points)) - np.repeat(starts[:-1], lengths)
    stirred = _stirred_points()[points] if points.max(initial=0) < 0x30000 else mix(points.astype(np.uint64))
    weighted = stirred * powers(BASE, place)
    return Texts(points, starts, np.concatenate([[NONE], np.cumsum(weighted, dtype=np.uint64)]))


def keys_of(texts: Texts, first: int | Ints = 0, last: Ints | None = None) -> Keys:
    """Return the key of each text's characters from ``first`` up to ``last``, ``(n,)``; 0 where there are none."""
    lengths = texts.lengths
    begin = np.minimum(np.broadcast_to(np.asarray(first, np.int64), lengths.shape), lengths)
    end = lengths if last is None else np.clip(last, begin, lengths)
    heads = texts.starts[:-1]
    sums = (texts.sums[heads + end] - texts.sums[heads + begin]) * powers(INVERSE, begin)
    return np.where(end > begin, mix(sums + (end - begin).astype(np.uint64)), NONE)


def deletions(texts: Texts, shortest: int) -> tuple[Ints, Keys]:
    """Return the rows and keys of each text with one character left out, and whole; none for shorter texts.

    Two texts share such a key if one substitution, one swap of neighbours, one loss or one gain lies between them.
    """
    rows = np.flatnonzero(texts.lengths >= shortest)
    lengths = texts.lengths[rows]
    row = np.repeat(rows, lengths)
    place = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    heads, ends = texts.starts[row], texts.starts[row + 1]
    before = texts.sums[heads + place] - texts.sums[heads]
    after = (texts.sums[ends] - texts.sums[heads + place + 1]) * np.uint64(INVERSE)
    shorter = mix(before + after + (texts.lengths[row] - 1).astype(np.uint64))
    return np.concatenate([row, rows]), np.concatenate([shorter, keys_of(texts)[rows]])


def combined(*keys: Keys | Ints | NDArray[np.int32]) -> Keys:
    """Return one key of several of the same row; 0 where any of them is 0."""
    result = np.full(len(keys[0]), 0x51ED270B, np.uint64)
    absent = np.zeros(len(keys[0]), bool)
    for key in keys:
        part = key.astype(np.uint64)
        absent |= part == 0
        result = mix(result * np.uint64(BASE) + part)
    return np.where(absent, NONE, result)


@cache
def _stirred_points() -> Keys:
    """Return ``mix`` of every code point that names and sounds use."""
    return mix(np.arange(0x30000, dtype=np.uint64))


def mix(values: Keys) -> Keys:
    """Return 64-bit numbers stirred so that like ones lie far apart (the finaliser of SplitMix64); 0 stays 0."""
    stirred = values ^ (values >> np.uint64(30))
    stirred = stirred * np.uint64(0xBF58476D1CE4E5B9)
    stirred = stirred ^ (stirred >> np.uint64(27))
    stirred = stirred * np.uint64(0x94D049BB133111EB)
    result: Keys = stirred ^ (stirred >> np.uint64(31))
    return result


def powers(base: int, exponents: Ints) -> Keys:
    """Return ``base`` to each exponent, modulo 2^64."""
    longest = int(exponents.max(initial=0))
    table = [1]
    for _ in range(longest):
        table.append(table[-1] * base % (1 << 64))
    result: Keys = np.array(table, np.uint64)[exponents]
    return result
