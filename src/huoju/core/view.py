"""What rules read of a panel: facts by year, windows over events, judgements, parameters, frozen populations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.money import FEN_PER_YUAN, MICRO
from huoju.core.panel import Column, Panel
from huoju.core.period import Period, add_months
from huoju.core.rule import Events, Where
from huoju.core.variable import variables

SCALE = {"money": FEN_PER_YUAN, "number": MICRO, "share": MICRO}
_EPOCH = date(1970, 1, 1)
_BACK = 20

Population = Mapping[str, tuple[Fraction, ...]]


@dataclass(frozen=True)
class View:
    """A panel as rules see it, for one evaluated ``year``.

    ``judgements`` holds points x 10^6, or 0 and 1 for conditions, ``(n,)`` each; ``told`` says by kind of event
    of whom it is known that all events were told. ``populations`` are frozen values by population and name.
    """

    panel: Panel
    year: int
    judgements: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    parameters: Mapping[str, Fraction | None] = field(default_factory=lambda: MappingProxyType({}))
    populations: Mapping[str, Population] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, NDArray[np.bool_]] = field(default_factory=lambda: MappingProxyType({}))
    _columns: dict[tuple[str, int, bool], Column] = field(default_factory=dict, repr=False, compare=False)
    _windows: dict[tuple[Events, int], tuple[NDArray[np.int64], NDArray[np.bool_]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _periods: dict[str, tuple[Period, ...]] = field(default_factory=dict, repr=False, compare=False)
    _happened: dict[str, list[Mapping[str, object]]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.panel)

    def day(self, lag: int = 0) -> date:
        """Return the as-of day, ``lag`` years before."""
        return add_months(self.panel.as_of, -12 * lag)

    def days(self, which: str, lag: int = 0) -> int:
        """Return the as-of day or the last day of the evaluated year, as days since 1970-01-01."""
        day = self.day(lag) if which == "as_of" else date(self.year - lag, 12, 31)
        return (day - _EPOCH).days

    def column(self, name: str, lag: int = 0, *, last: bool = False) -> Column:
        """Return a variable of the year that is ``lag`` before the evaluated one, or as it stood on that day.

        With ``last``, what is unknown there is taken from the latest year before in which it is known.
        """
        key = (name, lag, last)
        if key not in self._columns:
            column = self._own(name, lag)
            if last:
                for back in range(1, _BACK):
                    column = _filled(column, self._own(name, lag + back))
            self._columns[key] = column
        return self._columns[key]

    def period(self, name: str, lag: int, row: int) -> Period | None:
        """Return which period the value of one entity speaks of, for a trace; None where it is unknown."""
        rhythm = variables()[name].rhythm
        if rhythm in ("year", "month"):
            return self._cell(rhythm, lag) if self.column(name, lag).known[row] else None
        found = [p for p in self._standing(name, lag) if self.panel.columns[name, p].known[row]]
        return found[-1] if found else None

    def window(self, events: Events, lag: int = 0) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return counts, or amounts in fen, of events within a window, and of whom all were told; ``(n,)`` each."""
        key = (events, lag)
        if key not in self._windows:
            self._windows[key] = self._counted(events, lag), self.told.get(events.kind, np.zeros(len(self), dtype=bool))
        return self._windows[key]

    def _own(self, name: str, lag: int) -> Column:
        rhythm = variables()[name].rhythm
        if rhythm in ("year", "month"):
            return self.panel.column(name, self._cell(rhythm, lag))
        column = Column.unknown(len(self), text=variables()[name].dtype == "text")
        for period in self._standing(name, lag):
            column = _filled(self.panel.columns[name, period], column)
        return column

    def _cell(self, rhythm: str, lag: int) -> Period:
        year = self.year - lag
        return Period.year(year) if rhythm == "year" else Period.month(year, 12)

    def _standing(self, name: str, lag: int) -> tuple[Period, ...]:
        """Return the periods whose claims stand on the day: those around it, and single days up to it."""
        if not self._periods:
            for variable, period in sorted(self.panel.columns, key=lambda key: (key[1].start, key[1].end)):
                self._periods[variable] = (*self._periods.get(variable, ()), period)
        day = self.day(lag)
        return tuple(p for p in self._periods.get(name, ()) if day in p or (p.days == 1 and p.start <= day))

    def _counted(self, events: Events, lag: int) -> NDArray[np.int64]:
        found = np.zeros(len(self), dtype=np.int64)
        table = self.panel.events.get(events.kind)
        if table is None or not len(table):
            return found
        places = {str(entity): row for row, entity in enumerate(self.panel.entities)}
        taken: dict[str, list[Mapping[str, object]]] = {}
        for event in self._within(table, events, lag):
            taken.setdefault(str(event["entity"]), []).append(event)
        for entity, happened in taken.items():
            if entity in places:
                found[places[entity]] = _measure(happened, events)
        return found

    def _within(self, table: pa.Table, events: Events, lag: int) -> list[Mapping[str, object]]:
        day = self.day(lag)
        first, until = date.min, day
        if events.window == "years":
            first = add_months(day, -12 * events.size)
        elif events.window == "evaluated_years":
            first = date(self.year - lag - events.size, 12, 31)
            until = min(day, date(self.year - lag, 12, 31))
        if events.kind not in self._happened:
            self._happened[events.kind] = table.sort_by([("at", "ascending"), ("key", "ascending")]).to_pylist()
        rows = self._happened[events.kind]
        return [
            row
            for row in rows
            if first < cast("date", row["at"]) <= until and all(_meets(row, w) for w in events.where)
        ]


def _measure(happened: list[Mapping[str, object]], events: Events) -> int:
    if events.distinct is not None:
        happened = list({event[events.distinct] or event["key"]: event for event in happened}.values())
    if events.window == "last":
        happened = happened[-events.size :]
    if events.give == "count":
        return len(happened)
    return sum(int(str(event["amount"])) for event in happened if event["amount"] is not None)


def _meets(event: Mapping[str, object], where: Where) -> bool:
    value = event.get(where.field)
    if value is None:
        return False
    if where.labels:
        return str(value) in where.labels
    number = int(str(value))
    return (where.at_least is None or number >= where.at_least) and (where.at_most is None or number <= where.at_most)


def _filled(column: Column, under: Column) -> Column:
    """Return a column whose unknown cells are taken from another."""
    if column.known.all():
        return column
    return Column(
        np.where(column.known, column.values, under.values),
        column.known | under.known,
        np.where(column.known, column.facts, under.facts),
    )
