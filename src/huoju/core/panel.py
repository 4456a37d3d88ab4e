"""A panel: what was known about many entities at the close of one day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.fact import FACT_SCHEMA, EntityId
from huoju.core.finding import Finding
from huoju.core.period import Period, Unit, complete_months, last_complete
from huoju.core.variable import variables

ColumnKey = tuple[str, Period]


@dataclass(frozen=True, slots=True)
class Column:
    """One quantity of ``n`` entities, each known or unknown.

    ``values`` is ``(n,)`` int64, or objects for text; where ``known`` is False the value means nothing.
    ``facts`` is ``(n,)``: the row of the panel's ``facts`` that won, or -1.
    """

    values: NDArray[np.int64] | NDArray[np.object_]
    known: NDArray[np.bool_]
    facts: NDArray[np.int64]

    @classmethod
    def unknown(cls, count: int, *, text: bool = False) -> Column:
        """Return a column in which nothing is known."""
        values = np.full(count, None, dtype=object) if text else np.zeros(count, dtype=np.int64)
        return cls(values, np.zeros(count, dtype=bool), np.full(count, -1, dtype=np.int64))

    def floats(self, unit: float = 1.0) -> NDArray[np.float64]:
        """Return the values divided by ``unit`` as floats, NaN where unknown; for estimates only."""
        return np.where(self.known, self.values.astype(np.float64) / unit, np.nan)


@dataclass(frozen=True, slots=True)
class Grid:
    """One quantity of ``n`` entities over ``t`` periods: ``values`` and ``known`` are ``(n, t)``."""

    periods: tuple[Period, ...]
    values: NDArray[np.int64]
    known: NDArray[np.bool_]

    def floats(self, unit: float = 1.0) -> NDArray[np.float64]:
        """Return the values divided by ``unit`` as floats, NaN where unknown; for estimates only."""
        return np.where(self.known, self.values.astype(np.float64) / unit, np.nan)


@dataclass(frozen=True, slots=True)
class Panel:
    """What was known about ``entities`` at the close of ``as_of``.

    ``facts`` is a table of ``FACT_SCHEMA`` with the winning facts that the columns point to; ``events`` holds
    by kind the events known at ``as_of``, each with its canonical ``entity``.
    """

    as_of: date
    entities: tuple[EntityId, ...]
    columns: Mapping[ColumnKey, Column]
    facts: pa.Table = field(default_factory=FACT_SCHEMA.empty_table)
    findings: tuple[Finding, ...] = ()
    events: Mapping[str, pa.Table] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.entities)

    def column(self, variable: str, period: Period) -> Column:
        """Return the column; unknown for every entity where nothing was claimed of that period.

        Raises ``KeyError`` for a variable that the vocabulary lacks.
        """
        is_text = variables()[variable].dtype == "text"
        return self.columns.get((variable, period)) or Column.unknown(len(self), text=is_text)

    def lag(self, variable: str, count: int, unit: Unit) -> Column:
        """Return the column of the month or year that is ``count`` before the last complete one."""
        return self.column(variable, last_complete(self.as_of, unit).shift(-count, unit))

    def trailing(self, variable: str, months: int) -> Column:
        """Return the column that speaks of the ``months`` months up to and with ``as_of``."""
        return self.column(variable, Period.trailing(self.as_of, months))

    def months(self, variable: str, count: int) -> Grid:
        """Return the last ``count`` complete calendar months, oldest first; ``(n, count)``."""
        periods = complete_months(self.as_of, count)
        columns = [self.column(variable, period) for period in periods]
        values = np.stack([column.values.astype(np.int64) for column in columns], axis=1)
        return Grid(periods, values, np.stack([column.known for column in columns], axis=1))

    def periods(self, variable: str) -> tuple[Period, ...]:
        """Return the periods of which something was claimed, the latest last."""
        return tuple(sorted((p for name, p in self.columns if name == variable), key=lambda p: (p.end, p.start)))

    def latest(self, variable: str) -> Column:
        """Return for each entity the claim about its latest known period; unknown where there is none."""
        is_text = variables()[variable].dtype == "text"
        result = Column.unknown(len(self), text=is_text)
        for period in self.periods(variable):
            column = self.columns[variable, period]
            pick = column.known
            result = Column(
                np.where(pick, column.values, result.values),
                pick | result.known,
                np.where(pick, column.facts, result.facts),
            )
        return result

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Panel:
        """Return the panel of some of its entities, in the order of ``rows``; facts stay shared."""
        index = np.asarray(rows, dtype=np.int64)
        entities = tuple(self.entities[row] for row in index)
        columns = {
            key: Column(column.values[index], column.known[index], column.facts[index])
            for key, column in self.columns.items()
        }
        wanted = pa.array(entities, pa.string())
        events = {kind: _of_entities(table, wanted) for kind, table in self.events.items()}
        return replace(self, entities=entities, columns=columns, events=MappingProxyType(events))

    def references(self, row: int, keys: Sequence[ColumnKey]) -> tuple[str, ...]:
        """Return ``source/record`` of the facts behind one entity's cells, without repeats, in order of ``keys``."""
        found: dict[str, None] = {}
        for fact in self._fact_rows(row, keys):
            source, record = self.facts["source"][fact].as_py(), self.facts["record"][fact].as_py()
            found[f"{source}/{record}"] = None
        return tuple(found)

    def _fact_rows(self, row: int, keys: Sequence[ColumnKey]) -> Iterator[int]:
        for key in keys:
            column = self.columns.get(key)
            if column is not None and column.facts[row] >= 0:
                yield int(column.facts[row])


def _of_entities(table: pa.Table, wanted: pa.Array) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["entity"], value_set=wanted))
