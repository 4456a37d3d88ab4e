"""Loans after they were lent: vintage curves and how instalments roll from one bucket of delay into the next.

Both are read off the instalments that a bank reported by the panel's day; a bank that reports late tells late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import add_months

BUCKETS = (0, 1, 31, 61, 91)  # days overdue at which a bucket begins: current, 1-30, 31-60, 61-90, more than 90
BAD = 90  # days overdue beyond which a loan has gone bad, as banks define default (core/vocabulary/events.yaml)
AGES = (6, 12, 18, 24)  # months on book at which vintages are compared
_EPOCH = date(1970, 1, 1)

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vintage:
    """Loans lent in one half-year: how many, and the share that had been overdue beyond ``BAD`` days by each age.

    ``shares`` holds None at ages that not every loan of the vintage has reached by the last report.
    """

    name: str
    loans: int
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    """Month to month, from which bucket into which; ``counts`` ``(5, 5)``, rows from, columns to."""

    since: date
    until: date
    counts: Whole

    def rate(self, start: int, end: int) -> float | None:
        """Return the share of one bucket that was in another a month later; None where the bucket was empty."""
        whole = int(self.counts[start].sum())
        return int(self.counts[start, end]) / whole if whole else None


@dataclass(frozen=True, slots=True)
class _Instalments:
    contract: NDArray[np.object_]
    due: Whole  # days since 1970
    paid: Whole  # day, or the largest number where not paid by the panel's day
    told: Whole  # the day of the report


def last_report(panel: Panel) -> date | None:
    """Return the day of the latest report of instalments; None where there is none."""
    table = panel.events.get("repayment")
    return None if table is None or not len(table) else max(table["known"].to_pylist())


def vintages(panel: Panel) -> tuple[Vintage, ...]:
    """Return the vintages of loans of which instalments were reported, the oldest first."""
    loans, reported = panel.events.get("loan"), last_report(panel)
    if loans is None or reported is None:
        return ()
    told = _instalments(panel.events["repayment"])
    bad_since = _bad_since(told)
    groups: dict[str, list[tuple[date, date | None]]] = {}
    for contract, lent in zip(loans["key"].to_pylist(), loans["at"].to_pylist(), strict=True):
        groups.setdefault(f"{lent.year}H{1 if lent.month <= 6 else 2}", []).append((lent, bad_since.get(contract)))
    return tuple(_vintage(name, groups[name], reported) for name in sorted(groups))


def _vintage(name: str, loans: list[tuple[date, date | None]], reported: date) -> Vintage:
    shares: list[float | None] = []
    for age in AGES:
        if any(add_months(lent, age) > reported for lent, _ in loans):
            shares.append(None)
            continue
        shares.append(sum(bad is not None and bad <= add_months(lent, age) for lent, bad in loans) / len(loans))
    return Vintage(name, len(loans), tuple(shares))


def roll(panel: Panel, months: int) -> Roll | None:
    """Return how loans moved between buckets over the last ``months`` months before the latest report."""
    until = last_report(panel)
    if until is None:
        return None
    told = _instalments(panel.events["repayment"])
    ends = [add_months(until + timedelta(days=1), -back) - timedelta(days=1) for back in range(months, -1, -1)]
    counts = np.zeros((len(BUCKETS), len(BUCKETS)), dtype=np.int64)
    before = _buckets(told, ends[0])
    for end in ends[1:]:
        after = _buckets(told, end)
        for contract, bucket in after.items():
            if contract in before:
                counts[before[contract], bucket] += 1
        before = after
    return Roll(ends[0], until, counts)


def _instalments(table: pa.Table) -> _Instalments:
    never = np.iinfo(np.int64).max
    days = [table[name].cast(pa.int32()).to_numpy().astype(np.int64) for name in ("at", "known")]
    paid = table["paid_on"].fill_null(never).to_numpy().astype(np.int64)
    return _Instalments(np.array(table["contract"].to_pylist(), dtype=object), days[0], paid, days[1])


def _buckets(told: _Instalments, end: date) -> dict[str, int]:
    """Return the bucket of each contract of which something fell due in the last month or is unpaid."""
    day = (end - _EPOCH).days
    unpaid = told.paid > day
    due = (told.due <= day) & (told.told >= told.due) & (unpaid | (told.due > day - 31))
    late = np.where(unpaid, day - told.due, 0)
    found: dict[str, int] = {}
    for contract, days in zip(told.contract[due].tolist(), late[due].tolist(), strict=True):
        found[contract] = max(found.get(contract, 0), int(np.searchsorted(BUCKETS, days, side="right")) - 1)
    return found


def _bad_since(told: _Instalments) -> dict[str, date]:
    """Return when each contract was first overdue beyond ``BAD`` days, of those that were by the report."""
    crossed = told.due + BAD + 1
    bad = (told.paid > crossed) & (told.told >= crossed)
    found: dict[str, date] = {}
    for contract, day in zip(told.contract[bad].tolist(), crossed[bad].tolist(), strict=True):
        at = _EPOCH + timedelta(days=int(day))
        found[contract] = min(found.get(contract, at), at)
    return found
