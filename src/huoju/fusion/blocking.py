"""Candidates: which records of a list a record is compared with, by keys of its name, place, people and code.

Whether two records meet depends on the two alone and on a frozen list of keys that are too common to search by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.fusion.places import city_of
from huoju.fusion.records import NO_DAY, Records
from huoju.fusion.text_keys import NONE, Ints, Keys, combined, deletions, texts_of

Rows = NDArray[np.int32]
# Of records, and whether they search or are searched, the rows and keys: a Latin name looks for Chinese ones.
Maker = Callable[[Records, bool], tuple[Ints, Keys]]
SHORTEST_TYPO = 4  # characters of a core before a key with one of them left out says enough by itself
# How many records may share a key before it is not searched by. Design; benchmarks/link.py says what it costs.
COMMON = {
    "full": 200,
    "core": 60,
    "core-city": 200,
    "typo": 15,
    "typo-city": 40,
    "fourth": 15,
    "fourth-city": 50,
    "third-city": 50,
    "head-city": 15,
    "head-person": 50,
    "tail-city": 15,
    "tail-person": 30,
    "person-city": 30,
    "person-founded": 50,
    "founded-city": 15,
    "address": 15,
    "address-head-city": 15,
    "code": 200,
    "code-part": 15,
    "former": 50,
    "spelt-city": 50,
    "spelt-person": 50,
    "spelt": 15,
}


@dataclass(frozen=True, slots=True)
class Frozen:
    """By kind, the keys too common to search by, sorted; found once on a given list and then unchanged."""

    common: Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class OfKind:
    """Keys of one kind, sorted, each once: key ``k`` is of the records ``rows[starts[k]:starts[k + 1]]``."""

    keys: Keys
    starts: Rows
    rows: Rows

    def matches(self, rows: Ints, keys: Keys) -> Ints:
        """Return pairs (row of ``keys``, row of the index) that share a key, as ``row << 32 | row``."""
        order = np.argsort(keys)  # a sorted search touches memory in order, many times faster
        rows, keys = rows[order], keys[order]
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        hit = np.flatnonzero(self.keys[place] == keys)
        first = self.starts[place[hit]].astype(np.int64)
        times = self.starts[place[hit] + 1] - first
        within = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        found = self.rows[np.repeat(first, times) + within]
        pairs: Ints = np.repeat(rows[hit], times).astype(np.int64) << 32 | found
        return pairs


Index = Mapping[str, OfKind]


def build_index(records: Records, frozen: Frozen | None = None) -> tuple[Index, Frozen]:
    """Return the index of records without keys too common; without ``frozen``, those that ``COMMON`` says here."""
    index, common = {}, {}
    for kind, make in KEYS.items():
        rows, keys = _known(make(records, False))
        order = np.argsort(keys)
        rows, keys = rows[order], keys[order]
        new = np.ones(len(keys), bool)
        new[1:] = keys[1:] != keys[:-1]
        starts = np.append(np.flatnonzero(new), len(keys))
        counts = np.diff(starts)
        distinct = keys[starts[:-1]]
        if frozen is None:
            dropped = counts > COMMON[kind]
            common[kind] = distinct[dropped]
        else:
            common[kind] = frozen.common[kind]
            dropped = np.isin(distinct, common[kind])
        kept = ~dropped
        index[kind] = OfKind(
            distinct[kept],
            np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.int32),
            rows[np.repeat(kept, counts)].astype(np.int32),
        )
    return index, Frozen(common)


def candidates(index: Index, records: Records) -> tuple[Rows, Rows]:
    """Return pairs (row of the index, row of ``records``) that share a key, each pair once, by record and row."""
    found = [
        of_kind.matches(*_known(KEYS[kind](records, True))) for kind, of_kind in index.items() if len(of_kind.keys)
    ]
    pairs = np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    return (pairs & 0xFFFFFFFF).astype(np.int32), (pairs >> 32).astype(np.int32)


def _known(made: tuple[Ints, Keys]) -> tuple[Ints, Keys]:
    rows, keys = made
    known = keys != NONE
    return (rows, keys) if known.all() else (rows[known], keys[known])


def _plain(name: str) -> Maker:
    def make(records: Records, _: bool) -> tuple[Ints, Keys]:
        return np.arange(len(records)), np.asarray(getattr(records, name))

    return make


def _with(first: str, second: str) -> Maker:
    def make(records: Records, _: bool) -> tuple[Ints, Keys]:
        return np.arange(len(records)), combined(_column(records, first), _column(records, second))

    return make


def _column(records: Records, name: str) -> Keys:
    if name == "city":
        return city_of(records.place).astype(np.uint64)
    if name == "founded":
        return np.where(records.founded == NO_DAY, 0, records.founded.astype(np.int64) + 1_000_000).astype(np.uint64)
    return np.asarray(getattr(records, name))


def _cores(records: Records, _: bool) -> tuple[Ints, Keys]:
    """Return both readings of a core."""
    rows = np.arange(len(records))
    return np.concatenate([rows, rows]), np.concatenate([records.core, records.other_core])


def _cores_city(records: Records, _: bool) -> tuple[Ints, Keys]:
    rows, keys = _cores(records, _)
    city = _column(records, "city")
    return rows, combined(keys, np.concatenate([city, city]))


def _typos(records: Records, _: bool) -> tuple[Ints, Keys]:
    return deletions(texts_of(records.cores), SHORTEST_TYPO)


def _typos_city(records: Records, _: bool) -> tuple[Ints, Keys]:
    rows, keys = deletions(texts_of(records.cores), 3)
    return rows, combined(keys, _column(records, "city")[rows])


def _code_parts(records: Records, _: bool) -> tuple[Ints, Keys]:
    """Return for each code of 18 characters three keys, of which one wrong character leaves one untouched."""
    rows = np.flatnonzero(records.code_text[:, 0] > 0)
    text = records.code_text[rows]
    keys = []
    for number, places in enumerate(([*range(2, 12)], [*range(2, 8), *range(12, 18)], [*range(8, 18)])):
        part = np.zeros(len(rows), np.uint64)
        for character in text[:, places].T:
            part = part * np.uint64(37) + character
        keys.append(combined(part, np.full(len(rows), number + 1)))
    return np.concatenate([rows] * 3), np.concatenate(keys)


def _formers(records: Records, _: bool) -> tuple[Ints, Keys]:
    """Return names, present and former, so that a record under its old name meets the enterprise."""
    rows = np.arange(len(records))
    return np.concatenate([rows, rows]), np.concatenate([records.full, records.former])


def _spelt(other: str | None) -> Maker:
    def make(records: Records, searching: bool) -> tuple[Ints, Keys]:
        rows = np.repeat(np.arange(len(records)), records.spelt.shape[1])
        looked_for = (records.latin ^ searching).astype(np.int64) + 1
        keys = combined(records.spelt.ravel(), looked_for[rows])
        return rows, keys if other is None else combined(keys, _column(records, other)[rows])

    return make


KEYS: Mapping[str, Maker] = {
    "full": _plain("full"),
    "core": _cores,
    "core-city": _cores_city,
    "typo": _typos,
    "typo-city": _typos_city,
    "fourth": _plain("fourth"),
    "fourth-city": _with("fourth", "city"),
    "third-city": _with("third", "city"),
    "head-city": _with("head", "city"),
    "head-person": _with("head", "person"),
    "tail-city": _with("tail", "city"),
    "tail-person": _with("tail", "person"),
    "person-city": _with("person", "city"),
    "person-founded": _with("person", "founded"),
    "founded-city": _with("founded", "city"),
    "address": _plain("address"),
    "address-head-city": _with("address_head", "city"),
    "code": _plain("code"),
    "code-part": _code_parts,
    "former": _formers,
    "spelt-city": _spelt("city"),
    "spelt-person": _spelt("person"),
    "spelt": _spelt(None),
}
