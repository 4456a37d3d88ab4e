"""Evaluating rules for many entities at once, exactly: the same answers as ``core/rule_row.py``, column by column."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core import rule
from huoju.core.exact import OPEN_HIGH, Bools, Exact, select
from huoju.core.rule_row import statistic
from huoju.core.spans import (
    ALWAYS,
    NEVER,
    OPEN,
    Spans,
    Truths,
    all_of,
    any_of,
    apply,
    choose,
    coalesce,
    count,
    full_years,
    joined,
    meets,
    placed,
)
from huoju.core.variable import variables
from huoju.core.view import SCALE, View

Codes = NDArray[np.int64]
Rows = slice | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Some rows of a view. With ``last``, unknown facts are taken from the latest year that knows them."""

    view: View
    rows: Rows
    last: bool = False
    _numbers: dict[tuple[int, int], tuple[rule.Number, Spans]] = field(default_factory=dict)
    _truths: dict[tuple[int, int], tuple[rule.Truth, Truths]] = field(default_factory=dict)
    _facts: dict[tuple[str, int], Spans] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(range(len(self.view))[self.rows]) if isinstance(self.rows, slice) else len(self.rows)

    def number(self, node: rule.Number, lag: int = 0) -> Spans:
        """Return what a number may be, ``(n,)`` or one for all; an expression met again is not evaluated again."""
        key = (id(node), lag)
        if key not in self._numbers:
            self._numbers[key] = node, self._number(node, lag)  # the node is kept, so that its id stays its own
        return self._numbers[key][1]

    def truth(self, node: rule.Truth, lag: int = 0) -> Truths:
        """Return where a condition holds, ``(n,)`` or one for all."""
        key = (id(node), lag)
        if key not in self._truths:
            self._truths[key] = node, self._truth(node, lag)
        return self._truths[key][1]

    def fact(self, name: str, lag: int = 0) -> tuple[NDArray[np.int64], Bools]:
        """Return whole units of a variable and where they are known, ``(n,)``; unknown ones mean nothing."""
        column = self.view.column(name, lag, last=self.last)
        return np.asarray(column.values[self.rows]).astype(np.int64, copy=False), column.known[self.rows]

    def labels(self, name: str, lag: int = 0) -> tuple[Codes, tuple[str, ...]]:
        """Return for each row the place of its text among the labels found, or -1 where it is unknown."""
        column = self.view.column(name, lag, last=self.last)
        known = column.known[self.rows]
        found = pa.array(column.values[self.rows], pa.string(), mask=~known).dictionary_encode()
        codes = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False)
        return codes.astype(np.int64), tuple(found.dictionary.to_pylist())

    def judgement(self, name: str) -> tuple[Exact, Bools]:
        """Return what persons decided, in points or as 0 and 1, and where; ``(n,)``."""
        column = self.view.judgements.get(name)
        if column is None:
            return Exact.of(Fraction(0)), NEVER
        return Exact(column.values[self.rows].astype(np.int64, copy=False), 1_000_000), column.known[self.rows]

    def _number(self, node: rule.Number, lag: int) -> Spans:
        match node:
            case rule.Constant(value):
                return Spans.of(value)
            case rule.Fact(name, own):
                return self._fact(name, lag + own)
            case rule.Apply(operation, of):
                return apply(operation, [self.number(part, lag) for part in of])
            case rule.Parameter(name):
                stated = self.view.parameters.get(name)
                return OPEN if stated is None else Spans.of(stated)
            case rule.Total(of, years):
                return apply("sum", [self.number(of, lag + back) for back in range(years)])
            case rule.Shift(of, years):
                return self.number(of, lag + years)
            case rule.When(branches, otherwise):
                return self._when(branches, otherwise, lag)
            case rule.Coalesce(parts):
                return coalesce([self.number(part, lag) for part in parts])
            case rule.Count(conditions):
                return count([self.truth(condition, lag) for condition in conditions])
            case rule.Day(which):
                return Spans.of(Fraction(self.view.days(which, lag)))
            case rule.FullYears(start, end):
                return full_years(self.number(start, lag), self.number(end, lag))
            case rule.Events():
                return self._events(node, lag)
            case rule.Peer():
                return self._peer(node, lag)

    def _truth(self, node: rule.Truth, lag: int) -> Truths:
        match node:
            case rule.Flag(name, own):
                values, known = self.fact(name, lag + own)
                return Truths(known & (values != 0), known & (values == 0))
            case rule.Compare(operation, left, right):
                return meets(operation, self.number(left, lag), self.number(right, lag))
            case rule.Is(name, labels, own):
                codes, found = self.labels(name, lag + own)
                listed = np.array([*(label in labels for label in found), False])
                return Truths(listed[codes], (codes >= 0) & ~listed[codes])
            case rule.All(of):
                return all_of([self.truth(part, lag) for part in of])
            case rule.Any(of):
                return any_of([self.truth(part, lag) for part in of])
            case rule.Not(of):
                return self.truth(of, lag).inverse()
            case rule.Every(of, years):
                return all_of([self.truth(of, lag + back) for back in range(years)])
            case rule.Some(of, years):
                return any_of([self.truth(of, lag + back) for back in range(years)])
            case rule.Known(of):
                known = self.number(of, lag).known
                return Truths(known, ~known)
            case rule.Judgement(name):
                judged, known = self.judgement(name)
                return Truths(known & (judged.above != 0), known & (judged.above == 0))

    def _fact(self, name: str, lag: int) -> Spans:
        if (name, lag) not in self._facts:
            variable = variables()[name]
            values, known = self.fact(name, lag)
            found = Exact(values, SCALE.get(variable.dtype, 1))
            spans = Spans(found, found)
            if not known.all():
                low = -math.inf if variable.at_least is None else variable.at_least
                open_ones = Spans.of(low, math.inf if variable.at_most is None else variable.at_most)
                spans = choose(known, spans, open_ones)
            self._facts[name, lag] = spans
        return self._facts[name, lag]

    def _when(self, branches: tuple[tuple[rule.Truth, rule.Number], ...], otherwise: rule.Number, lag: int) -> Spans:
        live, found, has = ALWAYS, None, NEVER
        for condition, then in (*branches, (None, otherwise)):
            state = Truths(ALWAYS, NEVER) if condition is None else self.truth(condition, lag)
            take = live & ~state.no
            if take.any():
                spans = self.number(then, lag)
                found = spans if found is None else joined(found, has, spans, take)
                has = has | take
            live = live & ~state.yes
        return OPEN if found is None else found

    def _events(self, node: rule.Events, lag: int) -> Spans:
        found, told = self.view.window(node, lag)
        low = Exact(found[self.rows], 100 if node.give == "amount" else 1)
        known = told[self.rows]
        return Spans(low, low if known.all() else select(known, low, OPEN_HIGH))

    def _peer(self, node: rule.Peer, lag: int) -> Spans:
        values = self.view.populations.get(node.population, {}).get(node.name, ())
        if node.statistic not in ("rank", "percentile"):
            return Spans.of(statistic(node, values)) if values else OPEN
        is_rank = node.statistic == "rank"
        open_one = Spans.of(Fraction(1), math.inf) if is_rank else Spans.of(Fraction(0), Fraction(1))
        own = self.number(node.of, lag)
        if not values or not own.known.any():
            return open_one
        below, above = placed(own.low, values)
        place = Exact(above + 1) if is_rank else Exact(below, len(values))
        return choose(own.known, Spans(place, place), open_one)
