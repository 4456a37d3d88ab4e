"""What one version of a scheme says of many entities, as columns; the same numbers as ``rating.py`` row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import Assessments
from huoju.core.assessment import Part as Reasons
from huoju.core.exact import Bools, Exact, add, negative, select
from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.core.rule import Reading
from huoju.core.spans import Spans, Truths
from huoju.ratings.combine_columns import Added, Counted, Stages, count_item
from huoju.ratings.decide_columns import MANUAL_REVIEW, MET, NOT_APPLICABLE, OUTCOMES, UNKNOWN, UNMET, Codes
from huoju.ratings.points_columns import Coded, Earned, PairCodes
from huoju.ratings.scheme import Item, Version


@dataclass(frozen=True, eq=False)
class ItemColumn:
    """One item of ``n`` entities. What it gave before weights is ``codes`` into ``table`` where values are few.

    A code is ``low * len(table) + high``, both places in ``table``. ``is_refused`` where a number that the item rests
    on is stated by no source, ``is_guarded`` where it reads a parameter that nobody states. ``for_a_person`` is None
    where no judgement makes its points.
    """

    item: Item
    is_refused: bool
    is_guarded: bool
    codes: PairCodes | None
    table: tuple[Fraction, ...]
    spans: Spans | None
    applies: Truths | None
    for_a_person: Bools | None
    stages: Stages
    count: int

    @property
    def share(self) -> Earned | None:
        """What the item gives before weights; None where no source states what that is."""
        if self.codes is None:
            return self.spans
        size = np.uint32(len(self.table))
        return Coded((self.codes // size).astype(np.uint16), (self.codes % size).astype(np.uint16), self.table)

    @cached_property
    def counted(self) -> Counted:
        """The item as it counts: weighted points, and where they mean something."""
        share = None if self.is_refused else self.share
        return count_item(self.item, self.applies, share, self.stages, is_guarded=self.is_guarded)

    @property
    def points(self) -> Spans:
        """Weighted points, ``(n,)``; they mean something where ``scored``."""
        points = self.counted.points
        return Spans(points.low.spread(self.count), points.high.spread(self.count))

    @property
    def scored(self) -> Bools:
        """Where the item can be scored, ``(n,)``."""
        return np.broadcast_to(self.counted.scored, (self.count,))

    @property
    def states(self) -> Codes:
        """The state of each row, places in ``STATES``."""
        codes = np.full(self.count, UNKNOWN, dtype=np.int8)
        if self.for_a_person is not None:
            np.copyto(codes, MANUAL_REVIEW, where=self.for_a_person)
        share = self.share
        if share is not None:
            spans = share.spans() if isinstance(share, Coded) else share
            known = spans.known if self.applies is None else spans.known & (self.applies.yes | self.applies.no)
            positive = spans.low.signs() > 0
            np.copyto(codes, MET, where=known & positive)
            np.copyto(codes, UNMET, where=known & ~positive)
        if self.applies is not None:
            np.copyto(codes, NOT_APPLICABLE, where=self.applies.no)
        return codes


@dataclass(frozen=True, eq=False)
class Rated:
    """What one version says of ``n`` rows of a view, in their order; every column is ``(n,)``.

    ``rows`` are places in the view. ``outcome`` holds places in ``OUTCOMES``, ``route`` and ``grade`` places among the
    version's own, -1 where there is none or it is open. ``grades`` is ``(grades + 1, n)``: which are possible, the
    last for none of them.
    ``gates``, ``vetoes``, ``routes`` and ``checks`` hold places in ``STATES`` by id; for a veto ``met`` means clear.
    ``total`` and ``parts`` mean something where ``scored``. ``missing`` is ``(n, k)`` over ``readings``, or None
    where it was not asked for.
    """

    version: Version
    as_of: date
    year: int
    rows: range | NDArray[np.int64]
    outcome: Codes
    route: NDArray[np.int16]
    grade: Codes
    grades: NDArray[np.bool_]
    stages: Stages
    total: Added
    parts: Mapping[str, Added]
    items: Mapping[str, ItemColumn]
    gates: Mapping[str, Codes]
    vetoes: Mapping[str, Codes]
    routes: Mapping[str, Codes]
    checks: Mapping[str, Codes]
    readings: tuple[Reading, ...] = ()
    missing: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def score(self) -> tuple[Exact, Bools]:
        """The exact total, and where all that it rests on is known."""
        return self.total.points.low, self.total.scored & self.total.points.known

    def assessments(self, entities: Sequence[EntityId]) -> Assessments:
        """Return the results of a view's entities as every page and report takes them.

        Numbers are int64 numerators over one denominator where that holds them all, else floats for display.
        Rows that cannot be scored are 0 and not known.
        """
        low, known = self.score
        ends = [_zeroed(end, self.total.scored) for end in (low, self.total.points.high)]
        amounts = [_zeroed(item.points.low, item.scored) for item in self.items.values()]
        rest = _rest(ends[0], amounts)
        columns, denominator = _together([*ends, *amounts, rest])
        parts = [Reasons(item.item.part, name, item.item.basis.clause) for name, item in self.items.items()]
        several = np.stack(columns[2:], axis=1)
        states = [np.isin(item.states, (MET, UNMET, NOT_APPLICABLE)) for item in self.items.values()]
        return Assessments(
            assessor=self.version.scheme,
            version=self.version.id,
            as_of=self.as_of,
            period=Period.year(self.year),
            unit="points",
            entities=tuple(entities[row] for row in self.rows),
            value=columns[0],
            known=np.broadcast_to(known, (len(self),)),
            low=columns[0],
            high=columns[1],
            parts=(*parts, Reasons("", "cap_floor_rounding")),
            amounts=cast("NDArray[np.float64] | NDArray[np.int64]", several),
            states=np.stack([*states, np.broadcast_to(known, (len(self),))], axis=1),
            outcome=tuple(OUTCOMES[code] for code in self.outcome),
            denominator=denominator,
        )


def _zeroed(number: Exact, scored: Bools) -> Exact:
    return number if scored.all() else select(scored, number, Exact.of(Fraction(0)))


def _rest(total: Exact, amounts: Sequence[Exact]) -> Exact:
    for amount in amounts:
        total = add(total, negative(amount))
    return total


def _together(
    columns: Sequence[Exact],
) -> tuple[list[NDArray[np.int64]] | list[NDArray[np.float64]], int | None]:
    """Return columns over one denominator, or as floats without one."""
    count = max(len(column) for column in columns)
    spread = [column.spread(count) for column in columns]
    found = Exact.concat(spread).numerators()
    if found is None:
        return [column.floats() for column in spread], None
    return list(found[0].reshape(len(columns), count)), found[1]
