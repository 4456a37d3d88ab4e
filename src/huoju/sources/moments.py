"""Days, months and years as people and machines write them; what the calendar lacks is wrong, never moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.money import parse_numbers
from huoju.core.period import add_months
from huoju.sources.cells import fold
from huoju.sources.coded import is_coded, places_of, plain

FORMS = ("epoch_ms", "epoch_s", "relative")
DAY_MS = 86_400_000
_PRECISE_MS = 60_000  # moments told to the minute count as exact
_HOURS_MS = 8 * 3_600_000  # Asia/Shanghai
_SUMMER_TIME = (date(1986, 5, 1), date(1991, 10, 1))  # within it the clocks of China were moved; tz database
_EPOCH = date(1970, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_CLOCK = r"(?:[ T]([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\+08(?::?00)?)?)?"
_DAY = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})" + _CLOCK),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})" + _CLOCK),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})(?:([01]\d|2[0-3])[0-5]\d[0-5]\d)?"),
)
_MONTH = (
    re.compile(r"(\d{4})(\d{2})"),
    re.compile(r"(\d{4})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月份?"),
)
_YEAR = re.compile(r"(\d{4})年?度?")
_DIGITS = {
    sign: place for signs in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖") for place, sign in enumerate(signs)
}
_DIGITS |= {"○": 0, "O": 0}
_IN_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月份?(?:([一二三四五六七八九十]{1,3})日)?)?"
)
_AGO = re.compile(r"(\d{1,4}|[一二两三四五六七八九十]{1,3})(分钟|小时|天|日|周|星期|个月|月|年)(?:以)?前")
_NEAR = {"刚刚": 0, "刚才": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moments:
    """A column of days: ``values`` since 1970-01-01, ``known`` and ``wrong`` are ``(n,)``.

    ``coarse`` are moments rounded so far that they name no single day (unknown, not wrong); ``relative`` were
    counted back from another day.
    """

    values: Whole
    known: Flags
    wrong: Flags
    coarse: Flags
    relative: Flags


def days(column: pa.Array, grain: str) -> tuple[Whole, Flags, Flags]:
    """Return ``(n,)`` days since 1970-01-01 (of a month or year its first), which are known, which are wrong.

    ``grain`` is day, month or year. A day that the calendar lacks is wrong, never moved to a neighbour.
    """
    texts = fold(column)
    coded = texts if is_coded(texts) else texts.dictionary_encode()
    read = {"day": read_day, "month": read_month, "year": read_year}[grain]
    found = [read(value) for value in coded.dictionary.to_pylist()]
    values = np.array([(day - _EPOCH).days if day else 0 for day in (*found, None)], dtype=np.int64)
    good = np.array([day is not None for day in found], dtype=bool)
    places = places_of(coded, len(found))
    return values[places], np.append(good, False)[places], np.append(~good, False)[places]


def moments(column: pa.Array, grain: str, form: str, anchor: date) -> Moments:
    """Return a column's days, read the usual ways and in ``form``; relative ones are counted back from ``anchor``."""
    values, known, wrong = days(column, grain)
    none = np.zeros(len(column), dtype=bool)
    if form == "relative":
        ago = [_ago(text, anchor) if text else None for text in fold(column).to_pylist()]
        found = np.array([day is not None for day in ago], dtype=bool) & ~known
        values = np.where(found, [(day - _EPOCH).days if day else 0 for day in ago], values).astype(np.int64)
        return Moments(values, known | found, wrong & ~found, none, found)
    if form in ("epoch_ms", "epoch_s"):
        number, good = parse_numbers(plain(fold(column)), 1 if form == "epoch_ms" else 1000)
        is_epoch = good & (np.abs(number) >= 10**10) & ~known
        day, sure = _of_epoch(number[is_epoch], grain)
        values[is_epoch] = day
        known[is_epoch] = sure
        coarse = none.copy()
        coarse[is_epoch] = ~sure
        return Moments(values, known, wrong & ~is_epoch, coarse, none)
    return Moments(values, known, wrong, none, none)


def _of_epoch(ms: Whole, grain: str) -> tuple[Whole, Flags]:
    """Return the days of moments in milliseconds, and which of them are sure.

    The digits that no value of the column uses were rounded away; a moment is sure where all it may have been lies
    in one day (month, year). Where every value has a midnight within its rounding, they are days and stand for it.
    """
    if not len(ms):
        return ms, np.zeros(0, dtype=bool)
    written = [str(abs(int(value))) for value in ms]
    used = max(len(text.rstrip("0")) for text in written)
    half = np.array([10 ** max(len(text) - used, 0) // 2 for text in written], dtype=np.int64)
    half[half <= _PRECISE_MS] = 0
    local = ms + _offset(ms)
    first, last = (local - half) // DAY_MS, (local + half) // DAY_MS
    midnight = (local + DAY_MS // 2) // DAY_MS
    if np.all((np.abs(local - midnight * DAY_MS) <= half) & (half < DAY_MS // 2)):
        first = last = midnight
    if grain != "day":
        first, last = _first_of(first, grain), _first_of(last, grain)
    sure = (first == last) & (first >= (date(1900, 1, 1) - _EPOCH).days) & (last <= (date(2100, 12, 31) - _EPOCH).days)
    return first, sure


def _offset(ms: Whole) -> Whole:
    """Return what Asia/Shanghai was ahead of UTC at each moment, summer time of 1986 to 1991 counted."""
    offset = np.full(len(ms), _HOURS_MS, dtype=np.int64)
    low, high = ((day - _EPOCH).days * DAY_MS for day in _SUMMER_TIME)
    for place in np.flatnonzero((ms >= low) & (ms < high)):
        moment = datetime.fromtimestamp(int(ms[place]) / 1000, ZoneInfo("Asia/Shanghai"))
        offset[place] = int((moment.utcoffset() or timedelta(hours=8)).total_seconds()) * 1000
    return offset


def _first_of(days_: Whole, grain: str) -> Whole:
    unit = "datetime64[M]" if grain == "month" else "datetime64[Y]"
    return days_.astype("datetime64[D]").astype(unit).astype("datetime64[D]").astype(np.int64)


def read_day(text: str) -> date | None:
    """Return the day that a text writes, or None; a time of day does not change the day.

    >>> read_day("二〇一七年十月二十三日"), read_day("20161024112810"), read_day("2017/7/18")
    (datetime.date(2017, 10, 23), datetime.date(2016, 10, 24), datetime.date(2017, 7, 18))
    """
    for pattern in _DAY:
        if found := pattern.fullmatch(text):
            return _calendar(*map(int, found.groups()[:3]))
    if re.fullmatch(r"\d{5}", text) and int(text) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(text))
    if (written := _IN_CHINESE.fullmatch(text)) and written[3]:
        return _calendar(_chinese_year(written[1]), _chinese(written[2]), _chinese(written[3]))
    return None


def read_month(text: str) -> date | None:
    """Return the first day of the month that a text writes, or None; a whole day names its own month's day.

    >>> read_month("二〇一七年十月")
    datetime.date(2017, 10, 1)
    """
    for pattern in _MONTH:
        if found := pattern.fullmatch(text):
            return _calendar(int(found[1]), int(found[2]), 1)
    if (written := _IN_CHINESE.fullmatch(text)) and written[2] and not written[3]:
        return _calendar(_chinese_year(written[1]), _chinese(written[2]), 1)
    return read_day(text)


def read_year(text: str) -> date | None:
    """Return the first day of the year that a text writes, or None."""
    if found := _YEAR.fullmatch(text):
        return _calendar(int(found[1]), 1, 1)
    written = _IN_CHINESE.fullmatch(text.removesuffix("度"))
    return _calendar(_chinese_year(written[1]), 1, 1) if written and not written[2] else None


def _ago(text: str, anchor: date) -> date | None:
    """Return the day that lies as far before the close of ``anchor`` as a text says, or None."""
    if text in _NEAR:
        return anchor - timedelta(days=_NEAR[text])
    found = _AGO.fullmatch(text)
    if not found:
        return None
    count = int(found[1]) if found[1].isdigit() else _chinese(found[1].replace("两", "二"))
    unit = found[2]
    if unit in ("个月", "月"):
        return add_months(anchor, -count)
    if unit == "年":
        return add_months(anchor, -12 * count)
    whole = {"分钟": count // 1440, "小时": count // 24, "周": count * 7, "星期": count * 7}.get(unit, count)
    return anchor - timedelta(days=whole)


def _chinese(text: str) -> int:
    """Return a number up to 99 in Chinese numerals.

    >>> _chinese("十"), _chinese("十二"), _chinese("二十三"), _chinese("三十")
    (10, 12, 23, 30)
    """
    if "十" not in text:
        return int("".join(str(_DIGITS[sign]) for sign in text))
    tens, _, ones = text.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _chinese_year(text: str) -> int:
    return int("".join(str(_DIGITS[sign]) for sign in text))


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None
