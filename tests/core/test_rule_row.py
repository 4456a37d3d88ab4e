"""Spans of rules: sound over every value that an unknown fact may take, and exact where all is known."""

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core import rule
from huoju.core.rule_row import OPEN, Row, Span, meets
from huoju.ratings.stating import Expected, view_of

DAY = date(2026, 6, 1)
NAMES = ("staff", "rd_staff", "employees")
WHOLE = st.integers(0, 6)


def row(facts: dict[str, object]) -> Row:
    return Row(view_of({"facts": facts}, DAY, 2025, Expected(frozenset(), frozenset())), 0)


def numbers(depth: int) -> st.SearchStrategy[rule.Number]:
    leaf: st.SearchStrategy[rule.Number] = st.one_of(
        st.sampled_from(NAMES).map(rule.Fact), st.fractions(-3, 3, max_denominator=4).map(rule.Constant)
    )
    if depth == 0:
        return leaf
    inner = numbers(depth - 1)
    two = st.tuples(inner, inner)
    return st.one_of(
        leaf,
        st.sampled_from(["sum", "product", "min", "max", "difference", "ratio"]).flatmap(
            lambda name: two.map(lambda of: rule.Apply(name, of))
        ),
        inner.map(lambda of: rule.Apply("floor", (of,))),
        st.tuples(truths(depth - 1), inner, inner).map(lambda p: rule.When(((p[0], p[1]),), p[2])),
        st.lists(truths(depth - 1), min_size=1, max_size=2).map(lambda of: rule.Count(tuple(of))),
    )


def truths(depth: int) -> st.SearchStrategy[rule.Truth]:
    inner = numbers(depth)
    compare: st.SearchStrategy[rule.Truth] = st.tuples(
        st.sampled_from(["at_least", "more_than", "at_most", "less_than", "equal"]), inner, inner
    ).map(lambda p: rule.Compare(*p))
    if depth == 0:
        return compare
    more = st.lists(compare, min_size=1, max_size=2).map(tuple)
    return st.one_of(compare, more.map(rule.All), more.map(rule.Any), compare.map(rule.Not))


@settings(max_examples=300)
@given(numbers(2), st.dictionaries(st.sampled_from(NAMES), WHOLE), WHOLE, WHOLE, WHOLE)
def test_what_becomes_known_lies_within_what_was_possible(
    node: rule.Number, known: dict[str, object], one: int, two: int, three: int
) -> None:
    before = row(known).number(node)
    after = row({**dict(zip(NAMES, (one, two, three), strict=True)), **known}).number(node)
    assert before.low <= after.low <= after.high <= before.high


@settings(max_examples=300)
@given(truths(2), st.dictionaries(st.sampled_from(NAMES), WHOLE), WHOLE, WHOLE, WHOLE)
def test_what_is_decided_stays_decided(
    node: rule.Truth, known: dict[str, object], one: int, two: int, three: int
) -> None:
    before = row(known).truth(node)
    after = row({**dict(zip(NAMES, (one, two, three), strict=True)), **known}).truth(node)
    assert before is None or before == after


@pytest.mark.parametrize(
    ("operation", "left", "right", "holds"),
    [
        ("at_least", (3, 3), (3, 3), True),
        ("more_than", (3, 3), (3, 3), False),
        ("at_most", (2, 4), (4, 5), True),
        ("less_than", (2, 4), (4, 5), None),
        ("equal", (1, 2), (3, 4), False),
        ("equal", (1, 3), (3, 4), None),
        ("at_least", (3, math.inf), (2, 3), True),
    ],
)
def test_spans_are_compared_by_what_may_be(
    operation: rule.Comparison, left: tuple[float, float], right: tuple[float, float], holds: bool | None
) -> None:
    def span(ends: tuple[float, float]) -> Span:
        return Span(*(end if math.isinf(end) else Fraction(end) for end in ends))

    assert meets(operation, span(left), span(right)) is holds


def test_an_unknown_count_is_at_least_nothing_and_a_known_one_is_itself() -> None:
    assert row({}).number(rule.Fact("staff")) == Span(Fraction(0), math.inf)
    assert row({"staff": 4}).number(rule.Fact("staff")) == Span(Fraction(4), Fraction(4))
    assert row({}).number(rule.Fact("net_profit")) == OPEN


def test_years_back_are_read_where_the_rule_says_so() -> None:
    facts: dict[str, object] = {"operating_revenue": {"2025": 5, "2024": 3, "2023": 1}}
    revenue = rule.Fact("operating_revenue")
    assert row(facts).number(rule.Total(revenue, 3)) == Span(Fraction(9), Fraction(9))
    assert row(facts).number(rule.Shift(revenue, 2)) == Span(Fraction(1), Fraction(1))
    more = rule.Compare("at_least", revenue, rule.Constant(Fraction(3)))
    assert [row(facts).truth(rule.Every(more, years)) for years in (2, 3)] == [True, False]
    assert row(facts).truth(rule.Some(rule.Not(more), 3)) is True


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2020-02-29", "2026-02-28", 5), ("2020-06-01", "2026-06-01", 6), ("2026-06-01", "2026-06-01", 0)],
)
def test_a_year_is_full_on_its_day(start: str, end: str, years: int) -> None:
    first, last = (rule.Constant(Fraction((date.fromisoformat(day) - date(1970, 1, 1)).days)) for day in (start, end))
    assert row({}).number(rule.FullYears(first, last)) == Span(Fraction(years), Fraction(years))
