"""What an entity lacks to pass a scheme: which unknown facts would decide, and the cheapest changes; for the doors.

The cost file is described at the head of ``costs``; what is searched and how far, at the heads of ``facts``
and ``changes``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction

from huoju.core.rule import Reading
from huoju.core.variable import variables
from huoju.core.view import View
from huoju.ratings.gap.changes import cheapest_changes
from huoju.ratings.gap.costs import Costs, Price, default_costs, read_costs
from huoju.ratings.gap.facts import deciding_facts
from huoju.ratings.gap.guesses import shown_value
from huoju.ratings.gap.result import Blocked, Change, Changes, Deciding, DecidingSet, Example, Stretch, Wanted
from huoju.ratings.plan import Prepared
from huoju.ratings.points import shown

__all__ = [
    "Blocked",
    "Change",
    "Changes",
    "Costs",
    "Deciding",
    "DecidingSet",
    "Example",
    "Price",
    "Stretch",
    "Wanted",
    "changes_of",
    "cheapest_changes",
    "deciding_facts",
    "deciding_of",
    "default_costs",
    "plain",
    "read_costs",
]


def deciding_of(
    *, prepared: Prepared, view: View, row: int = 0, costs: Costs | None = None, most: int = 3
) -> dict[str, object]:
    """Return the unknown facts that would decide, as plain JSON: numbers are decimal text, money in yuan."""
    return plain(deciding_facts(prepared, view, row, costs=costs, most=most))


def changes_of(*, prepared: Prepared, view: View, row: int = 0, costs: Costs | None = None) -> dict[str, object]:
    """Return the cheapest changes that make an entity pass, as plain JSON: numbers are decimal text, money in yuan."""
    return plain(cheapest_changes(prepared, view, row, costs=costs))


def plain(result: Deciding | Changes) -> dict[str, object]:
    """Return a result as mappings, lists, texts and truths.

    A number with no end as decimal is a fraction such as ``1/3``; flags and days of a change are text.
    """
    return {field.name: _plain(getattr(result, field.name)) for field in fields(result)}


def _plain(value: object) -> object:
    if isinstance(value, Change):
        own: dict[str, object] = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        variable = variables()[value.name]
        return {**own, "before": shown_value(value.before, variable), "after": shown_value(value.after, variable)}
    if isinstance(value, Reading):
        return {"sort": value.sort, "name": value.name, "lag": value.lag}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Fraction | float):
        return shown(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(own) for key, own in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(own) for own in value]
    return value
