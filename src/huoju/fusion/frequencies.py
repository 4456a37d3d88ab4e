"""How many records share a core, a brand or a person: counted once, then frozen, so that scores never move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.fusion.records import Records
from huoju.fusion.text_keys import NONE, Keys

KINDS = ("core", "head", "person")
# Holders per 100,000 records above which what agrees falls into the next class; "sole" is at most one holder a list.
_STEPS = {
    "core": (3.0, 12.0, 60.0),
    "head": (10.0, 40.0, 150.0),
    "person": (10.0, 30.0, 100.0),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Keys that more than one record has, sorted, and how many have each; ``most`` is the larger count of the lists."""

    keys: Keys
    most: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts by kind over lists of which the larger has ``size`` records."""

    size: int
    counts: Mapping[str, Counts]

    def rarity(self, kind: str, keys: Keys) -> NDArray[np.int8]:
        """Return for each key a class from 0 (one holder or none seen) to 4 (very many); -1 where it is unknown."""
        held = self.counts[kind]
        count = np.ones(len(keys), np.int32)
        if len(held.keys):
            place = np.minimum(np.searchsorted(held.keys, keys), len(held.keys) - 1)
            count = np.where(held.keys[place] == keys, held.most[place], 1)
        steps = np.array(_STEPS[kind]) * self.size / 100_000
        result = np.where(count <= 1, 0, 1 + np.searchsorted(steps, count, side="left")).astype(np.int8)
        result[keys == NONE] = -1
        return result


def count_lists(*lists: Records) -> Frequencies:
    """Return the frequencies of lists of records that are each without repeats of one enterprise, or nearly."""
    counts = {}
    for kind in KINDS:
        parts = [_counted(getattr(records, kind)) for records in lists]
        keys = np.concatenate([part[0] for part in parts])
        many = np.concatenate([part[1] for part in parts])
        order = np.lexsort((-many, keys))
        keys, many = keys[order], many[order]
        first = np.concatenate([[True], keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, bool)
        counts[kind] = Counts(keys[first], many[first])
    return Frequencies(max((len(records) for records in lists), default=0), counts)


def _counted(keys: Keys) -> tuple[Keys, NDArray[np.int32]]:
    found, many = np.unique(keys[keys != NONE], return_counts=True)
    return found[many > 1], many[many > 1].astype(np.int32)
