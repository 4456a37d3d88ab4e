"""A column of texts as one run of letters, so that a whole column is cut, searched and joined at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.fusion.text_keys import BASE, mix

Whole = NDArray[np.int64]
_MIX = np.uint64(BASE)
_POWER = np.uint64(0xD6E8FEB86659FD93)  # odd, so that its powers have inverses modulo 2^64
_OF_LETTER = mix((np.arange(0x10000, dtype=np.uint64) + np.uint64(1)) * _MIX)


@dataclass(frozen=True, slots=True)
class Letters:
    """n texts: ``codes`` are their code points one after another, text i is ``codes[starts[i] : starts[i + 1]]``."""

    codes: NDArray[np.uint32]
    starts: Whole

    def __len__(self) -> int:
        return self.starts.size - 1

    @classmethod
    def of(cls, texts: pa.Array) -> Letters:
        """Return the letters of a string array; unknown (null) texts are empty."""
        filled = texts.cast(pa.string()).fill_null("")
        offsets = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + len(filled) + 1]
        if not len(filled) or offsets[0] == offsets[-1]:
            return cls(np.zeros(0, np.uint32), np.zeros(len(filled) + 1, np.int64))
        octets = np.frombuffer(filled.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
        codes = np.frombuffer(octets.tobytes().decode("utf-8").encode("utf-32-le"), np.uint32)
        before = np.zeros(octets.size + 1, np.int64)
        np.cumsum((octets & 0xC0) != 0x80, out=before[1:])
        return cls(codes, before[offsets - offsets[0]])

    def kept(self, keep: NDArray[np.bool_]) -> Letters:
        """Return the texts with only the letters that ``keep``, (letters,), marks."""
        before = np.zeros(keep.size + 1, np.int32)
        np.cumsum(keep.view(np.int8), out=before[1:])
        return Letters(self.codes[keep], before[self.starts].astype(np.int64))

    def within(self, begins: Whole, ends: Whole) -> NDArray[np.bool_]:
        """Return which letters lie in the spans; span i, ``begins[i]`` to ``ends[i]``, lies in text i."""
        steps = np.zeros(self.codes.size + 1, np.int8)
        some = ends > begins
        steps[begins[some]] += 1
        steps[ends[some]] -= 1
        return np.cumsum(steps[:-1], dtype=np.int8).astype(bool)

    def spans(self, begins: Whole, ends: Whole) -> pa.Array:
        """Return the text of one span a text, "" where a span is empty."""
        some = self.kept(self.within(begins, ends))
        return some.texts()

    def texts(self) -> pa.Array:
        """Return the letters as a string array."""
        data = self.codes.tobytes().decode("utf-32-le").encode("utf-8")
        size = np.ones(self.codes.size, np.int32)
        for bound in (0x80, 0x800, 0x10000):
            size += self.codes >= bound
        before = np.zeros(self.codes.size + 1, np.int32)
        np.cumsum(size, out=before[1:])
        return pa.Array.from_buffers(
            pa.string(), len(self), [None, pa.py_buffer(before[self.starts].tobytes()), pa.py_buffer(data)]
        )

    def taken(self, begins: Whole, ends: Whole) -> Letters:
        """Return the spans as texts of their own; spans may overlap and come in any order."""
        lengths = np.maximum(ends - begins, 0)
        starts = np.zeros(lengths.size + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], lengths)
        return Letters(self.codes[places], starts)


class Finder:
    """Numbers by which the words at any place of some letters are looked up."""

    def __init__(self, letters: Letters) -> None:
        codes = letters.codes
        terms = _OF_LETTER[np.minimum(codes, 0xFFFF)]
        powers = np.full(codes.size + 1, _POWER, np.uint64)
        powers[0] = 1
        self._powers = np.multiply.accumulate(powers)
        self._before = np.zeros(codes.size + 1, np.uint64)
        np.cumsum(terms * self._powers[:-1], out=self._before[1:])
        self._unscaled = np.uint64(pow(int(self._powers[-1]), -1, 1 << 64))

    def at(self, begins: Whole, ends: Whole) -> NDArray[np.uint64]:
        """Return a key for each span: equal words have equal keys, at whatever place of whatever letters."""
        spans = self._before[ends] - self._before[begins]
        return np.asarray(spans * self._powers[self._powers.size - 1 - begins] * self._unscaled, np.uint64)

    def windows(self, length: int) -> NDArray[np.uint64]:
        """Return the key of each run of ``length`` letters: (letters - length + 1,), none where there are fewer."""
        count = self._before.size - length
        if count <= 0:
            return np.zeros(0, np.uint64)
        spans = self._before[length:] - self._before[:count]
        return np.asarray(spans * self._powers[::-1][:count] * self._unscaled, np.uint64)


class Words:
    """A set of words with one number each, found by the hundred thousand."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        letters = Letters.of(pa.array(self.words, pa.string()))
        self.texts = pa.array(["", *self.words], pa.string())  # behind an empty one, so that -1 + 1 is none
        self.lengths = tuple(sorted({len(word) for word in self.words}, reverse=True))
        finder = Finder(letters)
        keys = finder.at(letters.starts[:-1], letters.starts[1:])
        bits = max(4, (4 * len(self.words)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._mask = np.int64((1 << bits) - 1)
        self._ids = np.full(1 << bits, -1, np.int32)
        self._keys = np.zeros(1 << bits, np.uint64)
        slots = ((keys * _MIX) >> self._shift).astype(np.int64).tolist()
        for number, (wanted, key) in enumerate(zip(slots, keys, strict=True)):
            slot = wanted
            while self._ids[slot] >= 0:
                slot = (slot + 1) & int(self._mask)
            self._ids[slot], self._keys[slot] = number, key

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Return the number of the word of each key, -1 where it is none."""
        slots = ((keys * _MIX) >> self._shift).astype(np.int64)
        found = self._ids[slots]
        wrong = np.flatnonzero((found >= 0) & (self._keys[slots] != keys))
        while wrong.size:
            slots[wrong] = (slots[wrong] + 1) & self._mask
            found[wrong] = self._ids[slots[wrong]]
            wrong = wrong[(found[wrong] >= 0) & (self._keys[slots[wrong]] != keys[wrong])]
        return found
