"""Made-up views for any scheme: unknowns, values exactly on its thresholds, labels it lists and others, events."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.core import rule
from huoju.core.event import Event, event_table
from huoju.core.fact import EntityId
from huoju.core.panel import Column, Panel
from huoju.core.period import Period
from huoju.core.variable import Variable, event_kinds, variables
from huoju.core.view import SCALE, View
from huoju.ratings.plan import Prepared, nodes_of
from huoju.ratings.scheme import Version, points_within

LAGS = 4
_EPOCH = date(1970, 1, 1)


def made_view(prepared: Prepared, version: Version, count: int, seed: int, day: date) -> View:
    """Return a view of made-up entities that stands on the thresholds of a version as often as not."""
    draw = np.random.default_rng(seed)
    year = day.year - 1
    readings = prepared.readings(version)
    columns = {}
    for name in dict.fromkeys(reading.name for reading in readings if reading.sort == "fact"):
        variable = variables()[name]
        for period in _periods(variable, year, day):
            columns[name, period] = _column(variable, prepared, version, count, draw)
    entities = tuple(EntityId(f"made:{row}") for row in range(count))
    kinds = list(dict.fromkeys(reading.name for reading in readings if reading.sort == "events"))
    nodes = [node for node in _nodes(version) if isinstance(node, rule.Events)]
    events = {kind: event_table(kind, _events(kind, nodes, entities, day, draw)) for kind in kinds}
    judged = dict.fromkeys(reading.name for reading in readings if reading.sort == "judgement")
    known = [None, Fraction(3), Fraction(1, 2)]
    return View(
        Panel(day, entities, columns, events=events),
        year,
        judgements={name: _judged(version, count, draw) for name in judged},
        parameters={
            name: parameter.value if parameter.value is not None else known[int(draw.integers(3))]
            for name, parameter in version.parameters.items()
        },
        populations=_populations(version, draw),
        told={kind: draw.random(count) < 0.6 for kind in kinds},
    )


def _periods(variable: Variable, year: int, day: date) -> list[Period]:
    if variable.rhythm == "year":
        return [Period.year(year - lag) for lag in range(LAGS)]
    if variable.rhythm == "month":
        return [Period.month(year - lag, 12) for lag in range(LAGS)]
    return [Period.day(day), Period.day(day - timedelta(days=400))]


def _column(variable: Variable, prepared: Prepared, version: Version, count: int, draw: np.random.Generator) -> Column:
    known = draw.random(count) < draw.choice([0.7, 0.95, 1.0])
    if variable.dtype == "text":
        labels = np.array([*prepared.labels(version).get(variable.name, ()), "未列"], dtype=object)
        weights = np.array([1.0] * (len(labels) - 1) + [0.2])
        return Column(
            np.where(known, draw.choice(labels, count, p=weights / weights.sum()), None), known, np.full(count, -1)
        )
    return Column(_numbers(variable, version, count, draw), known, np.full(count, -1))


def _numbers(variable: Variable, version: Version, count: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """Return whole units: on a threshold, a unit beside one, round amounts that give exact ratios, anything."""
    scale = SCALE.get(variable.dtype, 1)
    if variable.dtype == "flag":
        fair = helpful(version).get(variable.name, 1)
        return np.where(draw.random(count) < draw.choice([0.5, 0.95, 1.0]), fair, 1 - fair)
    if variable.dtype == "date":
        return draw.integers(12_000, 21_000, count)
    stated = [int(number * scale) for number in thresholds(version)]
    if variable.dtype == "count":
        stated += list(range(12))
    if variable.dtype == "share":
        stated = [number for number in stated if abs(number) <= scale]
    if variable.dtype == "money":
        stated += [percent * 100_000_000 for percent in (0, 2, 3, 4, 5, 6, 10, 15, 20, 25, 30, 35, 55, 60, 70, 75, 80)]
        stated += [10_000_000_000, 11_500_000_000, 13_225_000_000, 10_500_000_000, 11_025_000_000]
    chosen = draw.choice(np.array(sorted({number for number in stated if number < 2**62}), dtype=np.int64), count)
    beside = chosen + draw.integers(-1, 2, count)
    wild = np.exp(draw.normal(np.log(scale * 20.0), 6, count)).clip(0, 9e18).astype(np.int64)
    values = np.where(draw.random(count) < 0.55, chosen, np.where(draw.random(count) < 0.7, beside, wild))
    low = 0 if variable.at_least is None else int(variable.at_least * scale)
    high = 2**62 if variable.at_most is None else int(variable.at_most * scale)
    return np.clip(values, low, high)


def helpful(version: Version) -> dict[str, int]:
    """Return which value of a flag helps to pass, so that views are not all failures."""
    found: dict[str, int] = {}

    def walk(node: rule.Node, wanted: bool) -> None:
        if isinstance(node, rule.Flag):
            found.setdefault(node.name, int(wanted))
        for part in rule.parts_of(node):
            walk(part, wanted != isinstance(node, rule.Not))

    for gate in version.gates:
        walk(gate.require, True)
    for veto in version.vetoes:
        walk(veto.when, False)
    return found


def thresholds(version: Version) -> list[Fraction]:
    """Return every number that a version compares with, and their products with round amounts."""
    found = [node.value for node in _nodes(version) if isinstance(node, rule.Constant)]
    for item in version.items:
        for part in points_within(item.points):
            found += [band.limit.at for band in getattr(part, "bands", ()) if band.limit.at is not None]
    return [*found, Fraction(0), Fraction(1)]


def _nodes(version: Version) -> Iterator[rule.Node]:
    roots: list[rule.Node] = [node for item in version.items for node in nodes_of(item.points)]
    roots += [item.applies_if for item in version.items if item.applies_if is not None]
    roots += [gate.require for gate in version.gates] + [g.unless for g in version.gates if g.unless is not None]
    roots += [one.when for one in (*version.vetoes, *version.checks)]
    roots += [one.when for one in (*version.routes, *version.stages) if one.when is not None]
    roots += list(version.values.values())
    for root in roots:
        yield from _within(root)


def _within(node: rule.Node) -> Iterator[rule.Node]:
    yield node
    for part in rule.parts_of(node):
        yield from _within(part)


def _events(
    kind: str, nodes: Iterable[rule.Events], entities: tuple[EntityId, ...], day: date, draw: np.random.Generator
) -> Iterator[Event]:
    wheres = [where for node in nodes if node.kind == kind for where in node.where]
    labels = {where.field: [*where.labels, "else"] for where in wheres if where.labels}
    for key in range(len(entities) * 2):
        fields: dict[str, int | str | None] = {}
        for name, variable in event_kinds()[kind].fields.items():
            if variable.dtype == "text":
                fields[name] = str(draw.choice(labels.get(name, ["x", "y"])))
            else:
                fields[name] = int(draw.integers(0, 8))
            if draw.random() < 0.05:
                fields[name] = None
        yield Event(
            entities[int(draw.integers(len(entities)))],
            kind,
            str(key),
            None,
            day - timedelta(days=int(draw.choice([0, 1, 365, 366, 730, 1095, 1096, int(draw.integers(2500))]))),
            int(draw.choice([0, 500_000_000, 200_000_000, int(draw.integers(10**10))])),
            day,
            "made",
            f"made:{key}",
            fields,  # type: ignore[arg-type]
        )


def _judged(version: Version, count: int, draw: np.random.Generator) -> Column:
    values = draw.choice(np.array([0, 1, 2, 4, 6, 8, 12, 25, 40, -1]), count) * 1_000_000
    return Column(values, draw.random(count) < 0.7, np.full(count, -1))


def _populations(version: Version, draw: np.random.Generator) -> dict[str, dict[str, tuple[Fraction, ...]]]:
    found: dict[str, dict[str, tuple[Fraction, ...]]] = {}
    for node in _nodes(version):
        if isinstance(node, rule.Peer) and draw.random() < 0.9:
            size = int(draw.choice([1, 2, 9]))
            values = tuple(Fraction(int(n), 3) for n in draw.integers(0, 300, size))
            found.setdefault(node.population, {})[node.name] = values
    return found
