"""Holding the results of all entities against those of one at a time, and short cuts against the long way."""

import numpy as np

from huoju.core.rule_row import Span
from huoju.core.spans import Spans
from huoju.core.view import View
from huoju.ratings.bulk import rate_all
from huoju.ratings.combine_columns import Added
from huoju.ratings.decide import rate
from huoju.ratings.decide_columns import OUTCOMES, STATES, Codes
from huoju.ratings.plan import Prepared
from huoju.ratings.rated import ItemColumn, Rated
from huoju.ratings.rating import Rating


def span(spans: Spans, row: int) -> Span:
    return Span(spans.low.at(row), spans.high.at(row))


def sums(added: Added, row: int) -> Span | None:
    scored = np.broadcast_to(added.scored, (max(len(added.scored), row + 1),))
    return span(added.points, row) if scored[row] else None


def criteria(rating: Rating, sort: str) -> dict[str, str]:
    return {name: criterion.state for name, criterion in rating.of(sort).items()}


def states(columns: dict[str, Codes], row: int) -> dict[str, str]:
    return {name: STATES[codes[row]] for name, codes in columns.items()}


class Read:
    """The columns of a result, opened once for reading row by row."""

    def __init__(self, rated: Rated) -> None:
        self.rated = rated
        self.items = {name: (item, item.points, item.scored, item.states) for name, item in rated.items.items()}

    def row(self, row: int) -> dict[str, object]:
        rated = self.rated
        grades = [*(grade.id for grade in rated.version.grades), ""] if rated.version.grades else []
        assert rated.missing is not None
        return {
            "version": rated.version.id,
            "outcome": OUTCOMES[rated.outcome[row]],
            "route": None if rated.route[row] < 0 else rated.version.routes[rated.route[row]].id,
            "total": sums(rated.total, row),
            "grade": grades[rated.grade[row]] if rated.grade[row] >= 0 else None,
            "grades": {grade for grade, may in zip(grades, rated.grades[:, row], strict=False) if may},
            "stages": {
                name
                for name, may in zip(rated.stages.ids, rated.stages.possible, strict=True)
                if np.broadcast_to(may, (len(rated),))[row]
            },
            "parts": {name: sums(added, row) for name, added in rated.parts.items()},
            "items": {
                n: span(points, row) if scored[row] else None for n, (_, points, scored, _) in self.items.items()
            },
            "item states": {name: STATES[codes[row]] for name, (*_, codes) in self.items.items()},
            "gates": states(dict(rated.gates), row),
            "vetoes": states(dict(rated.vetoes), row),
            "routes": states(dict(rated.routes), row),
            "checks": states(dict(rated.checks), row),
            "missing": {r for r, wanted in zip(rated.readings, rated.missing[row], strict=True) if wanted},
        }


def told(rating: Rating) -> dict[str, object]:
    assert rating.version is not None
    return {
        "version": rating.version.id,
        "outcome": rating.outcome,
        "route": rating.route,
        "total": rating.total,
        "grade": rating.grade,
        "grades": set(rating.grades),
        "stages": set(rating.stages),
        "parts": {part.id: part.points for part in rating.parts},
        "items": {name: item.points for name, item in rating.of("item").items()},
        "item states": criteria(rating, "item"),
        "gates": criteria(rating, "gate"),
        "vetoes": criteria(rating, "veto"),
        "routes": criteria(rating, "route"),
        "checks": criteria(rating, "check"),
        "missing": set(rating.missing),
    }


def compare(prepared: Prepared, view: View, block: int) -> int:
    """Hold the results of all rows against one another and return how many rows were judged."""
    judged = 0
    results = rate_all(prepared, view, missing=True, block=block)
    quick = rate_all(prepared, view, block=block, compiled=True)
    plain = rate_all(prepared, view, block=block, compiled=False)
    for slow, fast, other in zip(results, quick, plain, strict=True):
        same_columns(slow, fast)
        same_columns(fast, other)
        read = Read(slow)
        for place, row in enumerate(slow.rows):
            assert read.row(place) == told(rate(prepared, view, int(row))), (prepared.scheme.id, view.panel.as_of, row)
        judged += len(slow)
    return judged


def same_columns(a: Rated, b: Rated) -> None:
    """Hold a result that skips nothing against one with its short cuts, column by column."""
    for left, right in ((a.total, b.total), *((a.parts[name], b.parts[name]) for name in a.parts)):
        for end in ("low", "high"):
            ours, theirs = (getattr(side.points, end).spread(len(a)) for side in (left, right))
            assert [ours.at(row) for row in range(len(a))] == [theirs.at(row) for row in range(len(a))]
    for name, item in a.items.items():
        same_items(item, b.items[name])
    for column in ("outcome", "route", "grade", "grades"):
        assert np.array_equal(getattr(a, column), getattr(b, column))


def same_items(a: ItemColumn, b: ItemColumn) -> None:
    assert a.table == b.table
    assert (a.codes is None) == (b.codes is None)
    assert a.codes is None or (b.codes is not None and np.array_equal(a.codes, b.codes))
    assert np.array_equal(a.states, b.states)
    assert np.array_equal(a.scored, b.scored)
