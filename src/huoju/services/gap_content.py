"""A gap as plain JSON values: exact numbers as text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from huoju.ratings.gap_result import Changes, Deciding, DecidingSet
from huoju.ratings.points import shown
from huoju.services.find_gap import Gap
from huoju.services.rating_content import rating_content

Json = Mapping[str, object]


def gap_content(gap: Gap) -> Json:
    """Return the rating, the sets of missing facts that would decide, and the cheapest changes."""
    return {
        "rating": rating_content(gap.rated),
        "deciding": None if gap.deciding is None else deciding_content(gap.deciding),
        "changes": None if gap.changes is None else changes_content(gap.changes),
    }


def deciding_content(deciding: Deciding) -> Json:
    """Return sets of missing facts, the most valuable first."""
    return {
        "decides": deciding.decides,
        "sets": [_set(one) for one in deciding.sets],
        "is_complete": deciding.is_complete,
        "passing": None if deciding.passing is None else _set(deciding.passing),
        "unstated": [{"kind": one.sort, "name": one.name} for one in deciding.unstated],
    }


def _set(one: DecidingSet) -> Json:
    return {
        "wanted": [
            {
                "kind": wanted.reading.sort,
                "name": wanted.reading.name,
                "lag": wanted.reading.lag,
                "label": dict(wanted.label),
                "supplier": wanted.supplier,
                "cost": shown(wanted.cost),
            }
            for wanted in one.wanted
        ],
        "brings": list(one.brings),
        "is_certain": one.is_certain,
        "cost": shown(one.cost),
        "examples": [{"brings": example.brings, "values": dict(example.values)} for example in one.examples],
        "stretches": [
            {"brings": stretch.brings, "low": stretch.low, "high": stretch.high} for stretch in one.stretches
        ],
    }


def changes_content(changes: Changes) -> Json:
    """Return the cheapest changes, or what stands in the way."""
    return {
        "found": changes.found,
        "changes": [
            {
                "name": change.name,
                "label": dict(change.label),
                "before": value_shown(change.before),
                "after": value_shown(change.after),
                "cost": shown(change.cost),
            }
            for change in changes.changes
        ],
        "cost": None if changes.cost is None else shown(changes.cost),
        "route": changes.route,
        "score": None if changes.score is None else shown(changes.score),
        "is_exact": changes.is_exact,
        "held": list(changes.held),
        "blocked": [
            {
                "kind": one.sort,
                "ids": list(one.ids),
                "labels": [dict(label) for label in one.labels],
                "unknown": [reading.name for reading in one.unknown],
            }
            for one in changes.blocked
        ],
    }


def value_shown(value: Fraction | str) -> str:
    """Return a number as exact text, a label as it is."""
    return value if isinstance(value, str) else shown(value)
