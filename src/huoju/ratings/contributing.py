"""What each member adds to the score of a zone: the score of all, less the score without that one.

A zone is rated on its own sums. Members state their part of a sum; leaving one out takes its part from the sum and
rates again, exactly. Source of the practice: schemes.md 1.9, leave-one-out attribution as zone offices use it [single].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from huoju.core.fact import EntityId
from huoju.core.panel import Column, ColumnKey
from huoju.core.rule_row import Span, add
from huoju.core.view import View
from huoju.ratings.decide import rate
from huoju.ratings.plan import Prepared
from huoju.ratings.rating import Rating

Parts = Mapping[ColumnKey, int]  # what one member adds to sums, in the unit of the store


@dataclass(frozen=True, slots=True)
class Contribution:
    """One member: the zone's total without it, and what it adds by the items that are known with and without it.

    ``adds`` is None where no item is known both ways.
    """

    member: str
    without: Span | None
    adds: Span | None


def with_members(view: View, members: Mapping[str, Parts]) -> View:
    """Return the view of a zone whose sums, where the zone states none, are those of its members.

    A sum to which a member of whom nothing is told belongs stays unknown: unknown is never nothing.
    """
    columns = dict(view.panel.columns)
    for key in dict.fromkeys(key for parts in members.values() for key in parts):
        column = columns.get(key)
        if column is None or not column.known[0]:
            known = all(key in parts for parts in members.values())
            total = sum(parts.get(key, 0) for parts in members.values())
            columns[key] = Column(np.array([total]), np.array([known]), np.array([-1]))
    return _fresh(view, columns)


def contributions(prepared: Prepared, view: View, members: Mapping[str, Parts]) -> tuple[Contribution, ...]:
    """Return what each member adds, the most first; ``view`` holds the zone with its sums."""
    whole = rate(prepared, view, 0)
    of_parts: dict[frozenset[tuple[ColumnKey, int]], Contribution] = {}  # most members of a large zone state the same
    found = []
    for name, parts in members.items():
        key = frozenset(parts.items())
        if key not in of_parts:
            of_parts[key] = _contribution(prepared, view, name, parts, whole)
        found.append(replace(of_parts[key], member=name))
    return tuple(sorted(found, key=lambda one: (one.adds is None, -one.adds.low if one.adds else 0, one.member)))


def _contribution(prepared: Prepared, view: View, name: str, parts: Parts, whole: Rating) -> Contribution:
    columns = dict(view.panel.columns)
    for key, part in parts.items():
        column = columns[key]
        columns[key] = replace(column, values=column.values - part)
    without = rate(prepared, _fresh(view, columns), 0)
    rest = without.of("item")
    adds = [
        add([item.points.low, -other.low])
        for one, item in whole.of("item").items()
        if item.points is not None
        and item.points.is_known
        and (other := rest[one].points) is not None
        and other.is_known
    ]
    total = add(adds) if adds else None
    return Contribution(name, without.total, None if total is None else Span(total, total))


def _fresh(view: View, columns: Mapping[ColumnKey, Column]) -> View:
    return replace(view, panel=replace(view.panel, columns=MappingProxyType(dict(columns))), _columns={}, _periods={})


def members_of(view: View, sums: Mapping[str, str], rows: Sequence[int]) -> Mapping[str, Parts]:
    """Return what the entities of a view add to a zone's sums; ``sums`` maps sums to what they are the sum of."""
    found: dict[str, dict[ColumnKey, int]] = {view.panel.entities[row]: {} for row in rows}
    for total, name in sums.items():
        for (variable, period), column in view.panel.columns.items():
            if variable == name:
                for row in np.flatnonzero(column.known).tolist():
                    if (parts := found.get(view.panel.entities[row])) is not None:
                        parts[total, period] = int(column.values[row])
    return found


def zone_view(view: View, entity: str) -> View:
    """Return a view of one zone of which nothing is told yet, on the day and for the year of another view."""
    panel = replace(view.panel, entities=(EntityId(entity),), columns=MappingProxyType({}), events=MappingProxyType({}))
    return View(panel, view.year, parameters=view.parameters, populations=view.populations)
