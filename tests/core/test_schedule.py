"""Loan schedules: principal adds up exactly, and the level payment is the published one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.schedule import METHODS, debt_service


def schedule(principal: int, rate: int, months: int, method: str) -> list[int]:
    due = debt_service(np.array([principal]), np.array([rate]), np.array([months]), np.array([method], dtype=object))
    return [int(amount) for amount in due[0]]


@given(st.integers(100, 10**10), st.integers(0, 300_000), st.integers(1, 60), st.sampled_from(METHODS))
def test_what_is_paid_is_the_principal_and_its_interest(principal: int, rate: int, months: int, method: str) -> None:
    due = schedule(principal, rate, months, method)
    assert len(due) == months
    assert sum(due) >= principal
    assert all(amount >= 0 for amount in due)
    if rate == 0:
        assert sum(due) == principal


def test_a_level_payment_is_the_annuity_of_the_textbook() -> None:
    """100,000 yuan at 6 % over 12 months: a = r / (1 - (1 + r)^-n), 8,606.64 yuan a month."""
    assert schedule(10_000_000, 60_000, 12, "annuity")[:11] == [860_664] * 11


def test_interest_only_repays_at_the_end_and_bullet_pays_all_then() -> None:
    assert schedule(1_200_000, 100_000, 3, "interest_only") == [10_000, 10_000, 1_210_000]
    assert schedule(1_200_000, 100_000, 3, "bullet") == [0, 0, 1_230_000]


def test_another_method_is_an_error() -> None:
    with pytest.raises(ValueError, match="repaid by one of"):
        schedule(100, 0, 1, "sometimes")
