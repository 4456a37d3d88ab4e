"""Periods are half-open, and months end where the calendar says."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.period import Period, add_months, complete_months, last_complete

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_period_holds_its_first_day_and_not_its_end() -> None:
    month = Period.month(2019, 12)
    assert date(2019, 12, 1) in month
    assert date(2019, 12, 31) in month
    assert date(2020, 1, 1) not in month


def test_a_period_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(date(2020, 1, 1), date(2020, 1, 1))


def test_the_last_24_months_of_the_real_invoices_start_on_2018_02_22() -> None:
    assert Period.trailing(date(2020, 2, 21), 24) == Period(date(2018, 2, 22), date(2020, 2, 22))


@given(DAYS, st.integers(1, 60))
def test_complete_months_touch_each_other_and_end_by_the_day(day: date, count: int) -> None:
    months = complete_months(day, count)
    assert len(months) == count
    assert all(earlier.end == later.start for earlier, later in pairwise(months))
    assert months[-1].end <= day + timedelta(days=1)
    assert add_months(months[-1].end, 1) > day + timedelta(days=1)


@given(DAYS)
def test_the_last_day_of_a_month_completes_it(day: date) -> None:
    is_last = (day + timedelta(days=1)).day == 1
    assert (day in last_complete(day, "month")) == is_last


@given(DAYS, st.integers(-600, 600))
def test_adding_months_and_taking_them_back_keeps_the_month(day: date, months: int) -> None:
    there = add_months(day, months)
    back = add_months(there, -months)
    assert (back.year, back.month) == (day.year, day.month)
    assert back.day == min(day.day, there.day)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period.month(2019, 12), "2019-12"),
        (Period.year(2019), "2019"),
        (Period.day(date(2019, 5, 1)), "2019-05-01"),
        (Period.trailing(date(2020, 2, 21), 24), "2018-02-22/2020-02-21"),
    ],
)
def test_a_period_reads_as_people_write_it(period: Period, words: str) -> None:
    assert str(period) == words
