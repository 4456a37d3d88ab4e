"""Loans added up: what is owed, what falls due month by month, what is overdue, who has defaulted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.period import Period, months_ahead
from huoju.core.schedule import debt_service
from huoju.facts.summaries.happened import Happened, column, facts, places, spread

AHEAD = 12  # months of debt service that a panel looks forward
_EPOCH = date(1970, 1, 1)


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield debt of those of whom a bank delivered a loan; of the others it is unknown, never none."""
    if "loan" in happened.tables:
        yield from _debt(happened, entities)
    if "default" in happened.tables:
        table = happened.tables["default"]
        rows, at = places(happened.engine.fetch(table.group_by("entity").aggregate(count=table.count())), entities)
        defaults = spread(at, column(rows, "count"), len(entities))
        known = defaults > 0
        if "loan" in happened.tables:
            known |= _borrowers(happened, entities)
        yield facts("defaults", Period.day(happened.as_of), entities, defaults, known, happened.as_of)


def _borrowers(happened: Happened, entities: tuple[EntityId, ...]) -> NDArray[np.bool_]:
    _, at = places(happened.engine.fetch(happened.tables["loan"].select("entity").distinct()), entities)
    return spread(at, np.ones(len(at), dtype=np.int64), len(entities)).astype(bool)


def _debt(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    as_of, count = happened.as_of, len(entities)
    loans, at = places(happened.engine.fetch(happened.tables["loan"].order_by(["entity", "key"])), entities)
    borrowed = np.zeros(count, dtype=bool)
    borrowed[at] = True
    reports = _last_reports(happened)
    report = (
        pc.index_in(loans["key"].combine_chunks(), value_set=reports["contract"].combine_chunks())
        .fill_null(-1)
        .to_numpy(zero_copy_only=False)
    )
    reported = report >= 0
    matures = column(loans, "matures_on")
    runs = (matures > _days(as_of)) | (matures == 0)
    owed = np.where(runs, column(loans, "amount"), 0)
    owed[reported] = column(reports, "outstanding")[report[reported]]
    yield facts("outstanding_debt", Period.day(as_of), entities, _add(at, owed, count), borrowed, as_of)
    overdue = _overdue(happened, entities)
    yield facts("days_overdue", Period.day(as_of), entities, overdue, borrowed, as_of)
    due = _due_ahead(loans, owed > 0, as_of)
    for place_, period in enumerate(months_ahead(as_of, AHEAD)):
        yield facts("debt_service", period, entities, _add(at, due[:, place_], count), borrowed, as_of)


def _last_reports(happened: Happened) -> pa.Table:
    """Return the outstanding balance that was reported last for each contract."""
    table = happened.tables.get("repayment")
    if table is None:
        return pa.table({"contract": pa.array([], pa.string()), "outstanding": pa.array([], pa.int64())})
    told = table.filter(table["outstanding"].notnull() & (table["at"] <= ibis.literal(happened.as_of)))
    last = told.group_by("contract").aggregate(outstanding=told["outstanding"].argmax(told["at"]))
    return happened.engine.fetch(last.order_by("contract"))


def _overdue(happened: Happened, entities: tuple[EntityId, ...]) -> NDArray[np.int64]:
    table = happened.tables.get("repayment")
    if table is None:
        return np.zeros(len(entities), dtype=np.int64)
    unpaid = table.filter(table["paid_on"].isnull() & (table["at"] <= ibis.literal(happened.as_of)))
    grouped = unpaid.group_by("entity").aggregate(first=unpaid["at"].min())
    rows, at = places(happened.engine.fetch(grouped), entities)
    return spread(at, _days(happened.as_of) - column(rows, "first"), len(entities))


def _due_ahead(loans: pa.Table, is_open: NDArray[np.bool_], as_of: date) -> NDArray[np.int64]:
    """Return what is due by contract in each of the next calendar months; ``(loans, AHEAD)`` fen."""
    lent, matures = _months(column(loans, "at")), _months(column(loans, "matures_on"))
    months = np.where(is_open, np.maximum(matures - lent, 1), 0)
    method = np.array(loans["repayment_method"].to_pylist(), dtype=object)
    method[method == None] = "annuity"  # noqa: E711  (an array of objects)
    due = debt_service(column(loans, "amount"), column(loans, "yearly_rate"), months, method)
    ahead = np.zeros((len(months), AHEAD), dtype=np.int64)
    for place, period in enumerate(months_ahead(as_of, AHEAD)):
        instalment = period.start.year * 12 + period.start.month - 1 - lent - 1
        inside = np.flatnonzero((instalment >= 0) & (instalment < due.shape[1]))
        ahead[inside, place] = due[inside, instalment[inside]]
    return ahead


def _months(days: NDArray[np.int64]) -> NDArray[np.int64]:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _add(at: NDArray[np.int64], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    result = np.zeros(count, dtype=np.int64)
    np.add.at(result, at, values)
    return result


def _days(day: date) -> int:
    return (day - _EPOCH).days
