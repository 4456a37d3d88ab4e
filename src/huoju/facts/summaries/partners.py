"""Counterparties: how much of the whole the largest one is, and how concentrated they are."""

from __future__ import annotations

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.facts.engine import Engine
from huoju.facts.summaries.happened import Flags, Whole, column, places
from huoju.facts.summaries.rhythm import micro


def partner_shares(
    engine: Engine, invoices: ir.Table, entities: tuple[EntityId, ...]
) -> tuple[tuple[Whole, Flags], tuple[Whole, Flags]]:
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


def _in_order(engine: Engine, pairs: ir.Table) -> pa.Table:
    """Return the pairs in one order, so that floats add up to the same bytes on every engine."""
    return engine.fetch(pairs, ["entity", "other"])
