"""What a rule says of one entity while some of its facts may vary: numbers as forms, conditions as one-sided claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from huoju.core import rule
from huoju.core.rule import readings
from huoju.core.rule_row import Row
from huoju.ratings.gap_forms import (
    OPEN_ENDS,
    ZERO,
    Atom,
    Ends,
    Floor,
    Form,
    Line,
    Logic,
    NotLinear,
    Pick,
    Quotient,
    Reach,
    at_least,
    both,
    either,
    form_of,
    negative,
    plus,
    ratio,
    times,
)

Key = tuple[str, int]


class Reader:
    """Reads rules for one entity: facts in ``lines`` or ``labels`` vary, all else is what the view knows.

    ``lines`` gives number and flags by name and lag; ``labels`` gives a variable of 0 and 1 for each label of a text.
    ``reach`` says between what a line may lie.
    """

    def __init__(
        self, row: Row, lines: Mapping[Key, Line], labels: Mapping[Key, Mapping[str, Line]], reach: Reach
    ) -> None:
        self.row, self.lines, self.labels, self.reach = row, lines, labels, reach
        self._varies: dict[tuple[rule.Node, int], bool] = {}

    def last(self) -> Reader:
        """Return the same reader that takes unknown facts from the latest year that knows them."""
        return Reader(Row(self.row.view, self.row.row, last=True), self.lines, self.labels, self.reach)

    def varies(self, node: rule.Node, lag: int = 0) -> bool:
        """Return whether a rule reads a fact that may vary."""
        key = (node, lag)
        if key not in self._varies:
            read = {(r.name, r.lag) for r in readings(node, lag) if r.sort == "fact"}
            self._varies[key] = any(fact in self.lines or fact in self.labels for fact in read)
        return self._varies[key]

    def hold(self, *nodes: rule.Node) -> NotLinear:
        """Return the exception that asks to hold all that some rules read."""
        read = {(r.name, r.lag) for node in nodes for r in readings(node)}
        found = {v for key in read if key in self.lines for v, _ in self.lines[key].terms}
        found |= {v for key in read if key in self.labels for line in self.labels[key].values() for v, _ in line.terms}
        return NotLinear(found)

    def number(self, node: rule.Number, lag: int = 0) -> Ends:
        """Return what a number may be. Raises ``NotLinear`` where a product of varying facts would be needed."""
        if not self.varies(node, lag):
            return Ends(*(form_of(end) for end in self.row.number(node, lag)))
        match node:
            case rule.Fact(name, own):
                value = Quotient(self.lines[name, lag + own])
                return Ends(value, value)
            case rule.Apply(operation, of):
                return self._apply(operation, [self.number(part, lag) for part in of])
            case rule.Total(of, years):
                return self._apply("sum", [self.number(of, lag + back) for back in range(years)])
            case rule.Shift(of, years):
                return self.number(of, lag + years)
            case rule.When(branches, otherwise):
                return self._when(branches, otherwise, lag)
            case rule.Coalesce(parts):
                return self._coalesce(parts, lag)
            case rule.Count(conditions):
                return self._count(conditions, lag)
            case _:
                raise self.hold(node)

    def claim(self, node: rule.Truth, lag: int = 0, *, holds: bool = True) -> Logic:
        """Return what must be so that a condition certainly holds, or certainly does not."""
        if not self.varies(node, lag):
            return self.row.truth(node, lag) is holds
        match node:
            case rule.Flag(name, own):
                line = self.lines[name, lag + own]
                return Atom(line.plus(Line(Fraction(-1))) if holds else line.by(Fraction(-1)))
            case rule.Compare(operation, left, right):
                return self.compared(operation, self.number(left, lag), self.number(right, lag), holds=holds)
            case rule.Is(name, labels, own):
                return self.label(name, labels, lag + own, holds=holds)
            case rule.All(of):
                return (both if holds else either)(self.claim(part, lag, holds=holds) for part in of)
            case rule.Any(of):
                return (either if holds else both)(self.claim(part, lag, holds=holds) for part in of)
            case rule.Not(of):
                return self.claim(of, lag, holds=not holds)
            case rule.Every(of, years):
                return (both if holds else either)(self.claim(of, lag + back, holds=holds) for back in range(years))
            case rule.Some(of, years):
                return (either if holds else both)(self.claim(of, lag + back, holds=holds) for back in range(years))
            case rule.Known(of):
                return self._known(of, lag, holds)
            case rule.Judgement():
                raise AssertionError("a judgement does not vary")

    def compared(self, operation: rule.Comparison, left: Ends, right: Ends, *, holds: bool) -> Logic:
        """Return what must be so that a comparison certainly holds, or certainly does not."""
        if operation in ("at_most", "less_than"):
            mirrored: rule.Comparison = "at_least" if operation == "at_most" else "more_than"
            return self.compared(mirrored, right, left, holds=holds)
        if operation == "equal":
            if holds and not (left.is_known and right.is_known):
                return False
            ways = (left, right), (right, left)
            return (both if holds else either)(
                at_least(one.low, two.high, self.reach, is_strict=not holds) for one, two in ways
            )
        is_strict = operation == "more_than"
        if holds:
            return at_least(left.low, right.high, self.reach, is_strict=is_strict)
        return at_least(right.low, left.high, self.reach, is_strict=not is_strict)

    def label(self, name: str, labels: Sequence[str], lag: int, *, holds: bool = True) -> Logic:
        """Return what must be so that a text that varies is one of ``labels``, or is not."""
        chosen = Line(ZERO)
        for label in labels:
            chosen = chosen.plus(self.labels[name, lag].get(label, Line(ZERO)))
        return Atom(chosen.plus(Line(Fraction(-1))) if holds else chosen.by(Fraction(-1)))

    def _apply(self, operation: rule.Arithmetic, of: Sequence[Ends]) -> Ends:
        match operation:
            case "sum":
                return _folded(of, lambda a, b: Ends(plus(a.low, b.low), plus(a.high, b.high)))
            case "difference":
                return self._apply("sum", [of[0], Ends(negative(of[1].high), negative(of[1].low))])
            case "product":
                return _folded(of, times)
            case "ratio":
                return ratio(of[0], of[1], self.reach)
            case "floor":
                return Ends(Floor(of[0].low), Floor(of[0].high))
            case "min" | "max":
                which: Literal["least", "greatest"] = "least" if operation == "min" else "greatest"
                ends = [Pick(which, tuple((False, own) for own in side)) for side in zip(*map(_pair, of), strict=True)]
                return Ends(ends[0], ends[1])

    def _when(self, branches: tuple[tuple[rule.Truth, rule.Number], ...], otherwise: rule.Number, lag: int) -> Ends:
        earlier: list[Logic] = []
        found: list[tuple[Logic, Ends]] = []
        for condition, then in branches:
            out = either([*earlier, self.claim(condition, lag, holds=False)])
            if out is not True:
                found.append((out, self.number(then, lag)))
            earlier.append(self.claim(condition, lag))
        last = either(earlier)
        if last is not True:
            found.append((last, self.number(otherwise, lag)))
        if len(found) == 1:
            return found[0][1]
        if any(isinstance(end, Pick) for _, ends in found for end in _pair(ends)):
            found = [(out, Ends(_clear(ends.low), _clear(ends.high))) for out, ends in found]
        return Ends(
            Pick("least", tuple((out, ends.low) for out, ends in found)),
            Pick("greatest", tuple((out, ends.high) for out, ends in found)),
        )

    def _coalesce(self, parts: Sequence[rule.Number], lag: int) -> Ends:
        found = [self.number(part, lag) for part in parts]
        for ends, part in zip(found, parts, strict=True):
            if ends.is_known:
                return ends
            if self.varies(part, lag):
                raise self.hold(*parts)
        raise AssertionError("what varies is one of the parts")

    def _count(self, conditions: Sequence[rule.Truth], lag: int) -> Ends:
        low = high = form_of(ZERO)
        one, none = form_of(Fraction(1)), form_of(ZERO)
        for condition in conditions:
            yes, no = self.claim(condition, lag), self.claim(condition, lag, holds=False)
            low = plus(low, Pick("least", ((yes, none), (False, one))) if yes is not True else one)
            high = plus(high, Pick("greatest", ((no, one), (False, none))) if no is not True else none)
        raise self.hold(*conditions) if low != high else AssertionError("what varies leaves a count open")

    def _known(self, of: rule.Number, lag: int, holds: bool) -> Logic:
        ends = self.number(of, lag)
        if ends.is_known:
            return holds
        raise self.hold(of)


def _pair(ends: Ends) -> tuple[Form, Form]:
    return ends.low, ends.high


def _clear(form: Form) -> Form:
    return form


def _folded(of: Sequence[Ends], join: Callable[[Ends, Ends], Ends]) -> Ends:
    found = of[0]
    for ends in of[1:]:
        found = join(found, ends)
    return found


__all__ = ["OPEN_ENDS", "Key", "Reader"]
