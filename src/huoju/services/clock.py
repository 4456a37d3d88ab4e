"""The clock of the services: moments and days of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the moment."""
    return datetime.now(_SHANGHAI)


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls."""
    return moment.astimezone(_SHANGHAI).date()
