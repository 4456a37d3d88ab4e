"""All shipped schemes over 10,000 made-up enterprises on one core, and one enterprise explained; JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from huoju.core import rule
from huoju.core.event import Event, event_table
from huoju.core.fact import EntityId
from huoju.core.panel import Column, Panel
from huoju.core.period import Period
from huoju.core.rule import Reading
from huoju.core.variable import Variable, event_kinds, variables
from huoju.core.view import SCALE, View
from huoju.ratings.bulk import rate_all
from huoju.ratings.decide import rate
from huoju.ratings.plan import Prepared
from huoju.ratings.shipped import load_scheme, scheme_files

ROWS = 10_000
DAYS = (date(2026, 3, 1), date(2026, 6, 1))
TIMES = 5


def main() -> None:
    """Print seconds of one core for all, by scheme, and milliseconds of one enterprise with its trace."""
    schemes = {name: load_scheme(name) for name in scheme_files()}
    by_scheme: dict[str, float] = {}
    judged = 0
    for name, prepared in schemes.items():
        best = float("inf")
        for _ in range(TIMES):
            view = made_view(prepared, ROWS)
            start = time.process_time()
            results = rate_all(prepared, view, compiled=False)
            best = min(best, time.process_time() - start)
        by_scheme[name], judged = best, judged + sum(len(rated) for rated in results)
    print(
        json.dumps(
            {
                "enterprises": ROWS,
                "schemes": len(schemes),
                "judged": judged,
                "seconds_of_one_core": sum(by_scheme.values()),
                "by_scheme": by_scheme,
                "one_explained_ms": _one(schemes),
            }
        )
    )


def _one(schemes: dict[str, Prepared]) -> dict[str, float]:
    """Return milliseconds of one enterprise with its trace, for each scheme, once the panel is there."""
    found = {}
    for name, prepared in schemes.items():
        view = made_view(prepared, 200)
        rate(prepared, view, 0)
        seconds = []
        for row in range(200):
            start = time.process_time()
            rate(prepared, view, row)
            seconds.append(time.process_time() - start)
        found[name] = sorted(seconds)[100] * 1000
    return found


def made_view(prepared: Prepared, rows: int, seed: int = 7) -> View:
    """Return a view of made-up enterprises that know nine facts in ten that a scheme reads."""
    draw = np.random.default_rng(seed)
    day = next((day for day in reversed(DAYS) if prepared.scheme.version_on(day)), DAYS[-1])
    version = prepared.scheme.version_on(day) or prepared.scheme.versions[-1]
    readings = prepared.readings(version)
    columns = {}
    for name in dict.fromkeys(reading.name for reading in readings if reading.sort == "fact"):
        for period in _periods(variables()[name], day):
            columns[name, period] = _column(variables()[name], prepared.labels(version).get(name, ()), rows, draw)
    entities = tuple(EntityId(f"made:{row}") for row in range(rows))
    kinds = dict.fromkeys(reading.name for reading in readings if reading.sort == "events")
    events = {kind: event_table(kind, _events(kind, entities, day, draw)) for kind in kinds}
    return View(
        Panel(day, entities, columns, events=events),
        day.year - 1,
        judgements={reading.name: _judged(rows, draw) for reading in _of_sort(readings, "judgement")},
        told={kind: draw.random(rows) < 0.9 for kind in kinds},
    )


def _of_sort(readings: tuple[Reading, ...], sort: str) -> Iterator[rule.Reading]:
    return (reading for reading in readings if reading.sort == sort)


def _periods(variable: Variable, day: date) -> list[Period]:
    if variable.rhythm == "year":
        return [Period.year(day.year - back) for back in (1, 2, 3)]
    return [Period.month(day.year - 1, 12)] if variable.rhythm == "month" else [Period.day(day)]


def _column(variable: Variable, labels: tuple[str, ...], rows: int, draw: np.random.Generator) -> Column:
    known = draw.random(rows) < 0.9
    if variable.dtype == "text":
        values = draw.choice(np.array([*labels, "none"], dtype=object), rows)
    elif variable.dtype == "flag":
        values = (draw.random(rows) < 0.2).astype(np.int64)
    elif variable.dtype == "date":
        values = draw.integers(12_000, 20_500, rows)
    else:
        middle = {"money": 2e9, "share": 3e5, "count": 20}.get(variable.dtype, 10.0 * SCALE.get(variable.dtype, 1))
        values = np.exp(draw.normal(np.log(middle), 1.2, rows)).astype(np.int64)
    return Column(values, known, np.full(rows, -1))


def _events(kind: str, entities: tuple[EntityId, ...], day: date, draw: np.random.Generator) -> Iterator[Event]:
    for key, row in enumerate(draw.integers(0, len(entities), len(entities) // 4)):
        at = day - timedelta(days=int(draw.integers(2_000)))
        fields = {n: "A" if v.dtype == "text" else 1 for n, v in event_kinds()[kind].fields.items()}
        yield Event(entities[row], kind, str(key), None, at, 10**8, day, "made", f"made:{key}", fields)


def _judged(rows: int, draw: np.random.Generator) -> Column:
    return Column(draw.integers(0, 8, rows) * 1_000_000, draw.random(rows) < 0.5, np.full(rows, -1))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main()
