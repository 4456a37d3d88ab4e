"""Days as machines and people write them: sure ones are read, rounded ones stay unknown, wrong ones are said."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.sources.moments import moments, read_day, read_month, read_year

EPOCH = date(1970, 1, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
KNOWN = date(2024, 7, 15)


def read(texts: list[str | None], grain: str = "day", form: str = "epoch_ms") -> list[date | None]:
    found = moments(pa.array(texts, pa.string()), grain, form, KNOWN)
    return [EPOCH + timedelta(days=int(v)) if k else None for v, k in zip(found.values, found.known, strict=True)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("二〇一七年十月二十三日", date(2017, 10, 23)),
        ("二○一六年九月一日", date(2016, 9, 1)),
        ("二零一五年十二月三十一日", date(2015, 12, 31)),
        ("二〇一五年二月三十日", None),
        ("二○一五年月一月八日", None),
        ("二〇一七年十月", None),
        ("20161024112810", date(2016, 10, 24)),
        ("20161024252810", None),
        ("2017/7/18 9:30", date(2017, 7, 18)),
        ("2017-07-18T23:59:59", date(2017, 7, 18)),
        ("2017-07-18 23:30:00+08", date(2017, 7, 18)),
        ("2017-07-18 23:30:00+00", None),
        ("2017-07-18 25:00", None),
    ],
)
def test_a_day_in_any_writing_is_the_calendars(written: str, meant: date | None) -> None:
    assert read_day(written) == meant


def test_months_and_years_in_chinese_numerals() -> None:
    assert read_month("二〇一七年十月") == date(2017, 10, 1)
    assert read_month("二〇一七年十三月") is None
    assert read_year("二〇一七年度") == date(2017, 1, 1)
    assert read_year("二〇一七年十月") is None


@given(st.lists(st.dates(date(1971, 1, 1), date(2100, 12, 31)), min_size=1, max_size=20))
def test_every_midnight_in_milliseconds_is_its_day_summer_time_too(days: list[date]) -> None:
    """The peer is the standard library's own calendar of time zones."""
    written = [str(int(datetime(d.year, d.month, d.day, tzinfo=SHANGHAI).timestamp() * 1000)) + ".0" for d in days]
    assert read([*written, "1500000061001.0"])[:-1] == days  # a clock with seconds shows that nothing was rounded


def test_a_rounded_day_is_read_only_where_it_names_one() -> None:
    days = [date(2015, 1, 30), date(2018, 5, 28), date(2044, 3, 6)]
    exact = [int(datetime(d.year, d.month, d.day, tzinfo=SHANGHAI).timestamp()) * 1000 for d in days]
    assert read([str(ms) for ms in exact] + ["1422547261123"])[:3] == days
    assert read([f"{round(ms, -7)}.0" for ms in exact]) == days
    assert read([f"{round(ms, -10)}.0" for ms in exact]) == [None, None, None]
    assert read(["1480000000000.0", "1490000000000.0"], "year") == [None, date(2017, 1, 1)]


def test_rounded_to_hours_is_unknown_at_the_turn_of_a_day() -> None:
    found = moments(pa.array(["1497240000000.0", "1497280000000.0", "1497310000000.0"]), "day", "epoch_ms", KNOWN)
    assert found.known.tolist() == [True, False, True]
    assert found.coarse.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("14小时前", KNOWN),
        ("30小时前", date(2024, 7, 14)),
        ("3天前", date(2024, 7, 12)),
        ("两周前", date(2024, 7, 1)),
        ("1个月前", date(2024, 6, 15)),
        ("昨天", date(2024, 7, 14)),
        ("刚刚", KNOWN),
        ("2024-07-01", date(2024, 7, 1)),
        ("很久以前", None),
    ],
)
def test_relative_days_count_back_from_the_known_day(written: str, meant: date | None) -> None:
    assert read([written], form="relative") == [meant]


def test_forms_are_read_only_where_they_are_declared() -> None:
    found = moments(pa.array(["1422547200000.0", "3天前"]), "day", "", KNOWN)
    assert found.wrong.tolist() == [True, True]
