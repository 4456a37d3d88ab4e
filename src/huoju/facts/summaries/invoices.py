"""Invoices added up: by calendar month, and over the months up to the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.core.period import Period, complete_months
from huoju.facts.summaries.happened import Flags, Happened, Whole, column, days_of, facts, places, reaches, spread
from huoju.facts.summaries.partners import partner_shares, partners_that_stay
from huoju.facts.summaries.rhythm import last_sale, rhythm, share

ASKED = ("entity", "other", "at", "amount", "tax", "voided")  # what is asked of an invoice here
MONTHS = 36  # calendar months that a panel looks back
SPANS = (12, 24)  # months of the sums that end with the day


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
    retention: str
    repeated: str

    @property
    def sums(self) -> tuple[str, ...]:
        """What is added up or counted for months and spans alike."""
        return (self.total, self.tax, self.count, self.partners)


SALES = Side(
    "sales_invoice",
    "sales",
    "output_tax",
    "sales_invoices",
    "active_buyers",
    "largest_buyer_share",
    "buyer_concentration",
    "buyer_retention",
    "repeat_sales_share",
)
PURCHASES = Side(
    "purchase_invoice",
    "purchases",
    "input_tax",
    "purchase_invoices",
    "active_suppliers",
    "largest_supplier_share",
    "supplier_concentration",
    "supplier_retention",
    "repeat_purchases_share",
)
SIDES = (SALES, PURCHASES)
Sums = dict[str, tuple[Whole, Flags]]


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> Iterator[pa.Table]:
    """Yield the facts that invoices add up to.

    An entity is covered from its first invoice of either side on, as far as the deliveries of a side reach;
    within that, no invoice means zero, and beyond it nothing is known. A sum with an unknown addend is unknown.
    """
    sides = tuple(side for side in SIDES if side.kind in happened.tables)
    if not sides or not entities:
        return
    first = _first_invoice(happened, sides, entities)
    months = complete_months(happened.as_of, MONTHS)
    monthly: Sums = {}
    for side in sides:
        monthly |= _by_month(happened, side, entities, months, first)
    _add_net_inflow(monthly)
    for name, (values, known) in monthly.items():
        for place, month in enumerate(months):
            yield facts(name, month, entities, values[:, place], known[:, place], happened.as_of)
    for span in SPANS:
        period = Period.trailing(happened.as_of, span)
        sums: Sums = {}
        for side in sides:
            sums |= _over(happened, side, entities, period, first)
        _add_net_inflow(sums)
        for name, (values, known) in sums.items():
            yield facts(name, period, entities, values, known, happened.as_of)
    if SALES in sides:
        yield from rhythm(*monthly["sales"], entities, happened.as_of)
        yield from last_sale(happened, entities)


def _first_invoice(happened: Happened, sides: tuple[Side, ...], entities: tuple[EntityId, ...]) -> Whole:
    """Return the day of each entity's first invoice, or a day never reached; ``(n,)``."""
    first = np.full(len(entities), np.iinfo(np.int32).max, dtype=np.int64)
    for side in sides:
        table = happened.tables[side.kind]
        rows, at = places(happened.engine.fetch(table.group_by("entity").aggregate(at=table["at"].min())), entities)
        first[at] = np.minimum(first[at], column(rows, "at"))
    return first


def _by_month(
    happened: Happened, side: Side, entities: tuple[EntityId, ...], months: tuple[Period, ...], first: Whole
) -> Sums:
    """Return the sums of one side for each calendar month; arrays ``(n, t)``."""
    table = happened.within(side.kind, Period(months[0].start, months[-1].end))
    assert table is not None
    table = table.mutate(month=table["at"].year() * 12 + table["at"].month() - 1)
    grouped = table.group_by(["entity", "month"]).aggregate(**_measures(table, side))
    rows, at = places(happened.engine.fetch(grouped), entities)
    month = column(rows, "month") - (months[0].start.year * 12 + months[0].start.month - 1)
    latest = happened.latest(side.kind)
    reached = np.array([reaches(latest, month) for month in months])
    ends = np.array([days_of(month.end) for month in months])
    covered = (first[:, None] < ends[None, :]) & reached[None, :]

    def grid(name: str) -> Whole:
        result = np.zeros((len(entities), len(months)), dtype=np.int64)
        result[at, month] = column(rows, name)
        return result

    return _where_known(side, {name: grid(name) for name in _measures(table, side)}, covered)


def _over(happened: Happened, side: Side, entities: tuple[EntityId, ...], period: Period, first: Whole) -> Sums:
    """Return the sums and shares of one side over a span that ends with the day; arrays ``(n,)``."""
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
    totals = {name: spread(at, column(rows, name), len(entities)) for name in asked}
    covered = np.asarray((first < days_of(period.end)) & happened.is_current(side.kind))
    sums = _where_known(side, totals, covered)
    named = covered & (totals["nameless"] == 0)
    shares = partner_shares(happened.engine, table, entities)
    if period != Period.trailing(happened.as_of, 12):
        shares += partners_that_stay(happened.engine, table, entities, Period.trailing(happened.as_of, 12).start)
    names = (side.largest, side.concentration, side.retention, side.repeated)
    for name, (values, known) in zip(names, shares, strict=False):
        sums[name] = values, known & named
    if side is SALES:
        for name, part, whole in (("voided_share", "voided", side.count), ("red_letter_share", "red", "standing")):
            values, known = share(totals[part], totals[whole])
            sums[name] = values, known & covered
    return sums


def _measures(table: ir.Table, side: Side) -> dict[str, ir.Value]:
    stands = table["voided"] == 0
    sells = stands & (table["amount"] > 0)
    return {
        side.total: table["amount"].sum(where=stands),
        side.tax: table["tax"].sum(where=stands),
        side.count: table.count(),
        side.partners: table["other"].nunique(where=sells),
        "untaxed": (stands & table["tax"].isnull()).cast("int64").sum(),
        "nameless": (sells & table["other"].isnull()).cast("int64").sum(),
    }


def _where_known(side: Side, totals: dict[str, Whole], covered: Flags) -> Sums:
    """Return the sums that are known: tax only where each invoice states it, partners where each names one."""
    open_by = {side.tax: "untaxed", side.partners: "nameless"}
    return {
        name: (totals[name], covered & (totals[open_by[name]] == 0) if name in open_by else covered)
        for name in side.sums
    }


def _add_net_inflow(sums: Sums) -> None:
    if "sales" in sums and "purchases" in sums:
        (sales, sold), (purchases, bought) = sums["sales"], sums["purchases"]
        sums["net_inflow"] = sales - purchases, sold & bought
