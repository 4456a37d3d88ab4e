"""Steps over one plain fact, the bulk of large schemes: compared as integers, then looked up by stage and band.

The loop over rows is compiled where numba is installed; without it numpy does the same, slower.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from huoju.core.exact import Exact
from huoju.core.rule import Fact
from huoju.core.rule_row import Bound, Span
from huoju.core.spans import Spans
from huoju.core.variable import variables
from huoju.core.view import SCALE
from huoju.ratings.plan import Plan
from huoju.ratings.points import met
from huoju.ratings.scheme import Item, Step, Version

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]
Starts = NDArray[np.uint8] | NDArray[np.uint16]
Bools = NDArray[np.bool_]
_MOST = 2**62
_WIDEST = 16  # a pair of ranks below 16 fits into one byte
_RISING, _FALLING = ("at_least", "more_than"), ("at_most", "less_than")


@dataclass(frozen=True, slots=True, eq=False)
class PlainStep:
    """An item as integers: its rank is how many of ``thresholds`` a fact reaches, or stays below where it falls.

    A code is ``low * ranks + high``. ``low`` and ``high`` are numerators over the plan's denominator by stage and
    code, flat; a fact that is unknown has code ``unknown``.
    """

    item: Item
    name: str
    lag: int
    thresholds: Ints
    is_rising: bool
    ranks: int
    table: tuple[Fraction, ...]
    unknown: int
    low: Ints
    high: Ints
    is_staged: bool

    @property
    def leaves_span(self) -> bool:
        """Whether an unknown fact leaves the points open in some stage."""
        codes = self.ranks * self.ranks
        return bool((self.low[self.unknown :: codes] != self.high[self.unknown :: codes]).any())


@dataclass(frozen=True, slots=True, eq=False)
class PlainSteps:
    """The plain steps of a version by item, over one ``denominator``."""

    steps: Mapping[str, PlainStep]
    denominator: int


@dataclass(slots=True, eq=False)
class Sum:
    """What plain steps of one part come to, ``(n,)``; ``high`` is None while it is ``low``."""

    low: Ints
    high: Ints | None = None

    def spans(self, denominator: int) -> Spans:
        """Return the sums as exact numbers."""
        low = Exact(self.low, denominator)
        return Spans(low, low if self.high is None else Exact(self.high, denominator))


_MADE: WeakKeyDictionary[Plan, PlainSteps] = WeakKeyDictionary()


def plain_steps(plan: Plan) -> PlainSteps:
    """Return the items of a version that are plain, as integers; made once for each plan."""
    found = _MADE.get(plan)
    if found is None:
        found = _MADE[plan] = _plain_steps(plan.version)
    return found


def _plain_steps(version: Version) -> PlainSteps:
    rescaled = {item.part for item in version.items if item.not_applicable == "rescale"}
    if version.total.combine != "sum" or (rescaled and not version.parts):
        return PlainSteps({}, 1)
    stages = [stage.id for stage in version.stages]
    plain = [item for item in version.items if item.part not in rescaled and _is_plain(item)]
    plain = [item for item in plain if stages or not isinstance(item.weight, Mapping)]
    worths = {item.id: _worths(item, stages) for item in plain}
    ends = [end for several in worths.values() for pair in several for end in pair]
    denominator = math.lcm(*(end.denominator for end in ends))
    most = sum(max(abs(end) for pair in several for end in pair) for several in worths.values())
    if most * denominator > _MOST:
        return PlainSteps({}, 1)
    found = {item.id: _plain(item, worths[item.id], denominator) for item in plain}
    return PlainSteps({name: step for name, step in found.items() if step is not None}, denominator)


def _is_plain(item: Item) -> bool:
    points = item.points
    if not isinstance(points, Step) or not isinstance(points.of, Fact) or item.applies_if is not None:
        return False
    operations = {band.limit.operation for band in points.bands}
    gives = [*(band.give for band in points.bands), points.otherwise]
    limits = [band.limit.at for band in points.bands]
    weights = list(item.weight.values()) if isinstance(item.weight, Mapping) else [item.weight]
    if not weights or None in gives or None in limits or None in weights or len(gives) > _WIDEST:
        return False
    is_rising = operations <= set(_RISING)
    if not is_rising and not operations <= set(_FALLING):
        return False
    return _falls(gives) and (_falls(limits) if is_rising else _falls(limits[::-1]))


def _falls(numbers: Sequence[Fraction | None]) -> bool:
    stated = [number for number in numbers if number is not None]
    return all(a > b for a, b in itertools.pairwise(stated))


def _table(points: Step) -> tuple[Fraction, ...]:
    return tuple(sorted(give for give in [*(b.give for b in points.bands), points.otherwise] if give is not None))


def _worths(item: Item, stages: Sequence[str]) -> list[tuple[Fraction, Fraction]]:
    """Return the least and most points of every stage and code, flat; nothing for codes that never come."""
    points = cast("Step", item.points)
    table, none = _table(points), (Fraction(0), Fraction(0))
    size, unknown = len(table), _unknown(points)
    weights = [item.weight[stage] for stage in stages] if isinstance(item.weight, Mapping) else [item.weight]
    found = []
    for weight in weights:
        own = [none] * (size * size)
        for rank, value in enumerate(table):
            own[rank * (size + 1)] = (value * (weight or 0),) * 2
        low, high = divmod(unknown, size)
        if low != high and item.missing != "zero":
            ends = sorted((table[low] * (weight or 0), table[high] * (weight or 0)))
            own[unknown] = (ends[0], ends[1])
        found += own
    return found


def _plain(item: Item, worths: Sequence[tuple[Fraction, Fraction]], denominator: int) -> PlainStep | None:
    points = cast("Step", item.points)
    fact = cast("Fact", points.of)
    scale = SCALE.get(variables()[fact.name].dtype, 1)
    is_rising = points.bands[0].limit.operation in _RISING
    thresholds = []
    for band in points.bands:
        exact = (band.limit.at or Fraction(0)) * scale
        is_whole = band.limit.operation in ("at_least", "less_than")
        thresholds.append(math.ceil(exact) if is_whole else math.floor(exact) + 1)
    if any(abs(threshold) > _MOST for threshold in thresholds):
        return None
    table = _table(points)
    low, high = (np.array([int(pair[end] * denominator) for pair in worths], dtype=np.int64) for end in (0, 1))
    return PlainStep(
        item=item,
        name=fact.name,
        lag=fact.lag,
        thresholds=np.array(sorted(thresholds), dtype=np.int64),
        is_rising=is_rising,
        ranks=len(table),
        table=table,
        unknown=_unknown(points),
        low=low,
        high=high,
        is_staged=isinstance(item.weight, Mapping),
    )


def _unknown(points: Step) -> int:
    """Return the code of a fact that is unknown: it may be all that the vocabulary lets it be."""
    variable, table = variables()[cast("Fact", points.of).name], _table(points)
    least: Bound = -math.inf if variable.at_least is None else variable.at_least
    most: Bound = math.inf if variable.at_most is None else variable.at_most
    worst, best = (least, most) if points.bands[0].limit.operation in _RISING else (most, least)
    return table.index(_of_band(points, worst)) * len(table) + table.index(_of_band(points, best))


def _of_band(points: Step, value: Bound) -> Fraction:
    gives = (band.give for band in points.bands if met(band.limit, Span(value, value)))
    return next(gives, points.otherwise) or Fraction(0)


def add_step(
    step: PlainStep, values: Ints, known: Bools, start: Starts, codes: Codes, total: Sum, *, compiled: bool
) -> None:
    """Write the codes of a block into ``codes`` and add its points to ``total``.

    ``start`` is where the table of each row's stage begins. All are ``(n,)``.
    """
    if total.high is None and step.leaves_span and not bool(known.all()):
        total.high = total.low.copy()
    kernel = _compiled() if compiled else None
    if kernel is None:
        _plain_codes(step, values, known, codes)
        places = start + codes
        total.low += step.low.take(places)
        if total.high is not None:
            total.high += step.high.take(places)
        return
    width, unknown, low = np.uint8(step.ranks + 1), np.uint8(step.unknown), total.low
    high = low if total.high is None else total.high
    rule = (step.thresholds, step.is_rising, width, unknown, start, step.low, step.high)
    kernel(values, known, *rule, codes, low, high, total.high is not None)


def _plain_codes(step: PlainStep, values: Ints, known: Bools, codes: Codes) -> None:
    compare = np.greater_equal if step.is_rising else np.less
    reached, is_known = np.empty(len(values), dtype=bool), known.view(np.uint8)
    codes[:] = 0
    for threshold in step.thresholds:
        compare(values, threshold, out=reached)
        codes += reached.view(np.uint8)
    codes *= np.uint8(step.ranks + 1)
    codes *= is_known
    codes += (is_known ^ np.uint8(1)) * np.uint8(step.unknown)


def is_compiled() -> bool:
    """Return whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


@functools.cache
def _compiled() -> Callable[..., None] | None:
    """Return the loop over rows as machine code; None without numba."""
    if not is_compiled():
        return None
    numba = importlib.import_module("numba")
    return cast("Callable[..., None]", numba.njit(nogil=True, boundscheck=False)(_loop))


def _loop(  # noqa: PLR0917 - numba takes places, not names
    values: Ints,
    known: Bools,
    thresholds: Ints,
    is_rising: bool,
    width: np.uint8,
    unknown: np.uint8,
    start: Starts,
    low: Ints,
    high: Ints,
    codes: Codes,
    total_low: Ints,
    total_high: Ints,
    has_high: bool,
) -> None:
    """Do what ``add_step`` does without numba, in three passes that a compiler turns into wide instructions."""
    rows, steps = len(values), len(thresholds)
    if steps == 4:
        first, second, third, fourth = thresholds[0], thresholds[1], thresholds[2], thresholds[3]
        for row in range(rows):
            value = values[row]
            codes[row] = (value >= first) + (value >= second) + (value >= third) + (value >= fourth)
    else:
        for row in range(rows):
            codes[row] = 0
        for place in range(steps):
            threshold = thresholds[place]
            for row in range(rows):
                codes[row] += values[row] >= threshold
    for row in range(rows):
        rank = codes[row] if is_rising else steps - codes[row]
        codes[row] = rank * width if known[row] else unknown
    for row in range(rows):
        total_low[row] += low[start[row] + codes[row]]
    if has_high:
        for row in range(rows):
            total_high[row] += high[start[row] + codes[row]]
