"""Chinese characters by their sound: readings without tones, and names spelt in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.fusion.text_keys import BASE, NONE, Keys, Texts, keys_of, mix, powers, texts_from, texts_of

WORDS = 4  # of a Latin name that are looked at: place and brand stand first
_LATIN_WORD = re.compile(r"[A-Z]{3,}")
_FIRST_SOUND = 0x20000


@dataclass(frozen=True, slots=True)
class _Sounds:
    """``number`` of each character's first reading, ``(65536,)``, itself where it has none; ``sums`` and ``lengths``
    of the letters of each reading, as ``Texts.sums`` weighs them."""

    number: NDArray[np.uint32]
    sums: Keys
    lengths: NDArray[np.int64]


def sound_keys(texts: Texts) -> Keys:
    """Return the key of each text by the sounds of its characters, ``(n,)``: 诚 and 成 are one."""
    return keys_of(texts_from(_sounds().number[np.minimum(texts.points, 0xFFFF)], texts.lengths))


def spelt_keys(cores: Texts, names: pa.Array, latin: NDArray[np.bool_]) -> Keys:
    """Return the keys of words, ``(n, WORDS)``, by which a Latin name meets a Chinese one.

    Of a Latin name its first words of three letters or more; of a Chinese one the first two, three and four
    characters of the core as they are spelt together. 0 where there are fewer.
    """
    result = np.zeros((len(names), WORDS), np.uint64)
    rows = np.flatnonzero(latin)
    words = [
        _LATIN_WORD.findall(unicodedata.normalize("NFKC", text or "").upper())[:WORDS]
        for text in names.take(pa.array(rows)).to_pylist()
    ]
    for place in range(WORDS):
        result[rows, place] = keys_of(
            texts_of(pa.array([w[place] if len(w) > place else "" for w in words], pa.string()))
        )
    chinese = ~latin
    result[chinese] = _spelt_together(cores)[chinese]
    return result


def _spelt_together(cores: Texts) -> Keys:
    sounds = _sounds()
    n = len(cores.lengths)
    result = np.zeros((n, WORDS), np.uint64)
    sums, letters = np.zeros(n, np.uint64), np.zeros(n, np.int64)
    spelt = np.ones(n, bool)
    for place in range(4):
        spelt &= cores.lengths > place
        at = np.minimum(cores.starts[:-1] + place, max(len(cores.points) - 1, 0))
        number = (
            sounds.number[np.minimum(cores.points[at], 0xFFFF)].astype(np.int64) - _FIRST_SOUND
            if len(cores.points)
            else np.zeros(n, np.int64)
        )
        spelt &= number >= 0
        number = np.maximum(number, 0)
        sums = sums + sounds.sums[number] * powers(BASE, letters)
        letters = letters + sounds.lengths[number]
        if place:
            result[:, place - 1] = np.where(spelt, mix(sums + letters.astype(np.uint64)), NONE)
    return result


@cache
def _sounds() -> _Sounds:
    from pypinyin.constants import PINYIN_DICT

    number = np.arange(0x10000, dtype=np.uint32)
    found: dict[str, int] = {}
    for point, readings in PINYIN_DICT.items():
        if 0x3400 <= point < 0x10000:
            plain = unicodedata.normalize("NFD", readings.split(",")[0]).upper()
            sound = "".join(c for c in plain if c.isascii() and c.isalpha())
            if sound:
                number[point] = _FIRST_SOUND + found.setdefault(sound, len(found))
    texts = texts_of(pa.array(list(found)))
    return _Sounds(number, texts.sums[texts.starts[1:]] - texts.sums[texts.starts[:-1]], texts.lengths)
