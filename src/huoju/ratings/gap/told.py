"""A view of one entity in which some facts are other than they are: what if it were told, what if it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from huoju.core import rule
from huoju.core.event import Event, event_table
from huoju.core.fact import EntityId, Value
from huoju.core.panel import Column, ColumnKey
from huoju.core.period import Period, add_months
from huoju.core.variable import event_kinds, variables
from huoju.core.view import SCALE, View
from huoju.ratings.gap.logic import Key


def alone(view: View, row: int) -> View:
    """Return the view of one entity of many."""
    return View(
        panel=view.panel.take([row]),
        year=view.year,
        judgements={
            name: Column(column.values[[row]], column.known[[row]], column.facts[[row]])
            for name, column in view.judgements.items()
        },
        parameters=view.parameters,
        populations=view.populations,
        told={kind: told[[row]] for kind, told in view.told.items()},
    )


def value_of(view: View, name: str, lag: int = 0) -> Fraction | str | None:
    """Return a fact of the only entity, in the unit of the definition; None where it is unknown."""
    column = view.column(name, lag)
    if not column.known[0]:
        return None
    variable = variables()[name]
    if variable.dtype == "text":
        return str(column.values[0])
    return Fraction(int(column.values[0]), SCALE.get(variable.dtype, 1))


def with_facts(view: View, facts: Mapping[Key, Fraction | str]) -> View:
    """Return the view of the only entity with other facts, by name and lag, in the unit of the definition."""
    columns: dict[ColumnKey, Column] = dict(view.panel.columns)
    for (name, lag), value in facts.items():
        stored = stored_value(name, value)
        is_text = isinstance(stored, str)
        column = Column(
            np.array([stored], dtype=object if is_text else np.int64), np.ones(1, dtype=bool), np.array([-1])
        )
        for period in _periods(view, name, lag, columns):
            columns[name, period] = column
    return replace(view, panel=replace(view.panel, columns=MappingProxyType(columns)), _columns={}, _periods={})


def stored_value(name: str, value: Fraction | str) -> Value:
    """Return a fact in the unit of the store. Raises ``ValueError`` where it is finer than that."""
    if isinstance(value, str):
        return value
    whole = value * SCALE.get(variables()[name].dtype, 1)
    if whole.denominator != 1:
        raise ValueError(f"{name} = {value} is finer than the store keeps it.")
    return int(whole)


def _periods(view: View, name: str, lag: int, columns: Mapping[ColumnKey, Column]) -> list[Period]:
    """Return the periods to overwrite so that a fact is read as told: its year, or its day and what outlasts that."""
    rhythm = variables()[name].rhythm
    if rhythm == "year":
        return [Period.year(view.year - lag)]
    if rhythm == "month":
        return [Period.month(view.year - lag, 12)]
    day = Period.day(view.day(lag))
    later = [p for n, p in columns if n == name and p.start == day.start and p.end > day.end]
    return [day, *later]


def with_judgements(view: View, judgements: Mapping[str, Fraction]) -> View:
    """Return the view with what persons decided, in points or as 0 and 1."""
    found = dict(view.judgements)
    for name, value in judgements.items():
        found[name] = Column(np.array([int(value * 1_000_000)]), np.ones(1, dtype=bool), np.array([-1]))
    return replace(view, judgements=found)


def with_events(view: View, kind: str, asked: Sequence[tuple[rule.Events, Fraction]]) -> View:
    """Return the view where all events of a kind were told, with so many more, or so much more, for each window."""
    events = dict(view.panel.events)
    made = [event for place, (window, more) in enumerate(asked) for event in _made(view, window, more, place)]
    if made:
        table = event_table(kind, made)
        old = events.get(kind)
        rows = [] if old is None else old.to_pylist()
        events[kind] = table if not rows else type(table).from_pylist([*rows, *table.to_pylist()], schema=table.schema)
    told = {**view.told, kind: np.ones(1, dtype=bool)}
    panel = replace(view.panel, events=MappingProxyType(events))
    return replace(view, panel=panel, told=told, _windows={})


def _made(view: View, window: rule.Events, more: Fraction, place: int) -> list[Event]:
    """Return made-up events that a window counts."""
    entity = view.panel.entities[0]
    at = view.day() if window.window != "evaluated_years" else min(view.day(), date(view.year, 12, 31))
    amount = int(more * 100) if window.give == "amount" else None
    count = 1 if window.give == "amount" else int(more)
    return [
        Event(
            EntityId(entity), window.kind, f"told-{place}-{number}", None, add_months(at, 0), amount, at, "told", "",
            _fields(window, f"told-{place}-{number}"),
        )
        for number in range(count)
    ]  # fmt: skip


def _fields(window: rule.Events, name: str) -> dict[str, Value]:
    known = event_kinds()[window.kind].fields
    found: dict[str, Value] = {}
    for where in window.where:
        number = where.at_least if where.at_least is not None else where.at_most
        found[where.field] = where.labels[0] if where.labels else int(number or 0)
    if window.distinct is not None and window.distinct in known and window.distinct not in found:
        is_text = known[window.distinct].dtype == "text"
        found[window.distinct] = name if is_text else len(found) + hash_free(name)
    return found


def hash_free(name: str) -> int:
    """Return a number of a made-up name that is the same in every run."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(name))
