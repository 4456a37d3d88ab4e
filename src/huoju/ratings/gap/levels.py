"""Points bounded from one side, as rows of a model: sums, the least and the greatest of several, limits to meet.

The low side of points can be no more than they certainly are, the high side no less.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from huoju.ratings.gap.lines import ONE, ZERO, Atom, Line, Logic, both, either
from huoju.ratings.gap.model import Model, one_of
from huoju.ratings.scheme import Limit, Stated

Side = Literal["low", "high"]
SIDES: tuple[Side, ...] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Level:
    """Points bounded from one side; they are whole multiples of ``1 / grain``, or any number without one."""

    line: Line
    grain: int | None

    @classmethod
    def of(cls, points: Fraction) -> Level:
        """Return points that do not vary."""
        return cls(Line(points), points.denominator)

    def by(self, factor: Fraction) -> Level:
        """Return a multiple."""
        grain = None if self.grain is None else self.grain * factor.denominator
        return Level(self.line.by(factor), grain)


def added(levels: Sequence[Level]) -> Level:
    """Return a sum of levels of one side."""
    line, grain = Line(ZERO), _common(levels)
    for level in levels:
        line = line.plus(level.line)
    return Level(line, grain)


def _common(levels: Sequence[Level]) -> int | None:
    grains = [level.grain for level in levels]
    return math.lcm(*(grain for grain in grains if grain is not None)) if None not in grains else None


class Levels:
    """Levels of one model."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def least(self, levels: Sequence[Level], side: Side) -> Level:
        """Return the least of several."""
        return self._picked(levels, side, is_every=side == "low")

    def greatest(self, levels: Sequence[Level], side: Side) -> Level:
        """Return the greatest of several."""
        return self._picked(levels, side, is_every=side == "high")

    def _picked(self, levels: Sequence[Level], side: Side, *, is_every: bool) -> Level:
        """Return a level that is held by each of several, or by one that is chosen."""
        found = list(dict.fromkeys(levels))
        if len(found) == 1:
            return found[0]
        if all(not level.line.terms for level in found):
            pick = min if is_every is (side == "low") else max
            return Level.of(pick(level.line.constant for level in found))
        ends = [self.model.reach(level.line) for level in found]
        own = self.model.amount(min(low for low, _ in ends), max(high for _, high in ends))
        chosen = [] if is_every else [self.model.choice(is_claim=True) for _ in found]
        for place, level in enumerate(found):
            self.hold(own, level.line, side, *([] if is_every else [(chosen[place], 1)]))
        if chosen:
            self.model.require(one_of(chosen))
        return Level(own, _common(found))

    def hold(self, own: Line, line: Line, side: Side, *when: tuple[int, int]) -> None:
        """Demand that one line is bounded by another, always or where choices are made."""
        gap = line.plus(own, -ONE)
        self.model.require(gap if side == "low" else gap.by(-ONE), *when)

    def sure(self, logic: Logic) -> Line:
        """Return a line that can be 1 only where something certainly holds, else 0."""
        if isinstance(logic, bool):
            return Line(ONE if logic else ZERO)
        return Line(ZERO, ((self.model.claim(logic), ONE),))


def met(
    limit: Limit,
    at: Stated,
    level: Callable[[Side], Level | None],
    *,
    holds: bool = True,
    round_to: Stated = None,
) -> Logic:
    """Return what must be so that points certainly meet a limit ``at`` a number, or certainly do not.

    ``level`` gives their low and high side, None where they can't be scored: then nothing is certain. With
    ``round_to`` they are rounded half up before they are compared.
    """
    if at is None:
        return False
    if limit.operation == "equal":
        ways = [_beyond(side, level, at, not holds, round_to) for side in SIDES]
        return (both if holds else either)(ways)
    is_upward = limit.operation in ("at_least", "more_than")
    is_strict = limit.operation in ("more_than", "less_than")
    return _beyond("low" if is_upward is holds else "high", level, at, is_strict is holds, round_to)


def _beyond(
    side: Literal["low", "high"],
    level: Callable[[Side], Level | None],
    at: Fraction,
    is_strict: bool,
    round_to: Stated,
) -> Logic:
    """Return that the low side is at least, or the high side at most, a number; strictly or not."""
    found = level(side)
    if found is None:
        return False
    return (_above if side == "low" else _below)(found, at, is_strict, round_to)


def _above(level: Level, at: Fraction, is_strict: bool, round_to: Stated) -> Logic:
    if round_to is not None:
        steps = math.floor(at / round_to) + 1 if is_strict else math.ceil(at / round_to)
        return _above(level, (steps - Fraction(1, 2)) * round_to, False, None)
    if is_strict and level.grain is not None:
        return _above(level, Fraction(math.floor(at * level.grain) + 1, level.grain), False, None)
    return _certain(Atom(level.line.plus(Line(-at)), is_strict))


def _below(level: Level, at: Fraction, is_strict: bool, round_to: Stated) -> Logic:
    if round_to is not None:
        steps = math.ceil(at / round_to) if is_strict else math.floor(at / round_to) + 1
        return _below(level, (steps - Fraction(1, 2)) * round_to, True, None)
    if is_strict and level.grain is not None:
        return _below(level, Fraction(math.ceil(at * level.grain) - 1, level.grain), False, None)
    return _certain(Atom(Line(at).plus(level.line, -ONE), is_strict))


def _certain(atom: Atom) -> Logic:
    if atom.line.terms:
        return atom
    return atom.line.constant > 0 or (atom.line.constant == 0 and not atom.is_strict)
