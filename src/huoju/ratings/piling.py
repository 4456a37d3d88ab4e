"""Gathering the columns of many blocks of rows into whole ones, each written once into its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from huoju.core.exact import Exact
from huoju.core.spans import Spans, Truths
from huoju.ratings.combine_columns import Added, Stages
from huoju.ratings.points_columns import PairCodes

S = TypeVar("S", bound=np.generic)
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pile:
    """Columns of ``count`` rows under a sort and an id, filled block by block; ``rows`` are the rows of a block."""

    count: int
    arrays: dict[Name, NDArray[np.generic]] = field(default_factory=dict)
    spans: dict[Name, dict[int, Spans]] = field(default_factory=dict)
    tables: dict[str, tuple[Fraction, ...]] = field(default_factory=dict)
    _whole: dict[tuple[tuple[int, int, int], ...], Exact] = field(default_factory=dict)

    def lay_out_codes(self, names: Sequence[str]) -> None:
        """Make room for codes of one byte; one large piece of memory is faster to get than many small ones."""
        whole = np.empty((len(names), self.count), dtype=np.uint8)
        for place, name in enumerate(names):
            self.arrays["codes", name] = whole[place]

    def room(self, sort: str, name: str, rows: slice, dtype: np.dtype[S]) -> NDArray[S]:
        """Return a block's part of a column, to be written."""
        if (sort, name) not in self.arrays:
            self.arrays[sort, name] = np.empty(self.count, dtype=dtype)
        return cast("NDArray[S]", self.arrays[sort, name][rows])

    def put(self, sort: str, name: str, rows: slice, array: NDArray[S]) -> None:
        """Write a block's part of a column, ``(n,)`` or one for all."""
        self.room(sort, name, rows, array.dtype)[:] = array

    def put_codes(self, name: str, rows: slice, codes: PairCodes, table: tuple[Fraction, ...]) -> None:
        """Write a block's codes into a table that is the same for all blocks."""
        self.tables[name] = table
        self.room("codes", name, rows, codes.dtype)[:] = codes

    def put_spans(self, sort: str, name: str, rows: slice, spans: Spans) -> None:
        """Keep a block's spans."""
        self.spans.setdefault((sort, name), {})[rows.start] = _spread(spans, rows.stop - rows.start)

    def put_truths(self, sort: str, name: str, rows: slice, truths: Truths) -> None:
        """Write a block's truths."""
        self.put(sort, name, rows, truths.yes)
        self.put(sort + " no", name, rows, truths.no)

    def put_added(self, sort: str, name: str, rows: slice, added: Added) -> None:
        """Keep a block's sum of points."""
        self.put_spans(sort, name, rows, added.points)
        self.put(sort, name, rows, added.scored)

    def take(self, sort: str, name: str, dtype: type[S]) -> NDArray[S]:
        """Return a whole column."""
        return self.arrays.pop((sort, name)).astype(dtype, copy=False)

    def take_codes(self, name: str) -> tuple[PairCodes | None, tuple[Fraction, ...]]:
        """Return whole codes with their table; None where none were put."""
        found = self.arrays.pop(("codes", name), None)
        return (None, ()) if found is None else (cast("PairCodes", found), self.tables[name])

    def take_spans(self, sort: str, name: str) -> Spans:
        """Return whole spans; one object for both ends where every block was known."""
        blocks = [block for _, block in sorted(self.spans.pop((sort, name)).items(), key=lambda pair: pair[0])]
        low = self._joined([block.low for block in blocks])
        is_one = all(block.low is block.high for block in blocks)
        return Spans(low, low if is_one else self._joined([block.high for block in blocks]))

    def take_truths(self, sort: str, name: str) -> Truths:
        """Return whole truths."""
        return Truths(self.take(sort, name, np.bool_), self.take(sort + " no", name, np.bool_))

    def take_added(self, sort: str, name: str) -> Added:
        """Return a whole sum of points."""
        return Added(self.take_spans(sort, name), self.take(sort, name, np.bool_))

    def take_stages(self, ids: Sequence[str]) -> Stages:
        """Return in which stages all rows may be."""
        return Stages.of(tuple(ids), tuple(self.take("stage", name, np.bool_) for name in ids), self.count)

    def has(self, sort: str, name: str) -> bool:
        """Return whether such a column was put."""
        return (sort, name) in self.arrays or (sort, name) in self.spans

    def _joined(self, blocks: Sequence[Exact]) -> Exact:
        """Return blocks one below the other; those joined before are not joined again."""
        key = tuple((id(block.above), _below(block), id(block.infinite)) for block in blocks)
        if key not in self._whole:
            self._whole[key] = _in_place(blocks, self.count) or Exact.concat(blocks)
        return self._whole[key]


def _in_place(blocks: Sequence[Exact], count: int) -> Exact | None:
    """Return the array of which blocks are the parts, in order and without gaps; None where they are not."""
    below, whole, place = blocks[0].below, blocks[0].above.base, 0
    if not isinstance(below, int) or not isinstance(whole, np.ndarray) or whole.shape != (count,):
        return None
    for block in blocks:
        start = block.above.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
        if block.above.base is not whole or block.below != below or block.infinite is not None:
            return None
        if start != place * whole.itemsize:
            return None
        place += len(block)
    return Exact(whole, below) if place == count else None


def _below(block: Exact) -> int:
    return block.below if isinstance(block.below, int) else -id(block.below)


def _spread(spans: Spans, count: int) -> Spans:
    low = spans.low.spread(count)
    return Spans(low, low if spans.low is spans.high else spans.high.spread(count))
