"""Half-open spans of days: when something held, which month or year is spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["month", "year"]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from ``start`` up to, and without, ``end``.

    >>> Period.month(2019, 12)
    Period(start=datetime.date(2019, 12, 1), end=datetime.date(2020, 1, 1))
    >>> Period.trailing(date(2020, 2, 21), 24).start
    datetime.date(2018, 2, 22)
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"A period ends after it starts, got {self.start} to {self.end}.")

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @classmethod
    def day(cls, day: date) -> Period:
        """Return the one day."""
        return cls(day, day + timedelta(days=1))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return one calendar month."""
        first = date(year, month, 1)
        return cls(first, add_months(first, 1))

    @classmethod
    def year(cls, year: int) -> Period:
        """Return one calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def trailing(cls, as_of: date, months: int) -> Period:
        """Return the last ``months`` months up to and with the day ``as_of``."""
        end = as_of + timedelta(days=1)
        return cls(add_months(end, -months), end)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Return the period that a text names: a year, a month, a day, or two days of which both are included.

        Raises ``ValueError`` for anything else.

        >>> Period.parse("2024-01-01/2026-12-31").end
        datetime.date(2027, 1, 1)
        """
        first, _, last = text.strip().partition("/")
        if last:
            return cls(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
        if len(first) == 4 and first.isdigit():
            return cls.year(int(first))
        if len(first) == 7 and first[4] == "-":
            return cls.month(int(first[:4]), int(first[5:]))
        return cls.day(date.fromisoformat(first))

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    def shift(self, count: int, unit: Unit) -> Period:
        """Return the period moved by ``count`` months or years."""
        months = count if unit == "month" else 12 * count
        return Period(add_months(self.start, months), add_months(self.end, months))

    def __str__(self) -> str:
        if self.days == 1:
            return self.start.isoformat()
        if self.start.day == 1 and self.end == add_months(self.start, 1):
            return f"{self.start:%Y-%m}"
        if self.start == date(self.start.year, 1, 1) and self.end == date(self.start.year + 1, 1, 1):
            return f"{self.start.year}"
        return f"{self.start}/{self.end - timedelta(days=1)}"


def add_months(day: date, months: int) -> date:
    """Return the day ``months`` later; a day the month lacks becomes its last one.

    >>> add_months(date(2020, 1, 31), 1)
    datetime.date(2020, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def complete_months(as_of: date, count: int) -> tuple[Period, ...]:
    """Return the last ``count`` calendar months that had ended by the close of ``as_of``, oldest first."""
    tomorrow = as_of + timedelta(days=1)
    first = date(tomorrow.year, tomorrow.month, 1)
    starts = (add_months(first, -back) for back in range(count, 0, -1))
    return tuple(Period(start, add_months(start, 1)) for start in starts)


def last_complete(as_of: date, unit: Unit) -> Period:
    """Return the last calendar month or year that had ended by the close of ``as_of``."""
    if unit == "month":
        return complete_months(as_of, 1)[0]
    tomorrow = as_of + timedelta(days=1)
    return Period.year(tomorrow.year - 1)


def months_ahead(as_of: date, count: int) -> tuple[Period, ...]:
    """Return the first ``count`` calendar months that begin after the close of ``as_of``."""
    tomorrow = as_of + timedelta(days=1)
    first = add_months(date(tomorrow.year, tomorrow.month, 1), 0 if tomorrow.day == 1 else 1)
    starts = (add_months(first, ahead) for ahead in range(count))
    return tuple(Period(start, add_months(start, 1)) for start in starts)
