"""From items to parts to a total, for many entities at once: the same numbers as ``combine.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.core.exact import Bools, Exact, add, divide, floor, greatest, least, multiply, select
from huoju.core.rule_columns import Columns
from huoju.core.spans import ALWAYS, NEVER, Spans, Truths, choose, hull, joined
from huoju.ratings.plan import Plan
from huoju.ratings.points_columns import Coded, Earned, clipped, scaled, spans_of
from huoju.ratings.scheme import Item, Part, Stage, Stated, Total

ZERO = Spans.of(Fraction(0))


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """The stages of a version: in which of them each row may be, ``(n,)`` or one for all.

    ``place`` is the place of the one stage of each row, None where some row has several or none.
    """

    ids: tuple[str, ...]
    possible: tuple[Bools, ...]
    place: NDArray[np.uint8] | None

    @classmethod
    def of(cls, ids: tuple[str, ...], possible: tuple[Bools, ...], rows: int) -> Stages:
        """Return stages with the place of the one stage of each of so many rows, where every row has one."""
        found = cls(ids, possible, None)
        if not ids or not bool((found.count == 1).all()):
            return found
        place = np.zeros(rows, dtype=np.uint8)
        for number, may in enumerate(possible):
            place += may.view(np.uint8) * np.uint8(number)
        return cls(ids, possible, place)

    @property
    def count(self) -> NDArray[np.uint8]:
        """How many stages are possible."""
        counted = np.zeros(1, dtype=np.uint8)
        for possible in self.possible:
            counted = counted + possible.view(np.uint8)
        return counted


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """One item as it counts. ``applies`` is None where it always does; ``points`` mean something where ``scored``."""

    item: Item
    applies: Truths | None
    points: Spans
    scored: Bools


def possible_stages(stages: Sequence[Stage], columns: Columns) -> Stages:
    """Return in which stages each row may be."""
    live, possible = ALWAYS, list[Bools]()
    for stage in stages:
        state = None if stage.when is None else columns.truth(stage.when)
        possible.append(live if state is None else live & ~state.no)
        live = NEVER if state is None else live & ~state.yes
    return Stages.of(tuple(stage.id for stage in stages), tuple(possible), len(columns))


def count_item(
    item: Item, applies: Truths | None, share: Earned | None, stages: Stages, *, is_guarded: bool = False
) -> Counted:
    """Return what an item counts; ``share`` is None where a number that it rests on is stated by no source.

    A ``is_guarded`` item reads a parameter that nobody states: it counts only where its share is known all the same.
    """
    if share is None:
        may = applies is not None and item.not_applicable is not None
        return Counted(item, applies, ZERO, applies.no if may and applies is not None else NEVER)
    points, scored = weighted(share, item.weight, stages)
    if is_guarded:
        scored = scored & spans_of(share).known
    if item.missing == "zero":
        known = points.known
        if not known.all():
            low = select(known, points.low, ZERO.low)
            points = Spans(low, low)
    if applies is None:
        return Counted(item, applies, points, scored)
    unsure = ~(applies.yes | applies.no)
    if unsure.any():
        points = choose(unsure, hull(points, ZERO), points)
    points = choose(applies.no, ZERO, points)
    if item.not_applicable is None:
        return Counted(item, applies, points, scored & applies.yes)
    return Counted(item, applies, points, scored | applies.no)


def weighted(share: Earned, weight: Stated | Mapping[str, Stated], stages: Stages) -> tuple[Spans, Bools]:
    """Return a share of full marks times the weight of the stage, and where there is one."""
    if not isinstance(weight, Mapping):
        return scaled(spans_of(share), _stated(weight)), ALWAYS
    weights = [_stated(weight[stage]) for stage in stages.ids]
    if stages.place is not None and isinstance(share, Coded) and min(weights) >= 0:
        return _from_table(share, weights, stages.place), ALWAYS
    found, has, spans = ZERO, NEVER, spans_of(share)
    for one, possible in zip(weights, stages.possible, strict=True):
        if possible.any():
            found = joined(found, has, scaled(spans, one), possible)
            has = has | possible
    return found, has


def _from_table(share: Coded, weights: Sequence[Fraction], place: NDArray[np.uint8]) -> Spans:
    table = Exact.from_fractions([value * weight for weight in weights for value in share.table])
    start = place.astype(np.int64) * len(share.table)
    low = Exact(table.above[start + share.low], table.below)
    return Spans(low, low if share.low is share.high else Exact(table.above[start + share.high], table.below))


def add_up(plan: Plan, part: Part | None, counted: Sequence[Counted], begun: Spans, stages: Stages) -> Added:
    """Return a part's points with floor and cap, begun with what its plainest items came to; all items if None."""
    added, scored = begun, ALWAYS
    for one in counted:
        low = add(added.low, one.points.low)
        is_one = added.low is added.high and one.points.low is one.points.high
        added, scored = Spans(low, low if is_one else add(added.high, one.points.high)), scored & one.scored
    if any(one.item.not_applicable == "rescale" and one.applies is not None for one in counted):
        added = _rescaled(plan, counted, stages, added)
    return Added(added if part is None else held(added, part.cap, part.floor), scored)


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """A sum of points; ``points`` mean something where ``scored``."""

    points: Spans
    scored: Bools


def _rescaled(plan: Plan, counted: Sequence[Counted], stages: Stages, added: Spans) -> Spans:
    """Return a sum scaled up for items that do not apply; from nothing to full marks where that is not decided."""
    fulls = [_full(plan, one.item, stages) for one in counted]
    whole, lost, unsure, touched = Exact.of(Fraction(0)), Exact.of(Fraction(0)), NEVER, NEVER
    for one, full in zip(counted, fulls, strict=True):
        whole = add(whole, full)
        if one.item.not_applicable == "rescale" and one.applies is not None:
            lost = add(lost, select(one.applies.yes, Exact.of(Fraction(0)), full))
            touched = touched | ~one.applies.yes
            unsure = unsure | ~(one.applies.yes | one.applies.no)
    if not touched.any():
        return added
    rest = add(whole, multiply(lost, Exact.of(Fraction(-1))))
    empty = rest.signs() == 0
    factor = select(empty, Exact.of(Fraction(0)), divide(whole, select(empty, Exact.of(Fraction(1)), rest)))
    low = multiply(added.low, factor)
    up = Spans(low, low if added.low is added.high else multiply(added.high, factor))
    wide = Spans(least(Exact.of(Fraction(0)), added.low), greatest(whole, added.high))
    scaled_up = choose(touched & (unsure | (stages.count > 1)), wide, up)
    return choose(touched, scaled_up, added)


def _full(plan: Plan, item: Item, stages: Stages) -> Exact:
    """Return the most that an item can earn in the stage of each row; of all stages where that is open."""
    full = Exact.of(plan.full(item, None))
    if not isinstance(item.weight, Mapping):
        return full
    decided = stages.count == 1
    for stage, possible in zip(stages.ids, stages.possible, strict=True):
        full = select(decided & possible, Exact.of(plan.full(item, stage)), full)
    return full


def held(spans: Spans, cap: Stated, lowest: Stated) -> Spans:
    """Return points held to a cap, then to a floor; None is no bound."""

    def end(value: Exact) -> Exact:
        capped = clipped(value, None, cap)
        return clipped(capped, lowest, None)

    if cap is None and lowest is None:
        return spans
    low = end(spans.low)
    return Spans(low, low if spans.low is spans.high else end(spans.high))


def total_of(total: Total, added: Sequence[Added], counted: Sequence[Counted]) -> Added:
    """Return the total with cap, floor and rounding half up, from parts, or from items for the worst or best."""
    found = _sum(added) if total.combine == "sum" else _picked(counted, is_best=total.combine == "best")
    spans = held(found.points, total.cap, total.floor)
    if total.round is not None:
        low = _rounded(spans.low, total.round)
        spans = Spans(low, low if spans.low is spans.high else _rounded(spans.high, total.round))
    return Added(spans, found.scored)


def _sum(added: Sequence[Added]) -> Added:
    points, scored = added[0].points, added[0].scored
    for one in added[1:]:
        low = add(points.low, one.points.low)
        is_one = points.low is points.high and one.points.low is one.points.high
        points = Spans(low, low if is_one else add(points.high, one.points.high))
        scored = scored & one.scored
    return Added(points, scored)


def _picked(counted: Sequence[Counted], *, is_best: bool) -> Added:
    pick = greatest if is_best else least
    found, has, scored = ZERO, NEVER, ALWAYS
    for one in counted:
        counts = ALWAYS if one.applies is None else ~one.applies.no
        both = Spans(pick(found.low, one.points.low), pick(found.high, one.points.high))
        found = choose(counts, choose(has, both, one.points), found)
        has, scored = has | counts, scored & (one.scored | ~counts)
    return Added(found, has & scored)


def _rounded(number: Exact, to: Fraction) -> Exact:
    steps = floor(add(multiply(number, Exact.of(1 / to)), Exact.of(Fraction(1, 2))))
    return multiply(steps, Exact.of(to))


def _stated(number: Stated) -> Fraction:
    if number is None:
        raise AssertionError("what is not stated was refused before")
    return number
