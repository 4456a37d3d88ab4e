"""Where the Spring Festival lies: the share of its slack days that a month holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from huoju.core.document import read_document
from huoju.core.period import Period


def slack_share(month: Period) -> float:
    """Return the share of the slack days around the Spring Festival that lie in a month; NaN beyond the table.

    >>> from huoju.core.period import Period
    >>> slack_share(Period.month(2025, 2)), slack_share(Period.month(2026, 2))
    (0.5454545454545454, 0.8636363636363636)
    """
    days = _slack().get(month.start.year)
    return sum(day in month for day in days) / len(days) if days else float("nan")


@cache
def _slack() -> Mapping[int, tuple[date, ...]]:
    document = read_document(Path(__file__).parent / "spring_festival.yaml")
    before, after = document.integer("slack_days_before"), document.integer("slack_days_after")
    firsts = [date.fromisoformat(text) for text in document.texts("first_day")]
    return {first.year: tuple(first + timedelta(days=d) for d in range(-before, after + 1)) for first in firsts}
