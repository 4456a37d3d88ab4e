"""Rank, quota and relative removal among all: told only where no missing fact can change it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

from huoju.core.rule_row import Span


def ranks(totals: Sequence[Span | None], ids: Sequence[str], groups: Sequence[str | None]) -> list[int | None]:
    """Return the place of each in its group, ``(n,)``: the highest total first, equal totals in the order of ids.

    None where the total or the group is unknown, or where an unknown total of another may still come before it; a
    total that can't be scored may be anything.
    """
    found: list[int | None] = [None] * len(totals)
    for group in {name for name in groups if name is not None}:
        rows = [row for row, name in enumerate(groups) if name == group]
        open_ones = any(totals[row] is None for row in rows) or any(name is None for name in groups)
        spans = [(row, span) for row in rows if (span := totals[row]) is not None]
        lows, highs = sorted(span.low for _, span in spans), sorted(span.high for _, span in spans)
        equals: dict[object, list[str]] = {}
        for row, span in spans:
            if span.is_known:
                equals.setdefault(span.low, []).append(ids[row])
        for row, span in spans:
            if not span.is_known or open_ones:
                continue
            best = len(lows) - bisect_right(lows, span.low)
            worst = len(highs) - bisect_left(highs, span.low)
            if worst - best == len(equals[span.low]):
                found[row] = 1 + best + sorted(equals[span.low]).index(ids[row])
    return found


def listed(places: Sequence[int | None], top: int) -> list[bool | None]:
    """Return who is among the first ``top``; None where the place is unknown."""
    return [None if place is None else place <= top for place in places]


def removed(years: Sequence[Sequence[int | None]], share: Fraction) -> list[bool | None]:
    """Return who stands in the last ``share`` in every one of several years; None where a place is unknown.

    ``years`` holds the places of the same ``n`` enterprises, one sequence a year. The last share of m is the whole
    number below ``share`` times m.
    """
    found: list[bool | None] = []
    for places in zip(*years, strict=True):
        last = [_is_last(place, year, share) for place, year in zip(places, years, strict=True)]
        found.append(False if False in last else None if None in last else True)
    return found


def _is_last(place: int | None, year: Sequence[int | None], share: Fraction) -> bool | None:
    return None if place is None else place > len(year) - int(share * len(year))
