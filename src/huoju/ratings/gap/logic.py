"""What a rule says of one entity while some of its facts may vary: numbers as forms, conditions as one-sided claims."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Literal

from huoju.core import rule
from huoju.core.rule import readings
from huoju.core.rule_row import Row
from huoju.ratings.gap.forms import (
    Endless,
    Ends,
    Floor,
    Form,
    Pick,
    Quotient,
    at_least,
    form_of,
    negative,
    plus,
    ratio,
    times,
)
from huoju.ratings.gap.lines import ZERO, Atom, Line, Logic, NotLinear, Reach, both, either

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
        try:
            return self._number(node, lag)
        except NotLinear as error:
            raise error if error.variables else self.hold(node) from None

    def _number(self, node: rule.Number, lag: int) -> Ends:
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
            case rule.Peer(statistic=statistic) if statistic not in ("rank", "percentile"):
                return Ends(*(form_of(end) for end in self.row.number(node, lag)))
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
                return self._comparison(operation, left, right, lag, holds=holds)
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

    def _comparison(
        self, operation: rule.Comparison, left: rule.Number, right: rule.Number, lag: int, *, holds: bool
    ) -> Logic:
        if isinstance(left, rule.Count) and isinstance(right, rule.Constant) and operation != "equal":
            is_upper = operation in ("at_most", "less_than")  # a count is at most 2 where it is not at least 3
            is_next = operation in ("more_than", "at_most")
            limit = math.floor(right.value) + 1 if is_next else math.ceil(right.value)
            return self._counted(left, limit, lag, holds=holds is not is_upper)
        return self.compared(operation, self.number(left, lag), self.number(right, lag), holds=holds)

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
                lows, highs = zip(*map(_pair, of), strict=True)
                return Ends(Pick(which, _always(lows)), Pick(which, _always(highs)))

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
        return Ends(
            Pick("least", tuple((out, ends.low) for out, ends in found)),
            Pick("greatest", tuple((out, ends.high) for out, ends in found)),
        )

    def _coalesce(self, parts: Sequence[rule.Number], lag: int) -> Ends:
        found = [self.number(part, lag) for part in parts]
        for ends, part in zip(found, parts, strict=True):
            if ends.is_known:
                return ends
            if self.varies(part, lag) and not any(isinstance(end, Endless) for end in _pair(ends)):
                raise self.hold(*parts)
        lows, highs = zip(*map(_pair, found), strict=True)
        return Ends(Pick("least", _always(lows)), Pick("greatest", _always(highs)))

    def _counted(self, count: rule.Count, limit: int, lag: int, *, holds: bool) -> Logic:
        """Return what must be so that at least so many conditions certainly hold, or certainly do not."""
        conditions = count.of
        size = limit if holds else len(conditions) - limit + 1
        if size <= 0:
            return True
        claims = [self.claim(condition, lag, holds=holds) for condition in conditions]
        return either(both(chosen) for chosen in combinations(claims, size))

    def _known(self, of: rule.Number, lag: int, holds: bool) -> Logic:
        ends = self.number(of, lag)
        if ends.is_known:
            return holds
        raise self.hold(of)


def _pair(ends: Ends) -> tuple[Form, Form]:
    return ends.low, ends.high


def _always(forms: Iterable[Form]) -> tuple[tuple[Logic, Form], ...]:
    return tuple((False, form) for form in forms)


def _folded(of: Sequence[Ends], join: Callable[[Ends, Ends], Ends]) -> Ends:
    found = of[0]
    for ends in of[1:]:
        found = join(found, ends)
    return found
