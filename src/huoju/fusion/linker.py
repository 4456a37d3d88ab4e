"""The linker: records of a list scored against records of another, by a model that is fitted once and then frozen.

A score depends on its two records alone, so a delivery may come in any number of parts: the pairs are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.errors import HuojuError
from huoju.core.money import MICRO
from huoju.fusion.blocking import Frozen, Index, Rows, build_index, candidates
from huoju.fusion.comparing import COMPARISONS, Compared, Levels, compare
from huoju.fusion.fitting import Lesson, fit
from huoju.fusion.frequencies import Frequencies, count_lists
from huoju.fusion.link_model import LinkModel, first_model
from huoju.fusion.records import Records
from huoju.fusion.relations import groups, parents
from huoju.fusion.text_keys import Ints, mix

AT_ONCE = 80_000  # records of the right list compared at a time; bounds memory, changes no answer
TAUGHT_BY = 60_000  # right records that a model is fitted on at most: those of the lowest hash
THREADS = 2
HOPELESS = -6 * MICRO  # log-odds below which a pair is not kept: its part in any choice is under a quarter percent
# One scored pair; what is chosen of them is decided when links are read.
PAIR_SCHEMA = pa.schema(
    [
        pa.field("left_id", pa.string(), nullable=False),
        pa.field("right_id", pa.string(), nullable=False),
        pa.field("relation", pa.string(), nullable=False),  # same_as | formerly | branch_of | group_of
        pa.field("score", pa.int64(), nullable=False),  # log-odds x 10^6
        pa.field("levels", pa.binary(len(COMPARISONS)), nullable=False),  # one byte a comparison
    ]
)


@dataclass(frozen=True, slots=True)
class Linker:
    """What is frozen: the weights, the frequency tables, the keys too common to search by, and the day of fitting."""

    model: LinkModel
    frequencies: Frequencies
    frozen: Frozen
    fitted_on: date | None

    def pairs(self, left: Records, right: Records, index: Index | None = None) -> pa.Table:
        """Return every candidate pair of two lists with its score, as ``PAIR_SCHEMA``, by right record and left.

        ``index`` is the left list's, for whoever keeps it.
        """
        searched = index or build_index(left, self.frozen)[0]

        def scored(part: Records) -> pa.Table:
            return self._table(left, part, self._scored(left, part, searched))

        parts = list(_parts(right))
        if len(parts) == 1:
            return scored(parts[0])
        with ThreadPoolExecutor(THREADS) as pool:
            tables = list(pool.map(scored, parts))
        return pa.concat_tables(tables) if tables else PAIR_SCHEMA.empty_table()

    def _scored(self, left: Records, right: Records, index: Index) -> list[tuple[str, Rows, Rows, Levels]]:
        a, b = candidates(index, right)
        compared = compare(left, right, (a, b), self.frequencies)
        kept = ~compared.vetoed
        former = kept & (left.former[a] == right.full[b]) & (right.full[b] != 0)
        return [
            ("same_as", *_of(kept & ~former, a, b, compared)),
            ("formerly", *_of(former, a, b, compared)),
            ("branch_of", *parents(left, right, (a, b), compared)),
            ("group_of", *groups(left, right)),
        ]

    def _table(self, left: Records, right: Records, scored: list[tuple[str, Rows, Rows, Levels]]) -> pa.Table:
        parts = []
        for relation, all_a, all_b, all_levels in scored:
            scores = self.model.scores(all_levels)
            kept = np.flatnonzero(scores >= HOPELESS)
            a, b, levels = all_a[kept], all_b[kept], all_levels[kept]
            if len(a):
                columns = [
                    left.ids.take(pa.array(a)),
                    right.ids.take(pa.array(b)),
                    pa.array([relation]).take(pa.array(np.zeros(len(a), np.int8))),
                    pa.array(scores[kept]),
                    pa.FixedSizeBinaryArray.from_buffers(
                        pa.binary(len(COMPARISONS)), len(a), [None, pa.py_buffer(np.ascontiguousarray(levels))]
                    ),
                ]
                parts.append(pa.table(columns, schema=PAIR_SCHEMA))
        return pa.concat_tables(parts) if parts else PAIR_SCHEMA.empty_table()


def fit_linker(
    left: Records,
    right: Records,
    *,
    labels: Mapping[tuple[str, str], bool] | None = None,
    fitted_on: date | None = None,
    start: LinkModel | None = None,
) -> Linker:
    """Return a linker fitted on two lists, and on a person's labels by (left id, right id) where there are any.

    The lists in another order give the same linker. Raises ``HuojuError`` for labels of records that are not there.
    """
    return fit_with_index(left, right, labels=labels, fitted_on=fitted_on, start=start)[0]


def fit_with_index(
    left: Records,
    right: Records,
    *,
    labels: Mapping[tuple[str, str], bool] | None = None,
    fitted_on: date | None = None,
    start: LinkModel | None = None,
) -> tuple[Linker, Index]:
    """Return what ``fit_linker`` does, and the index of the left list for whoever goes on to link it."""
    index, frozen = build_index(left)
    frequencies = count_lists(left, right)
    part = right.take(_taught_by(right, {pair[1] for pair in labels or ()}))
    a, b = candidates(index, part)
    compared = compare(left, part, (a, b), frequencies)
    lesson = Lesson(compared, _label_places(left, part, a, b, labels or {}))
    return Linker(fit(lesson, start or first_model()), frequencies, frozen, fitted_on), index


def _taught_by(right: Records, labelled: Set[str]) -> Ints:
    """Return the rows a model is fitted on: the labelled ones and those of the lowest hash of name and code."""
    if len(right) <= TAUGHT_BY:
        return np.arange(len(right))
    chosen = np.zeros(len(right), bool)
    chosen[np.lexsort((right.code, right.person, mix(right.full + np.uint64(1))))[:TAUGHT_BY]] = True
    if labelled:
        chosen |= np.array([name in labelled for name in right.ids.to_pylist()])
    return np.flatnonzero(chosen)


def _parts(records: Records) -> Iterator[Records]:
    if len(records) <= AT_ONCE:
        yield records
        return
    for start in range(0, len(records), AT_ONCE):
        yield records.rows(start, start + AT_ONCE)


def _of(kept: NDArray[np.bool_], a: Rows, b: Rows, compared: Compared) -> tuple[Rows, Rows, Levels]:
    return a[kept], b[kept], compared.levels[kept]


def _label_places(
    left: Records, right: Records, a: Rows, b: Rows, labels: Mapping[tuple[str, str], bool]
) -> dict[int, bool]:
    """Return the place among the pairs of each label; a labelled pair that is no candidate teaches nothing."""
    if not labels:
        return {}
    rows = [{name: row for row, name in enumerate(records.ids.to_pylist())} for records in (left, right)]
    for pair in labels:
        for side, name in zip(rows, pair, strict=True):
            if name not in side:
                raise HuojuError(f"No record {name}.", code="label-unknown", data={"record": name})
    order = b.astype(np.int64) << 32 | a
    places = {}
    for (one, other), answer in labels.items():
        wanted = rows[1][other] << 32 | rows[0][one]
        place = int(np.searchsorted(order, wanted))
        if place < len(order) and order[place] == wanted:
            places[place] = answer
    return places
