"""The cheapest changes that bring a score to a target, exact over the whole points of the table.

Each input may stay or take one of a few values (the cheapest for every cell within its bounds); inputs that rest on
the same facts exclude each other, and pairs count together. All combinations are searched input by input, where of
two that leave the same choices open the one that costs no less and brings no more is dropped: nothing cheaper exists
than what is left. Inputs only move the way of less risk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import HIGHEST, LOWEST, PER_LOG_ODDS
from huoju.models.torch_score.changes import Change

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """One change: the input's value before and after, as the model holds it, what it brings and what it costs."""

    name: str
    before: float  # NaN where it was unknown and is supplied
    after: float
    points: int
    cost: Fraction


@dataclass(frozen=True, slots=True)
class Left:
    """An input left short of the best twentieth of the fitting sample: by how many points, and why.

    ``unknown``, ``held`` (not among the changes, or free), ``shared`` (another of the same facts changes), ``bounded``.
    """

    name: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """``found``: ``already``, ``changes``, or ``unreachable`` with the changes that reach highest.

    Points of the steps add up, in their order, to what is gained before the score is held within 0..1000.
    ``cheaper`` is the highest score that anything cheaper reaches; None where there is nothing cheaper.
    """

    found: str
    score: int
    target: int
    reached: int
    cost: Fraction
    steps: tuple[Step, ...]
    cheaper: int | None
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class _Option:
    value: float
    cost: Fraction
    moves: bool


@dataclass(frozen=True, slots=True, order=True)
class _Plan:
    """Of one combination so far: what ranks first is cheaper, then brings more, then changes less."""

    cost: Fraction
    lost: int
    moved: int
    chosen: tuple[tuple[int, int], ...]  # (place of the input, number of its option), those that move


_State = tuple[tuple[tuple[int, int], ...], frozenset[str]]  # choices that open pairs still need, facts already used


def advise(
    table: PointsTable,
    values: Floats,
    changes: Mapping[str, Change],
    target: int,
    supplied: Mapping[str, tuple[float, Fraction]] | None = None,
) -> Advice:
    """Return the cheapest changes of ``values`` ``(k,)`` whose score is at least ``target``.

    An input that is unknown stays so, unless ``supplied`` says what its document shows and costs. Inputs without a
    declared direction, or not among ``changes``, stay.
    """
    options = [_options(table, values, place, changes, supplied or {}) for place in range(len(values))]
    plans = _search(table, values, options, changes)
    now = int(table.unbounded(values[None])[0])
    score = _bounded(now)
    reaching = [plan for plan in plans if _bounded(now - plan.lost) >= target]
    if score >= target:
        reaching = [_Plan(Fraction(0), 0, 0, ())]
    best = min(reaching) if reaching else min(plans, key=lambda plan: (-_bounded(now - plan.lost), plan))
    cheaper = [_bounded(now - plan.lost) for plan in plans if plan.cost < best.cost]
    after, steps = _steps(table, values, options, best)
    return Advice(
        found="unreachable" if not reaching else "changes" if steps else "already",
        score=score,
        target=target,
        reached=_bounded(now - best.lost),
        cost=best.cost,
        steps=steps,
        cheaper=max(cheaper, default=None),
        left=_left(table, after, changes, {step.name for step in steps}),
    )


def _options(
    table: PointsTable,
    values: Floats,
    place: int,
    changes: Mapping[str, Change],
    supplied: Mapping[str, tuple[float, Fraction]],
) -> list[_Option]:
    """Return what an input may be: as it is first, then the cheapest value for each other cell of its parts."""
    part, now = table.inputs[place], float(values[place])
    found = [_Option(now, Fraction(0), False)]
    if np.isnan(now):
        told = supplied.get(part.name)
        return found if told is None else [*found, _Option(*told, True)]
    if part.name not in changes or not part.sign:
        return found
    seen = {_cells(table, place, now)}
    for value, cost in changes[part.name].options(now, upwards=part.sign < 0):
        cells = _cells(table, place, value)
        if cells not in seen:
            seen.add(cells)
            found.append(_Option(value, cost, True))
    return found


def _cells(table: PointsTable, place: int, value: float) -> tuple[int, ...]:
    sides = [table.inputs[place].edges]
    sides += [pair.first_edges for pair in table.pairs if pair.first == place]
    sides += [pair.second_edges for pair in table.pairs if pair.second == place]
    return tuple(int(np.searchsorted(edges, value, side="left")) for edges in sides)


def _search(
    table: PointsTable, values: Floats, options: Sequence[Sequence[_Option]], changes: Mapping[str, Change]
) -> list[_Plan]:
    """Return the plans that no other beats in cost and points together."""
    facts = [changes[part.name].facts if part.name in changes else "" for part in table.inputs]
    order = sorted(
        (place for place, own in enumerate(options) if len(own) > 1), key=lambda place: (facts[place], place)
    )
    front: dict[_State, list[_Plan]] = {((), frozenset()): [_Plan(Fraction(0), 0, 0, ())]}
    for step, place in enumerate(order):
        later, met = set(order[step + 1 :]), set(order[: step + 1])
        open_inputs = {one for pair in table.pairs for one in _ends(pair) if one in met and later & set(_ends(pair))}
        open_facts = {facts[one] for one in later}
        known: dict[tuple[tuple[int, int], ...], list[int]] = {}
        grown: dict[_State, list[_Plan]] = {}
        for (choices, used), plans in front.items():
            at = dict(choices)
            if choices not in known:
                known[choices] = _lost(table, values, options, at, place)
            for number, option in enumerate(options[place]):
                if option.moves and facts[place] in used:
                    continue
                lost = known[choices][number]
                here = tuple(sorted((one, kept) for one, kept in {**at, place: number}.items() if one in open_inputs))
                taken = used | {facts[place]} if option.moves and facts[place] else used
                state = (here, frozenset(taken & open_facts))
                own = ((place, number),) if option.moves else ()
                grown.setdefault(state, []).extend(
                    _Plan(plan.cost + option.cost, plan.lost + lost, plan.moved + len(own), plan.chosen + own)
                    for plan in plans
                )
        front = {state: _undominated(plans) for state, plans in grown.items()}
    return [plan for plans in front.values() for plan in plans]


def _ends(pair: Pair) -> tuple[int, int]:
    return pair.first, pair.second


def _lost(
    table: PointsTable, values: Floats, options: Sequence[Sequence[_Option]], choices: Mapping[int, int], place: int
) -> list[int]:
    """Return the points that each option of an input takes away, given the options of those chosen before it."""
    before = values.copy()
    for one, kept in choices.items():
        before[one] = options[one][kept].value
    rows = np.repeat(before[None], len(options[place]) + 1, axis=0)
    rows[1:, place] = [option.value for option in options[place]]
    points = table.unbounded(rows)
    return [int(lost) for lost in points[0] - points[1:]]


def _undominated(plans: list[_Plan]) -> list[_Plan]:
    kept: list[_Plan] = []
    for plan in sorted(plans):
        if not kept or plan.lost < kept[-1].lost:
            kept.append(plan)
    return kept


def _steps(
    table: PointsTable, values: Floats, options: Sequence[Sequence[_Option]], plan: _Plan
) -> tuple[Floats, tuple[Step, ...]]:
    now, steps = values.copy(), []
    for place, number in plan.chosen:
        option, before = options[place][number], now.copy()
        now[place] = option.value
        was, then = table.unbounded(np.stack([before, now]))
        name = table.inputs[place].name
        steps.append(Step(name, float(before[place]), option.value, int(then - was), option.cost))
    return now, tuple(steps)


def _left(
    table: PointsTable, values: Floats, changes: Mapping[str, Change], moved: Collection[str]
) -> tuple[Left, ...]:
    """Return the inputs that still lie below the best twentieth of the fitting sample, the furthest first."""
    points = table.addends(values[None])[0]
    used = {changes[name].facts for name in moved if name in changes} - {""}
    found = []
    for part in table.inputs:
        short, change = _best(part) - int(points[part.place]), changes.get(part.name)
        if short <= 0:
            continue
        if np.isnan(values[part.place]):
            why = "unknown"
        elif change is None or not part.sign:
            why = "held"
        else:
            why = "shared" if change.facts in used and part.name not in moved else "bounded"
        found.append(Left(part.name, short, why))
    return tuple(sorted(found, key=lambda left: -left.points))


def _best(part: Binned) -> int:
    return int(np.rint(-PER_LOG_ODDS * part.low))


def _bounded(points: int) -> int:
    return min(max(points, LOWEST), HIGHEST)
