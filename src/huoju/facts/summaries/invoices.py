"""Invoices added up: monthly and trailing sums, counterparties, concentration, voided and red-letter shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.money import MICRO
from huoju.core.period import Period, complete_months
from huoju.facts.summaries.happened import Happened, column, facts, places, spread

MONTHS = 36  # calendar months that a panel looks back
_EPOCH = date(1970, 1, 1)
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Side:
    """What one kind of invoice is called when it is added up."""

    kind: str
    total: str
    tax: str
    count: str
    partners: str
    largest: str
    concentration: str


SALES = Side(
    "sales_invoice",
    "sales",
    "output_tax",
    "sales_invoices",
    "active_buyers",
    "largest_buyer_share",
    "buyer_concentration",
)
PURCHASES = Side(
    "purchase_invoice",
    "purchases",
    "input_tax",
    "purchase_invoices",
    "active_suppliers",
    "largest_supplier_share",
    "supplier_concentration",
)
SIDES = (SALES, PURCHASES)


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield the facts that invoices add up to.

    An entity is covered from its first invoice of either side on; a month that the deliveries of a side
    don't reach is unknown. Within that, no invoice means zero.
    """
    sides = tuple(side for side in SIDES if side.kind in happened.tables)
    if not sides or not entities:
        return
    as_of = happened.as_of
    first = _first_invoice(happened, sides, entities)
    reach = {side.kind: happened.latest(side.kind) or _EPOCH for side in sides}
    months = complete_months(as_of, MONTHS)
    monthly: dict[str, tuple[Whole, Flags]] = {}
    for side in sides:
        for name, values in _by_month(happened, side, entities, months).items():
            known = _covered(months, first, reach[side.kind])
            monthly[name] = values, known
            yield from _monthly_facts(name, months, entities, values, known, as_of)
        for span in (12, 24):
            period = Period.trailing(as_of, span)
            yield from _window(happened, side, entities, period, first)
    yield from _net_inflow(monthly, months, entities, as_of)
    for span in (12, 24):
        yield from _net_of_window(happened, entities, Period.trailing(as_of, span), first)
    if SALES in sides:
        yield from _rhythm(*monthly["sales"], entities, as_of)
        yield from _last_sale(happened, entities)


def _first_invoice(happened: Happened, sides: tuple[Side, ...], entities: tuple[EntityId, ...]) -> Whole:
    """Return the day of each entity's first invoice, or a day never reached; ``(n,)``."""
    first = np.full(len(entities), np.iinfo(np.int32).max, dtype=np.int64)
    for side in sides:
        table = happened.tables[side.kind]
        rows, at = places(happened.engine.fetch(table.group_by("entity").aggregate(at=table["at"].min())), entities)
        first[at] = np.minimum(first[at], column(rows, "at"))
    return first


def _covered(months: tuple[Period, ...], first: Whole, reach: date) -> Flags:
    """Return whether each entity's invoices of each month are known; ``(n, t)``."""
    ends = np.array([_days(month.end) for month in months])
    reached = np.array([reach >= month.end - timedelta(days=7) for month in months])
    return np.asarray((first[:, None] < ends[None, :]) & reached[None, :])


def _by_month(
    happened: Happened, side: Side, entities: tuple[EntityId, ...], months: tuple[Period, ...]
) -> dict[str, Whole]:
    table = happened.within(side.kind, Period(months[0].start, months[-1].end))
    assert table is not None
    table = table.mutate(month=table["at"].year() * 12 + table["at"].month() - 1)
    grouped = table.group_by(["entity", "month"]).aggregate(**_measures(table, side))
    rows, at = places(happened.engine.fetch(grouped), entities)
    first = months[0].start.year * 12 + months[0].start.month - 1
    grids = {}
    for name in (side.total, side.tax, side.count, side.partners):
        grid = np.zeros((len(entities), len(months)), dtype=np.int64)
        grid[at, column(rows, "month") - first] = column(rows, name)
        grids[name] = grid
    return grids


def _measures(table: ir.Table, side: Side) -> dict[str, ir.Value]:
    stands = table["voided"] == 0
    return {
        side.total: table["amount"].sum(where=stands),
        side.tax: table["tax"].sum(where=stands),
        side.count: table.count(),
        side.partners: table["other"].nunique(where=stands & (table["amount"] > 0)),
    }


def _monthly_facts(
    name: str,
    months: tuple[Period, ...],
    entities: tuple[EntityId, ...],
    values: Whole,
    known: Flags,
    as_of: date,
) -> Iterator[pa.Table]:
    for place, month in enumerate(months):
        yield facts(name, month, entities, values[:, place], known[:, place], as_of)


def _net_inflow(
    monthly: dict[str, tuple[Whole, Flags]],
    months: tuple[Period, ...],
    entities: tuple[EntityId, ...],
    as_of: date,
) -> Iterator[pa.Table]:
    if "sales" in monthly and "purchases" in monthly:
        (sales, sold), (purchases, bought) = monthly["sales"], monthly["purchases"]
        yield from _monthly_facts("net_inflow", months, entities, sales - purchases, sold & bought, as_of)


def _totals(happened: Happened, side: Side, entities: tuple[EntityId, ...], period: Period) -> dict[str, Whole]:
    table = happened.within(side.kind, period)
    assert table is not None
    stands = table["voided"] == 0
    asked = {
        **_measures(table, side),
        "voided": table["voided"].sum(),
        "standing": stands.cast("int64").sum(),
        "red": (stands & (table["amount"] < 0)).cast("int64").sum(),
    }
    rows, at = places(happened.engine.fetch(table.group_by("entity").aggregate(**asked)), entities)
    return {name: spread(at, column(rows, name), len(entities)) for name in asked}


def _window(
    happened: Happened, side: Side, entities: tuple[EntityId, ...], period: Period, first: Whole
) -> Iterator[pa.Table]:
    as_of, covered = happened.as_of, first < _days(period.end)
    totals = _totals(happened, side, entities, period)
    for name in (side.total, side.tax, side.count, side.partners):
        yield facts(name, period, entities, totals[name], covered, as_of)
    shares = _partner_shares(happened, side, entities, period)
    for name, (values, known) in zip((side.largest, side.concentration), shares, strict=True):
        yield facts(name, period, entities, values, known, as_of)
    if side is SALES:
        voided, is_known = _share(totals["voided"], totals[side.count])
        yield facts("voided_share", period, entities, voided, is_known, as_of)
        red, is_known = _share(totals["red"], totals["standing"])
        yield facts("red_letter_share", period, entities, red, is_known, as_of)


def _net_of_window(
    happened: Happened, entities: tuple[EntityId, ...], period: Period, first: Whole
) -> Iterator[pa.Table]:
    if all(side.kind in happened.tables for side in SIDES):
        sales = _totals(happened, SALES, entities, period)["sales"]
        purchases = _totals(happened, PURCHASES, entities, period)["purchases"]
        yield facts("net_inflow", period, entities, sales - purchases, first < _days(period.end), happened.as_of)


def _partner_shares(
    happened: Happened, side: Side, entities: tuple[EntityId, ...], period: Period
) -> tuple[tuple[Whole, Flags], tuple[Whole, Flags]]:
    """Return the largest partner's share and the Herfindahl index over partners with a positive net amount."""
    table = happened.within(side.kind, period)
    assert table is not None
    table = table.filter(table["voided"] == 0)
    pairs = table.group_by(["entity", "other"]).aggregate(amount=table["amount"].sum())
    rows, at = places(happened.engine.fetch(pairs.filter(pairs["amount"] > 0).order_by(["entity", "other"])), entities)
    amount = column(rows, "amount").astype(np.float64)
    count = len(entities)
    whole = np.bincount(at, weights=amount, minlength=count)
    largest = np.zeros(count)
    np.maximum.at(largest, at, amount)
    squares = np.bincount(at, weights=(amount / whole[at]) ** 2 if len(at) else amount, minlength=count)
    known = whole > 0
    share = np.divide(largest, whole, out=np.zeros(count), where=known)
    return (_micro(share), known), (_micro(squares), known)


def _share(part: Whole, whole: Whole) -> tuple[Whole, Flags]:
    known = whole > 0
    return _micro(np.divide(part, whole, out=np.zeros(len(part)), where=known)), known


def _rhythm(sales: Whole, known: Flags, entities: tuple[EntityId, ...], as_of: date) -> Iterator[pa.Table]:
    """Yield growth, volatility and the share of active months over the last 12 complete months."""
    today = Period.day(as_of)
    last, before = sales[:, -12:].astype(np.float64), sales[:, -24:-12].astype(np.float64)
    whole_year: Flags = np.logical_and.reduce(known[:, -12:], axis=1)
    yield facts("active_months_share", today, entities, _micro((last > 0).mean(axis=1)), whole_year, as_of)
    comparable = np.asarray(known[:, -24:].all(axis=1) & (before.sum(axis=1) > 0))
    growth = np.divide(last.sum(axis=1), before.sum(axis=1), out=np.ones(len(last)), where=comparable) - 1
    yield facts("sales_growth", today, entities, _micro(np.minimum(growth, 1e6)), comparable, as_of)
    sold: Flags = np.logical_and(whole_year, last.sum(axis=1) > 0)
    spread_ = np.divide(last.std(axis=1), last.mean(axis=1), out=np.zeros(len(last)), where=sold)
    yield facts("sales_volatility", today, entities, _micro(spread_), sold, as_of)


def _last_sale(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    table = happened.tables["sales_invoice"]
    sold = table.filter((table["voided"] == 0) & (table["amount"] > 0))
    rows, at = places(happened.engine.fetch(sold.group_by("entity").aggregate(at=sold["at"].max())), entities)
    days = spread(at, _days(happened.as_of) - column(rows, "at"), len(entities))
    known = spread(at, np.ones(len(at), dtype=np.int64), len(entities)).astype(bool)
    yield facts("days_since_last_sale", Period.day(happened.as_of), entities, days, known, happened.as_of)


def _micro(share: NDArray[np.floating] | NDArray[np.integer]) -> Whole:
    return np.asarray(np.rint(share * MICRO), dtype=np.int64)


def _days(day: date) -> int:
    return (day - _EPOCH).days
