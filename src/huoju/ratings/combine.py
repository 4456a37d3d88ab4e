"""From items to parts to a total, for one entity: what they come to at least and at most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from huoju.core.finding import Finding
from huoju.core.rule import Reading
from huoju.core.rule_row import Bound, Row, Span, add, hull, times
from huoju.core.view import View
from huoju.ratings.plan import Plan
from huoju.ratings.points import by_stage, earned, evaluated
from huoju.ratings.rating import Criterion, PartResult, State
from huoju.ratings.scheme import Item, Judged, Part, Stated

_NONE = Span(Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Counted:
    """One item as it counts: ``applies`` is None where that is unknown, ``points`` where it can't be scored."""

    item: Item
    applies: bool | None
    share: Span | None
    points: Span | None


def possible_stages(plan: Plan, row: Row) -> tuple[str, ...]:
    """Return the stages that an entity may be in; one where its facts decide it, none where there are none."""
    possible: list[str] = []
    for stage in plan.version.stages:
        holds = True if stage.when is None else row.truth(stage.when)
        if holds is not False:
            possible.append(stage.id)
        if holds:
            break
    return tuple(possible)


def count_item(plan: Plan, item: Item, row: Row, stages: Sequence[str], findings: list[Finding]) -> Counted:
    """Return what an item counts for an entity."""
    applies = True if item.applies_if is None else row.truth(item.applies_if)
    if applies is False:
        return Counted(item, applies, None, None if item.not_applicable is None else _NONE)
    share = _share(plan, item, row, findings)
    weights = [weight for weight in by_stage(item.weight, stages) if weight is not None]
    if share is None or not weights or item.id in plan.unstated_items:
        return Counted(item, applies, share, None)
    points = hull(_weighted(share, weight) for weight in weights)
    if item.missing == "zero" and not points.is_known:
        points = _NONE
    if applies is None:
        points_or_none = hull([points, _NONE])
        return Counted(item, applies, share, None if item.not_applicable is None else points_or_none)
    return Counted(item, applies, share, points)


def _share(plan: Plan, item: Item, row: Row, findings: list[Finding]) -> Span | None:
    """Return an item's points before weight; None where they hang on a number that no source states."""
    if item.id in plan.unstated_points:
        return None
    share = evaluated(item.points, _reading(item, row), findings)
    return None if not share.is_known and plan.reads_unstated(item, row.view) else share


def _reading(item: Item, row: Row) -> Row:
    """Return the row as an item reads it: by the last year that knows where it says so."""
    return Row(row.view, row.row, last=True) if item.missing == "last" else row


def _weighted(share: Span, weight: Fraction) -> Span:
    ends = [times(share.low, weight), times(share.high, weight)]
    return Span(min(ends), max(ends))


def add_up(plan: Plan, part: Part, counted: Sequence[Counted], stages: Sequence[str]) -> PartResult:
    """Return a part's points: the sum of its items, those that do not apply made up for, floor and cap applied."""
    own = [one for one in counted if one.item.part == part.id]
    return PartResult(part.id, part.label, _added(plan, own, stages, part.cap, part.floor))


def _added(plan: Plan, own: Sequence[Counted], stages: Sequence[str], cap: Stated, floor: Stated) -> Span | None:
    if any(one.points is None for one in own):
        return None
    added = _sum([one.points for one in own if one.points is not None])
    scaled = [one for one in own if one.item.not_applicable == "rescale" and one.applies is not True]
    return _held(_rescaled(plan, own, scaled, stages, added) if scaled else added, cap, floor)


def _rescaled(
    plan: Plan, own: Sequence[Counted], scaled: Sequence[Counted], stages: Sequence[str], added: Span
) -> Span:
    """Return a sum scaled up for items that do not apply; from nothing to full marks where that is not decided."""
    stage = stages[0] if len(stages) == 1 else None
    whole = sum((plan.full(one.item, stage) for one in own), Fraction(0))
    rest = whole - sum((plan.full(one.item, stage) for one in scaled), Fraction(0))
    if any(one.applies is None for one in scaled) or (len(stages) > 1):
        return Span(min(Fraction(0), added.low), max(whole, added.high))
    return Span(*(times(end, whole / rest) if rest else Fraction(0) for end in added))


def _sum(spans: Sequence[Span]) -> Span:
    return Span(add([span.low for span in spans]), add([span.high for span in spans]))


def _held(span: Span, cap: Stated, floor: Stated) -> Span:
    low, high = span
    if cap is not None:
        low, high = min(low, cap), min(high, cap)
    if floor is not None:
        low, high = max(low, floor), max(high, floor)
    return Span(low, high)


def total_of(plan: Plan, parts: Sequence[PartResult], counted: Sequence[Counted], stages: Sequence[str]) -> Span | None:
    """Return the total with cap, floor and rounding half up; None where a part can't be scored, or nothing earns."""
    total = plan.version.total
    if not counted:
        return None
    if total.combine == "sum":
        spans = [part.points for part in parts] if parts else [_added(plan, counted, stages, None, None)]
        known = [span for span in spans if span is not None]
        if len(known) < len(spans):
            return None
        span = _sum(known)
    else:
        points = [one.points for one in counted if one.applies is not False]
        known = [span for span in points if span is not None]
        if len(known) < len(points) or not known:
            return None
        pick = min if total.combine == "worst" else max
        span = Span(pick(s.low for s in known), pick(s.high for s in known))
    held = _held(span, total.cap, total.floor)
    return held if total.round is None else Span(*(_rounded(end, total.round) for end in held))


def _rounded(number: Bound, to: Fraction) -> Bound:
    return number if isinstance(number, float) else math.floor(number / to + Fraction(1, 2)) * to


def item_criterion(plan: Plan, one: Counted, row: Row) -> Criterion:
    """Return an item as a criterion with its state."""
    reads = plan.reads["item", one.item.id]
    state: State
    if one.applies is False:
        state = "not_applicable"
    elif one.share is not None and one.share.is_known and one.applies is not None:
        state = "met" if one.share.low > 0 else "unmet"
    else:
        state = "manual_review" if _awaits_judgement(one.item, row) else "unknown"
    item = one.item
    return Criterion(
        "item", item.id, item.label, state, item.basis, reads, item.part, one.points, one.share, one.points is None
    )


def _awaits_judgement(item: Item, row: Row) -> bool:
    """Return whether the data say between what a person may choose, and nobody has chosen yet."""
    match item.points:
        case Judged(name, low, high):
            ends = [earned(end, _reading(item, row), []) for end in (low, high)]
            return row.judgement(name) is None and all(end is not None and end.is_known for end in ends)
        case _:
            return False


def is_for_a_person(reads: Sequence[Reading], view: View, row: int) -> bool:
    """Return whether all that is still needed is a person's judgement."""
    open_judgement = False
    for reading in reads:
        if reading.sort == "judgement":
            column = view.judgements.get(reading.name)
            open_judgement |= column is None or not column.known[row]
        elif is_open(reading, view, row):
            return False
    return open_judgement


def is_open(reading: Reading, view: View, row: int) -> bool:
    """Return whether something that a rule reads is unknown of an entity."""
    match reading.sort:
        case "fact":
            return not view.column(reading.name, reading.lag).known[row]
        case "events":
            told = view.told.get(reading.name)
            return told is None or not told[row]
        case "judgement":
            column = view.judgements.get(reading.name)
            return column is None or not column.known[row]
        case "parameter":
            return view.parameters.get(reading.name) is None
        case "population":
            return reading.name not in view.populations
