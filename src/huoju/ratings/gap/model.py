"""A cheapest-choice problem in exact fractions: variables, rows, rows that hold only where a choice is made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from huoju.ratings.gap.lines import ONE, ZERO, Atom, Both, Either, Line, Logic


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable between two ends. ``is_choice`` is 0 or 1 and decides which rows hold; ``cost`` is by unit."""

    low: Fraction
    high: Fraction
    is_whole: bool
    cost: Fraction
    is_choice: bool
    is_claim: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is at least 0, wherever every choice of ``when`` has the value beside it."""

    line: Line
    when: tuple[tuple[int, int], ...] = ()


class Model:
    """What is to be chosen, and what must hold."""

    def __init__(self) -> None:
        self.variables: list[Variable] = []
        self.rows: list[Row] = []
        self.is_possible = True
        self._claims: dict[Logic, int] = {}

    def amount(self, low: Fraction, high: Fraction, *, cost: Fraction = ZERO, is_whole: bool = False) -> Line:
        """Add a variable and return it as a line."""
        self.variables.append(Variable(low, high, is_whole, cost, False))
        return Line(ZERO, ((len(self.variables) - 1, ONE),))

    def choice(self, *, cost: Fraction = ZERO, is_claim: bool = False) -> int:
        """Add a choice of 0 or 1 and return its number."""
        self.variables.append(Variable(ZERO, ONE, True, cost, True, is_claim))
        return len(self.variables) - 1

    def require(self, line: Line, *when: tuple[int, int]) -> None:
        """Demand that a line is at least 0, always or where choices are made."""
        low, high = self.reach(line)
        if low >= 0:
            return
        if high < 0 and not when:
            self.is_possible = False
        self.rows.append(Row(line, when))

    def demand(self, logic: Logic) -> None:
        """Demand that something holds."""
        if logic is False:
            self.is_possible = False
        elif isinstance(logic, Both):
            for part in logic.of:
                self.demand(part)
        elif isinstance(logic, Atom):
            self.require(self.closed(logic))
        elif isinstance(logic, Either):
            self.require(one_of([self.claim(part) for part in logic.of]))

    def claim(self, logic: Logic) -> int:
        """Return a choice that can be 1 only where something holds."""
        if logic in self._claims:
            return self._claims[logic]
        chosen = self.choice(is_claim=True)
        self._claims[logic] = chosen
        if logic is False:
            self.require(Line(ZERO, ((chosen, -ONE),)))
        elif isinstance(logic, Atom):
            self.require(self.closed(logic), (chosen, 1))
            against = self._claims.get(Atom(logic.line.by(-ONE), not logic.is_strict))
            if against is not None:  # the two are too close to each other for floats to tell them apart
                self.require(Line(ONE, ((against, -ONE), (chosen, -ONE))))
        elif isinstance(logic, Both):
            for part in logic.of:
                self.require(Line(ZERO, ((self.claim(part), ONE),)).plus(Line(ZERO, ((chosen, -ONE),))))
        elif isinstance(logic, Either):
            parts = [self.claim(part) for part in logic.of]
            self.require(one_of(parts).plus(Line(ONE, ((chosen, -ONE),))))
        return chosen

    def reach(self, line: Line) -> tuple[Fraction, Fraction]:
        """Return between what a line may lie."""
        low = high = line.constant
        for number, factor in line.terms:
            variable = self.variables[number]
            ends = (factor * variable.low, factor * variable.high)
            low, high = low + min(ends), high + max(ends)
        return low, high

    def closed(self, atom: Atom) -> Line:
        """Return a line that is at least 0 just where the atom holds: above 0 is at least the next it can be."""
        if not atom.is_strict:
            return atom.line
        grain = math.lcm(atom.line.constant.denominator, *(factor.denominator for _, factor in atom.line.terms))
        if not all(self.variables[number].is_whole for number, _ in atom.line.terms):
            grain = 10**9
        return atom.line.plus(Line(Fraction(-1, grain)))


def one_of(choices: Sequence[int]) -> Line:
    """Return a line that is at least 0 where one of several choices is made."""
    line = Line(Fraction(-1))
    for choice in choices:
        line = line.plus(Line(ZERO, ((choice, ONE),)))
    return line
