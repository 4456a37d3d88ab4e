"""Counterparties: how much of the whole the largest one is, how concentrated they are, and which of them stay."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.facts.engine import Engine
from huoju.facts.summaries.happened import Flags, Whole, column, places, spread
from huoju.facts.summaries.rhythm import micro, share

REPEATED = 3  # months with an invoice from which a partner comes again
Share = tuple[Whole, Flags]


def partner_shares(engine: Engine, invoices: ir.Table, entities: tuple[EntityId, ...]) -> tuple[Share, ...]:
    """Return the largest partner's share and the Herfindahl index over partners with a positive net amount.

    Each is values x 10^6 and whether they are known, ``(n,)``; unknown where no partner's net amount is positive.
    """
    standing = invoices.filter(invoices["voided"] == 0)
    pairs = standing.group_by(["entity", "other"]).aggregate(amount=standing["amount"].sum())
    rows, at = places(_in_order(engine, pairs.filter(pairs["amount"] > 0)), entities)
    amount = column(rows, "amount").astype(np.float64)
    count = len(entities)
    whole = np.bincount(at, weights=amount, minlength=count)
    largest = np.zeros(count)
    np.maximum.at(largest, at, amount)
    squares = np.bincount(at, weights=(amount / whole[at]) ** 2 if len(at) else amount, minlength=count)
    known = whole > 0
    part = np.divide(largest, whole, out=np.zeros(count), where=known)
    return (micro(part), known), (micro(squares), known)


def partners_that_stay(
    engine: Engine, invoices: ir.Table, entities: tuple[EntityId, ...], middle: date
) -> tuple[Share, ...]:
    """Return which share of the partners before ``middle`` came again after it, and of the amount with repeat partners.

    Each is values x 10^6 and whether they are known, ``(n,)``; only positive invoices that stand count. Unknown
    where no partner was met before, or where nothing was invoiced.
    """
    sold = invoices.filter((invoices["voided"] == 0) & (invoices["amount"] > 0))
    sold = sold.mutate(
        month=sold["at"].year() * 12 + sold["at"].month(), late=(sold["at"] >= ibis.literal(middle)).cast("int64")
    )
    pairs = sold.group_by(["entity", "other"]).aggregate(
        amount=sold["amount"].sum(), months=sold["month"].nunique(), first=sold["late"].min(), last=sold["late"].max()
    )
    met = pairs["first"] == 0
    counted = pairs.group_by("entity").aggregate(
        met=met.cast("int64").sum(),
        kept=(met & (pairs["last"] == 1)).cast("int64").sum(),
        whole=pairs["amount"].sum(),
        repeated=ibis.ifelse(pairs["months"] >= REPEATED, pairs["amount"], 0).sum(),
    )
    rows, at = places(engine.fetch(counted), entities)
    total = {name: spread(at, column(rows, name), len(entities)) for name in ("met", "kept", "whole", "repeated")}
    return share(total["kept"], total["met"]), share(total["repeated"], total["whole"])


def _in_order(engine: Engine, pairs: ir.Table) -> pa.Table:
    """Return the pairs in one order, so that floats add up to the same bytes on every engine."""
    return engine.fetch(pairs, ["entity", "other"])
