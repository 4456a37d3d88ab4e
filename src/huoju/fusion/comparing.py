"""Comparisons of two records: what each part of them says, as levels that a person can name.

A part that either record lacks says nothing (``UNKNOWN``, 0): it is neither alike nor different.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel, Postfix, Prefix

from huoju.fusion.blocking import Rows
from huoju.fusion.frequencies import Frequencies
from huoju.fusion.places import Codes, city_number_of
from huoju.fusion.records import FORMS, NO_DAY, Records
from huoju.fusion.text_keys import NONE, Keys

Levels = NDArray[np.int8]
UNKNOWN = 0
RARITIES = 5  # how common what agrees is: classes of Frequencies, 0 for one holder to 4 for very many
# Level 0 is unknown everywhere. Names of levels have sentences in locale: link.<comparison>.<level>.
COMPARISONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": (
            "unknown",
            "same",
            "core-same",
            "core-read-otherwise",
            "sounds-same",
            "one-character",
            "begins-same",
            "trade-differs-slightly",
            "brand-same",
            "brand-differs",
            "similar",
            "differs",
            "former-same",
            "spelt-same",
            "spelt-otherwise",
        ),
        "rarity": ("unknown", "sole", "rare", "some", "common", "very-common"),
        "region": ("unknown", "same", "one-missing", "within", "differs"),
        "place": (
            "unknown",
            "same-county",
            "same-city",
            "same-province",
            "county-differs",
            "city-differs",
            "province-differs",
        ),
        "form": ("unknown", "same", "kindred", "differs"),
        "code": ("unknown", "same", "one-error", "differs"),
        "person": ("unknown", "same-rare", "same", "same-common", "differs"),
        "address": ("unknown", "same", "begins-or-ends-same", "similar", "differs"),
        "founded": ("unknown", "same", "same-year", "differs"),
    }
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Levels of ``p`` pairs, ``(p, comparisons)`` in the order of ``COMPARISONS``, and which pairs may not be one.

    ``vetoed`` are pairs whose branch parts differ: a branch and its parent, or two branches, are never one entity.
    """

    levels: Levels
    vetoed: NDArray[np.bool_]


def compare(left: Records, right: Records, pairs: tuple[Rows, Rows], frequencies: Frequencies) -> Compared:
    """Return the levels of pairs (row of ``left``, row of ``right``); they depend on the two records alone."""
    a, b = pairs
    name = _names(left, right, a, b)
    levels = np.stack(
        [
            name,
            _rarity(left, right, a, b, name, frequencies),
            _regions(left, right, a, b),
            _places(left, right, a, b),
            _forms(left.form[a], right.form[b]),
            _codes(left, right, a, b),
            _persons(left.person[a], right.person[b], frequencies),
            _addresses(left, right, a, b),
            _days(left.founded[a], right.founded[b]),
        ],
        axis=1,
    )
    return Compared(levels, left.branch[a] != right.branch[b])


def _names(left: Records, right: Records, a: Rows, b: Rows) -> Levels:
    level = np.full(len(a), 11, np.int8)
    core = left.core[a] == right.core[b]
    read_otherwise = _either(left.core[a], left.other_core[a], right.core[b], right.other_core[b]) & ~core
    lengths = left.core_lengths[a], right.core_lengths[b]
    rest = np.flatnonzero(~core)
    texts = left.cores.take(pa.array(a[rest])).to_pylist(), right.cores.take(pa.array(b[rest])).to_pylist()
    edits = _full(len(a), rest, process.cpdist(*texts, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8), 0)
    shared = _full(len(a), rest, process.cpdist(*texts, scorer=Prefix.similarity, dtype=np.uint8), 99)
    alike = _full(len(a), rest, process.cpdist(*texts, scorer=Indel.normalized_similarity, dtype=np.float32), 1)
    shorter = np.minimum(*lengths)
    longer = np.maximum(*lengths)
    long_enough = longer >= 3
    level[alike >= 0.6] = 10
    level[_alike(left.tail[a], right.tail[b]) & (shorter >= 4)] = 9
    level[(shared >= 2) & (shared < 99)] = 8
    level[(shared >= 2) & (alike >= 0.6)] = 7
    level[(shared >= shorter) & (shorter >= 3)] = 6
    level[(edits == 1) & long_enough] = 5
    level[_alike(left.sound[a], right.sound[b]) & (edits <= 2) & long_enough] = 4
    level[read_otherwise] = 3
    level[core] = 2
    level[_alike(left.full[a], right.full[b])] = 1
    level[_alike(left.former[a], right.full[b]) | _alike(left.full[a], right.former[b])] = 12
    apart = np.flatnonzero(left.latin[a] != right.latin[b])
    level[apart] = np.where(_any_word(left.spelt[a[apart]], right.spelt[b[apart]]), 13, 14)
    return level


def _any_word(one: Keys, other: Keys) -> NDArray[np.bool_]:
    return np.asarray((_alike(one[:, :, None], other[:, None, :])).any(axis=(1, 2)))


def _full(n: int, rows: NDArray[np.int64], values: NDArray[Any], default: float) -> NDArray[np.float32]:
    result = np.full(n, default, np.float32)
    result[rows] = values
    return result


def _either(a: Keys, other_a: Keys, b: Keys, other_b: Keys) -> NDArray[np.bool_]:
    return _alike(a, other_b) | _alike(other_a, b) | _alike(other_a, other_b)


def _alike(one: Keys, other: Keys) -> NDArray[np.bool_]:
    return np.asarray((one == other) & (one != NONE))


def _rarity(left: Records, right: Records, a: Rows, b: Rows, name: Levels, frequencies: Frequencies) -> Levels:
    """Return how common that is which the names share: the core, else its first characters."""
    whole = np.maximum(frequencies.rarity("core", left.core[a]), frequencies.rarity("core", right.core[b]))
    head = frequencies.rarity("head", left.head[a])
    rarity = np.where(name <= 5, whole, np.where(name <= 8, head, -1))
    return (rarity + 1).astype(np.int8)


def _regions(left: Records, right: Records, a: Rows, b: Rows) -> Levels:
    one, other = left.region[a], right.region[b]
    here, there = left.named_place[a], right.named_place[b]
    level = np.full(len(a), 4, np.int8)
    within = (_relation(here, there) <= 3) & (here > 0) & (there > 0)
    level[within] = 3
    level[(one == NONE) != (other == NONE)] = 2
    level[_alike(one, other)] = 1
    level[((one == NONE) & (other == NONE)) | (left.latin[a] != right.latin[b])] = UNKNOWN
    return level


def _places(left: Records, right: Records, a: Rows, b: Rows) -> Levels:
    """Return how the places relate: the stated ones where both are, else the one against what the other's name says."""
    here, there = left.stated_place[a], right.stated_place[b]
    here = np.where(here > 0, here, left.named_place[a])
    there = np.where(there > 0, there, right.named_place[b])
    return _relation(here, there)


def _relation(here: Codes, there: Codes) -> Levels:
    cities = city_number_of(here), city_number_of(there)
    counties = here % 100, there % 100
    level = np.full(len(here), 3, np.int8)
    both_cities = (cities[0] > 0) & (cities[1] > 0)
    both_counties = both_cities & (counties[0] > 0) & (counties[1] > 0)
    level[both_cities] = 2
    level[both_counties] = 4
    level[both_counties & (here == there)] = 1
    level[both_cities & (cities[0] != cities[1])] = 5
    level[here // 10_000 != there // 10_000] = 6
    level[(here == 0) | (there == 0)] = UNKNOWN
    return level


_LIMITED = np.array([FORMS.index(form) for form in ("公司", "有限公司", "有限责任公司")])
_SHARED = np.array([FORMS.index(form) for form in ("公司", "股份公司", "股份有限公司")])


def _forms(one: NDArray[np.int8], other: NDArray[np.int8]) -> Levels:
    kindred = (np.isin(one, _LIMITED) & np.isin(other, _LIMITED)) | (np.isin(one, _SHARED) & np.isin(other, _SHARED))
    level = np.where(kindred, 2, 3).astype(np.int8)
    level[one == other] = 1
    level[(one == 0) | (other == 0)] = UNKNOWN
    return level


def _codes(left: Records, right: Records, a: Rows, b: Rows) -> Levels:
    one, other = left.code[a], right.code[b]
    level = np.where(one == other, 1, 3).astype(np.int8)
    level[(one == NONE) | (other == NONE)] = UNKNOWN
    rows = np.flatnonzero((level == 3) & (left.code_text[a, 0] > 0) & (right.code_text[b, 0] > 0))
    texts = left.code_text[a[rows]], right.code_text[b[rows]]
    wrong = (texts[0] != texts[1]).sum(axis=1)
    swapped = (wrong == 2) & (
        (texts[0][:, :-1] != texts[1][:, :-1])
        & (texts[0][:, :-1] == texts[1][:, 1:])
        & (texts[0][:, 1:] == texts[1][:, :-1])
    ).any(axis=1)
    level[rows[(wrong == 1) | swapped]] = 2
    return level


def _persons(one: Keys, other: Keys, frequencies: Frequencies) -> Levels:
    rarity = frequencies.rarity("person", one)
    level = np.where(rarity <= 0, 1, np.where(rarity <= 2, 2, 3)).astype(np.int8)
    level[one != other] = 4
    level[(one == NONE) | (other == NONE)] = UNKNOWN
    return level


def _addresses(left: Records, right: Records, a: Rows, b: Rows) -> Levels:
    one, other = left.address[a], right.address[b]
    level = np.full(len(a), 4, np.int8)
    level[one == other] = 1
    unknown = (one == NONE) | (other == NONE)
    rows = np.flatnonzero((level == 4) & ~unknown)
    texts = left.addresses.take(pa.array(a[rows])).to_pylist(), right.addresses.take(pa.array(b[rows])).to_pylist()
    shorter = np.minimum(
        np.fromiter(map(len, texts[0]), np.int64, len(rows)), np.fromiter(map(len, texts[1]), np.int64, len(rows))
    )
    ends = np.maximum(
        process.cpdist(*texts, scorer=Prefix.similarity, dtype=np.uint8),
        process.cpdist(*texts, scorer=Postfix.similarity, dtype=np.uint8),
    )
    alike = process.cpdist(*texts, scorer=Indel.normalized_similarity, dtype=np.float32)
    level[rows[alike >= 0.7]] = 3
    level[rows[(ends >= shorter) & (shorter >= 4)]] = 2
    level[unknown] = UNKNOWN
    return level


def _days(one: NDArray[np.int32], other: NDArray[np.int32]) -> Levels:
    apart = np.abs(one.astype(np.int64) - other)
    level = np.where(apart == 0, 1, np.where(apart <= 366, 2, 3)).astype(np.int8)
    level[(one == NO_DAY) | (other == NO_DAY)] = UNKNOWN
    return level
