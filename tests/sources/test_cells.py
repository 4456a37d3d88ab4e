"""Text cells become values exactly, or are said to be none."""

from datetime import date, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.money import MICRO
from huoju.sources.cells import UNIT_FACTORS, fold, numbers
from huoju.sources.moments import days, read_day, read_month

EPOCH = date(1970, 1, 1)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-05-01", date(2023, 5, 1)),
        ("2023/5/1", date(2023, 5, 1)),
        ("2023.5.1", date(2023, 5, 1)),
        ("2023年5月1日", date(2023, 5, 1)),
        ("20230501", date(2023, 5, 1)),
        ("2023-05-01 00:00:00", date(2023, 5, 1)),
        ("45047", date(2023, 5, 1)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2023-02-29", None),
        ("2023-13-01", None),
        ("2023-5", None),
        ("0000-00-00", None),
        ("1023-05-01", None),
        ("昨天", None),
        ("5", None),
    ],
)
def test_a_day_is_what_the_calendar_has(written: str, meant: date | None) -> None:
    assert read_day(written) == meant


@pytest.mark.parametrize("written", ["202405", "2024-05", "2024-5", "2024/05", "2024.5", "2024年5月", "2024年05月份"])
def test_a_month_is_read_in_every_spelling(written: str) -> None:
    assert read_month(written) == date(2024, 5, 1)


@given(st.dates(date(1955, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_its_spellings(day: date) -> None:
    spellings = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日"]
    spellings.append(str((day - date(1899, 12, 30)).days))
    values, known, wrong = days(pa.array(spellings), "day")
    assert [EPOCH + timedelta(days=int(value)) for value in values] == [day] * 4
    assert known.all()
    assert not wrong.any()


@given(st.integers(-(10**14), 10**14))
def test_every_fen_survives_wan_yuan(fen: int) -> None:
    """万元 with six decimals is exact; binary floats would put many amounts off by a hair."""
    written = f"{'-' if fen < 0 else ''}{abs(fen) // 10**6}.{abs(fen) % 10**6:06d}"
    values, known, _ = numbers(pa.array([written]), UNIT_FACTORS["万元"])
    assert known[0]
    assert values[0] == fen


def test_full_width_digits_and_percent_signs_count() -> None:
    values, known, _ = numbers(pa.array(["３．５％", "3.5%", "１２", "0.035"]), UNIT_FACTORS["1"])
    assert known.all()
    assert values.tolist() == [35_000, 35_000, 12 * MICRO, 35_000]


@pytest.mark.parametrize(
    "written", ["NaN", "Infinity", "-inf", "1,000", "1 000", "1e400", "0x10", "１２人", "=1+1", "12-", "٣٤", "1_000"]
)
def test_what_is_no_plain_number_is_wrong_and_not_zero(written: str) -> None:
    values, known, wrong = numbers(pa.array([written, "7"]), 1)
    assert known.tolist() == [False, True]
    assert wrong.tolist() == [True, False]
    assert values[1] == 7


@pytest.mark.parametrize("written", ["", "-", "——", "无", "暂无", "N/A", "null", " ", "　"])
def test_words_for_no_value_are_unknown_and_not_wrong(written: str) -> None:
    _, known, wrong = numbers(pa.array([written, None]), Fraction(100))
    assert not known.any()
    assert not wrong.any()


def test_folding_is_for_reading_only() -> None:
    column = pa.array([" ＡＢＣ　", "无", None, "苏州（中国）"])
    assert fold(column).to_pylist() == ["ABC", None, None, "苏州(中国)"]
    assert column.to_pylist() == [" ＡＢＣ　", "无", None, "苏州（中国）"]
