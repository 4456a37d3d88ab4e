"""Places among all are told only where no missing fact can change them."""

from fractions import Fraction

from huoju.core.rule_row import Span
from huoju.ratings.ranking import listed, ranks, removed


def known(*values: int) -> list[Span | None]:
    return [Span.of(value) for value in values]


def test_the_highest_comes_first_and_equals_by_id() -> None:
    assert ranks(known(70, 90, 70, 80), ["b", "x", "a", "c"], ["all"] * 4) == [4, 1, 3, 2]


def test_places_are_within_the_stage() -> None:
    assert ranks(known(70, 90, 60, 80), list("abcd"), ["young", "old", "young", "old"]) == [1, 1, 2, 2]


def test_what_may_still_come_before_leaves_the_place_open() -> None:
    totals = [Span.of(90), Span(Fraction(50), Fraction(85)), Span.of(80), Span.of(40)]
    assert ranks(totals, list("abcd"), ["all"] * 4) == [1, None, None, 4]


def test_one_that_can_not_be_scored_leaves_all_open() -> None:
    assert ranks([Span.of(90), None], ["a", "b"], ["all", "all"]) == [None, None]
    assert ranks(known(90, 80), ["a", "b"], ["young", None]) == [None, None]


def test_a_quota_takes_the_first() -> None:
    assert listed([2, 1, None, 3], 2) == [True, True, None, False]


def test_the_last_share_in_every_year_is_removed() -> None:
    """5 % of 20 is one: the last place in three years running; twice is not enough, unknown decides nothing."""
    last, other = list(range(1, 21)), [20, *range(1, 20)]
    assert removed([last, last, last], Fraction("0.05")) == [False] * 19 + [True]
    assert removed([last, last, other], Fraction("0.05")) == [False] * 20
    assert removed([last, [*last[:-1], None], last], Fraction("0.05"))[-1] is None
    assert removed([last[:19], last[:19]], Fraction("0.05")) == [False] * 19
