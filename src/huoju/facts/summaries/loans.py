"""Loans added up: what is owed, what falls due month by month, what is overdue, who has defaulted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.fact import EntityId
from huoju.core.period import Period, months_ahead
from huoju.core.schedule import METHODS, debt_service
from huoju.facts.engine import winners
from huoju.facts.summaries.happened import Flags, Happened, Whole, column, days_of, facts, places, spread

AHEAD = 12  # months of debt service that a panel looks forward


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


def _borrowers(happened: Happened, entities: tuple[EntityId, ...]) -> Flags:
    _, at = places(happened.engine.fetch(happened.tables["loan"].select("entity").distinct()), entities)
    return spread(at, np.ones(len(at), dtype=np.int64), len(entities)).astype(bool)


def _debt(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    as_of, count = happened.as_of, len(entities)
    loans, at = places(happened.engine.fetch(happened.tables["loan"], ["entity", "key"]), entities)
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
    runs = (matures > days_of(as_of)) | (matures == 0)
    owed = np.where(runs, column(loans, "amount"), 0)
    owed[reported] = column(reports, "outstanding")[report[reported]]
    yield facts("outstanding_debt", Period.day(as_of), entities, _add(at, owed, count), borrowed, as_of)
    if "repayment" in happened.tables:
        overdue = _overdue(happened, happened.tables["repayment"], entities)
        yield facts("days_overdue", Period.day(as_of), entities, overdue, borrowed, as_of)
    is_open, is_stated = owed > 0, _stated(loans)
    is_known = borrowed & (_add(at, (is_open & ~is_stated).astype(np.int64), count) == 0)
    due = _due_ahead(loans, is_open & is_stated, as_of)
    for place_, period in enumerate(months_ahead(as_of, AHEAD)):
        yield facts("debt_service", period, entities, _add(at, due[:, place_], count), is_known, as_of)


def _stated(loans: pa.Table) -> Flags:
    """Return whether each loan states all that its schedule needs: maturity, rate and a way of repaying."""
    method = pc.is_in(loans["repayment_method"], value_set=pa.array(METHODS))
    stated = pc.and_(pc.and_(loans["matures_on"].is_valid(), loans["yearly_rate"].is_valid()), method)
    return np.asarray(stated.to_numpy(), dtype=bool)


def _last_reports(happened: Happened) -> pa.Table:
    """Return the outstanding balance that was reported last for each contract."""
    table = happened.tables.get("repayment")
    if table is None:
        return pa.table({"contract": pa.array([], pa.string()), "outstanding": pa.array([], pa.int64())})
    told = table.filter(table["outstanding"].notnull() & (table["at"] <= ibis.literal(happened.as_of)))
    last = winners(told, ["contract"], [ibis.desc("at"), "entity", "key"])
    return happened.engine.fetch(last.select("contract", "outstanding"), ["contract"])


def _overdue(happened: Happened, table: ir.Table, entities: tuple[EntityId, ...]) -> Whole:
    """Return for how long the oldest instalment is unpaid that a report made after its day called unpaid; ``(n,)``."""
    unpaid = table.filter(table["paid_on"].isnull() & (table["at"] < table["known"]))
    grouped = unpaid.group_by("entity").aggregate(first=unpaid["at"].min())
    rows, at = places(happened.engine.fetch(grouped), entities)
    return spread(at, days_of(happened.as_of) - column(rows, "first"), len(entities))


def _due_ahead(loans: pa.Table, counts: Flags, as_of: date) -> Whole:
    """Return what is due by contract in each of the next calendar months; ``(loans, AHEAD)`` fen, 0 if not counted."""
    lent, matures = _months(column(loans, "at")), _months(column(loans, "matures_on"))
    months = np.where(counts, np.maximum(matures - lent, 1), 0)
    method = np.where(counts, np.array(loans["repayment_method"].to_pylist(), dtype=object), METHODS[0])
    due = debt_service(column(loans, "amount"), column(loans, "yearly_rate"), months, method)
    ahead = np.zeros((len(months), AHEAD), dtype=np.int64)
    for place, period in enumerate(months_ahead(as_of, AHEAD)):
        instalment = period.start.year * 12 + period.start.month - 1 - lent - 1
        inside = np.flatnonzero((instalment >= 0) & (instalment < due.shape[1]))
        ahead[inside, place] = due[inside, instalment[inside]]
    return ahead


def _months(days: Whole) -> Whole:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _add(at: Whole, values: Whole, count: int) -> Whole:
    result = np.zeros(count, dtype=np.int64)
    np.add.at(result, at, values)
    return result
