"""An assessment's row says what its columns say."""

from datetime import date
from fractions import Fraction

import numpy as np

from huoju.core import Assessments, EntityId, Part

FIRMS = (EntityId("a"), EntityId("b"))


def assessments(denominator: int | None) -> Assessments:
    return Assessments(
        assessor="demo",
        version="1",
        as_of=date(2020, 1, 1),
        period=None,
        unit="points",
        entities=FIRMS,
        value=np.array([7, 0]),
        known=np.array([True, False]),
        low=np.array([5, 0]),
        high=np.array([9, 10]),
        parts=(Part("growth", "sales"), Part("innovation", "rd")),
        amounts=np.array([[4, 3], [0, 0]]),
        states=np.array([[True, False], [False, False]]),
        gaps=(("rd_expense", None, "科技"), ("cash", None, "企业")),
        gaps_low=np.array([[-1.0, -5.0], [np.nan, np.nan]]),
        gaps_high=np.array([[1.0, 5.0], [np.nan, np.nan]]),
        denominator=denominator,
    )


def test_the_reasons_of_a_row_add_up_to_its_value() -> None:
    row = assessments(None).row(0)
    assert sum(reason.amount for reason in row.reasons) == row.value
    assert [reason.state for reason in row.reasons] == ["known", "unknown"]


def test_with_a_denominator_numbers_are_exact_fractions() -> None:
    assert assessments(10).row(0).value == Fraction(7, 10)


def test_an_open_value_has_a_span_and_no_reasons() -> None:
    row = assessments(None).row(1)
    assert row.value is None
    assert (row.low, row.high) == (0, 10)
    assert row.reasons == ()


def test_what_is_missing_comes_by_how_much_it_could_move_the_result() -> None:
    assert [gap.variable for gap in assessments(None).row(0).missing] == ["cash", "rd_expense"]
