"""Early warning: points for every trigger that fires, their sum, and an alarm where it is high enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.panel import ColumnKey, Panel
from huoju.core.period import Period, add_months
from huoju.models.monitoring.signals import SIGNALS, Watched
from huoju.models.monitoring.triggers import Trigger, triggers

NAME, VERSION = "monitoring", "1"
_LOOKS_BACK = 13  # months of facts that are named behind a trigger

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Watch:
    """What the triggers say of a panel: ``values`` (NaN unknown) and ``points`` are ``(n, k)`` over ``each``.

    ``watched`` ``(n,)`` is who has a loan on record with something outstanding and no default on record: an alarm is
    only raised for those.
    """

    as_of: date
    entities: tuple[EntityId, ...]
    each: tuple[Trigger, ...]
    values: Floats
    points: Whole
    watched: Flags
    alarm_at: int

    @property
    def total(self) -> Whole:
        """The points of each entity; ``(n,)``."""
        return np.asarray(self.points.sum(axis=1))

    @property
    def alarm(self) -> Flags:
        """Who gives cause for an alarm; ``(n,)``."""
        return np.asarray(self.watched & (self.total >= self.alarm_at))


def watch(panel: Panel) -> Watch:
    """Return what the triggers say of every entity at the close of the panel's day."""
    found, seen = triggers(), Watched.of(panel)
    values = np.stack([SIGNALS[each.signal][1](seen, each.window) for each in found.each], axis=1)
    points = np.stack([each.points(values[:, place]) for place, each in enumerate(found.each)], axis=1)
    return Watch(panel.as_of, panel.entities, found.each, values, points, borrowers(panel), found.alarm_at)


def borrowers(panel: Panel) -> Flags:
    """Return who owes a bank something on record and has no default on record; ``(n,)``."""
    today = Period.day(panel.as_of)
    owed, defaults = panel.column("outstanding_debt", today), panel.column("defaults", today)
    has_defaulted = defaults.known & (defaults.values > 0)
    return np.asarray(owed.known & (owed.values > 0) & ~has_defaulted)


def evidence(panel: Panel, trigger: Trigger) -> tuple[ColumnKey, ...]:
    """Return the cells that a trigger reads: the latest few periods of each of its variables."""
    since = add_months(panel.as_of, -_LOOKS_BACK)
    keys: list[ColumnKey] = []
    for variable in SIGNALS[trigger.signal][0]:
        keys += [(variable, period) for period in panel.periods(variable) if since < period.end][-3:]
    return tuple(keys)
