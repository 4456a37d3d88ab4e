"""Gathering the columns of many blocks of rows into whole ones."""

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


@dataclass(slots=True)
class Pile:
    """Columns block by block under a sort and an id; each is taken once, whole."""

    arrays: dict[Name, list[NDArray[np.generic]]] = field(default_factory=dict)
    exacts: dict[Name, list[Exact]] = field(default_factory=dict)
    tables: dict[str, tuple[Fraction, ...]] = field(default_factory=dict)

    def put(self, sort: str, name: str, array: NDArray[S], count: int) -> None:
        """Add a block's column, ``(count,)`` or one row for all."""
        self.arrays.setdefault((sort, name), []).append(_spread(array, count))

    def put_codes(self, name: str, codes: PairCodes, table: tuple[Fraction, ...], count: int) -> None:
        """Add a block's codes into a table that is the same for all blocks."""
        self.tables[name] = table
        self.arrays.setdefault(("codes", name), []).append(_spread(codes, count))

    def put_spans(self, sort: str, name: str, spans: Spans, count: int) -> None:
        """Add a block's spans."""
        low = spans.low.spread(count)
        high = low if spans.low is spans.high else spans.high.spread(count)
        self.exacts.setdefault((sort, name), []).append(low)
        self.exacts.setdefault((sort + " high", name), []).append(high)

    def put_truths(self, sort: str, name: str, truths: Truths, count: int) -> None:
        """Add a block's truths."""
        self.put(sort, name, truths.yes, count)
        self.put(sort + " no", name, truths.no, count)

    def put_added(self, sort: str, name: str, added: Added, count: int) -> None:
        """Add a block's sum of points."""
        self.put_spans(sort, name, added.points, count)
        self.put(sort, name, added.scored, count)

    def take(self, sort: str, name: str, dtype: type[S]) -> NDArray[S]:
        """Return a whole column."""
        return np.concatenate(self.arrays.pop((sort, name))).astype(dtype, copy=False)

    def take_codes(self, name: str) -> tuple[PairCodes | None, tuple[Fraction, ...]]:
        """Return whole codes with their table; None where none were put."""
        if ("codes", name) not in self.arrays:
            return None, ()
        return cast("PairCodes", np.concatenate(self.arrays.pop(("codes", name)))), self.tables[name]

    def take_spans(self, sort: str, name: str) -> Spans:
        """Return whole spans; one object for both ends where every block was known."""
        lows, highs = self.exacts.pop((sort, name)), self.exacts.pop((sort + " high", name))
        is_one = all(low is high for low, high in zip(lows, highs, strict=True))
        low = Exact.concat(lows)
        return Spans(low, low if is_one else Exact.concat(highs))

    def take_truths(self, sort: str, name: str) -> Truths:
        """Return whole truths."""
        return Truths(self.take(sort, name, np.bool_), self.take(sort + " no", name, np.bool_))

    def take_added(self, sort: str, name: str) -> Added:
        """Return a whole sum of points."""
        return Added(self.take_spans(sort, name), self.take(sort, name, np.bool_))

    def take_stages(self, ids: Sequence[str]) -> Stages:
        """Return in which stages all rows may be."""
        possible = tuple(self.take("stage", name, np.bool_) for name in ids)
        return Stages.of(tuple(ids), possible, len(possible[0]) if possible else 1)

    def has(self, sort: str, name: str) -> bool:
        """Return whether such a column was put."""
        return (sort, name) in self.arrays or (sort, name) in self.exacts


def _spread(array: NDArray[S], count: int) -> NDArray[S]:
    return array if len(array) == count else array[np.zeros(count, dtype=np.int64)]
