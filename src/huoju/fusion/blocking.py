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
from huoju.fusion.text_keys import NONE, Ints, Keys, combined, deletions

Rows = NDArray[np.int32]
Maker = Callable[[Records, bool], tuple[Ints, Keys]]  # of the records and whether they search, rows and keys
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
    """Keys too common to search by, sorted; fitted once on given lists and then unchanged."""

    common: Keys

    def are_common(self, keys: Keys) -> NDArray[np.bool_]:
        """Return for each key whether it is one of them."""
        if not len(self.common):
            return np.zeros(len(keys), bool)
        place = np.minimum(np.searchsorted(self.common, keys), len(self.common) - 1)
        return np.asarray(self.common[place] == keys)


@dataclass(frozen=True, slots=True)
class Index:
    """The searchable side: keys sorted, and the row that each stands for."""

    keys: Keys
    rows: Rows

    def matches(self, keys: Keys) -> tuple[Ints, Rows]:
        """Return for keys ``(k,)`` pairs of (place in ``keys``, row) that share one."""
        first = np.searchsorted(self.keys, keys, side="left")
        count = np.searchsorted(self.keys, keys, side="right") - first
        hit = np.flatnonzero(count)
        times = count[hit]
        place = np.repeat(hit, times)
        within = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        return place, self.rows[np.repeat(first[hit], times) + within]


def build_index(records: Records, frozen: Frozen) -> Index:
    """Return the index of records, without keys that are too common."""
    rows, keys = all_keys(records, searching=False)
    order = np.argsort(keys)
    keys, rows = keys[order], rows[order]
    keep = ~frozen.are_common(keys)
    return Index(keys[keep], rows[keep])


def fit_common(*lists: Records) -> Frozen:
    """Return the keys that more records of one list share than ``COMMON`` allows."""
    found = []
    for records in lists:
        for kind, make in KEYS.items():
            keys = np.sort(_salted(kind, make(records, False)[1]))
            if len(keys):
                starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
                counts = np.diff(np.append(starts, len(keys)))
                found.append(keys[starts[counts > COMMON[kind]]])
    return Frozen(np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64))


def candidates(index: Index, records: Records) -> tuple[Rows, Rows]:
    """Return pairs (row of the index, row of ``records``) that share a key, each pair once, by record and row."""
    rows, keys = all_keys(records, searching=True)
    place, left = index.matches(keys)
    pairs = np.unique(rows[place].astype(np.int64) << 32 | left)
    return (pairs & 0xFFFFFFFF).astype(np.int32), (pairs >> 32).astype(np.int32)


def all_keys(records: Records, *, searching: bool) -> tuple[Rows, Keys]:
    """Return the rows and keys of every kind; unknown parts give none.

    ``searching`` is the side that looks the other up: a Latin name looks for Chinese ones, and the other way round.
    """
    rows, keys = [], []
    for kind, make in KEYS.items():
        of, found = make(records, searching)
        known = found != NONE
        rows.append(of[known].astype(np.int32))
        keys.append(_salted(kind, found[known]))
    return np.concatenate(rows), np.concatenate(keys)


def _salted(kind: str, keys: Keys) -> Keys:
    """Return keys of a kind so that equal texts of two kinds do not meet."""
    salt = np.uint64(list(KEYS).index(kind) + 1) * np.uint64(0x9E3779B1)
    return np.where(keys == NONE, NONE, keys ^ salt)


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
    return deletions(records.core_texts, SHORTEST_TYPO)


def _typos_city(records: Records, _: bool) -> tuple[Ints, Keys]:
    rows, keys = deletions(records.core_texts, 3)
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
