"""Invoices: each row is a sale of one enterprise or a purchase of another, voided and red-letter ones kept."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.coded import each_value
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.table import Rows, read_tables

Kind = Literal["sales_invoice", "purchase_invoice"]
ISSUED, RECEIVED = ("销项", "开具"), ("进项", "取得")


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return the invoices as events, and for the tax bureau's layout what it calls its subjects."""
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: dict[str, list[pa.Table]] = {}
    for rows in tables:
        kind = _kind(rows, delivery)
        if rows.layout.name == "tax_bureau":
            own, other = ("seller", "buyer") if kind == "sales_invoice" else ("buyer", "seller")
            entities = emit.coded_subjects(rows, own, f"{own}_name")
            others = emit.coded_subjects(rows, other, f"{other}_name")
            facts += emit.mentions(rows, entities, own, f"{own}_name")
        else:
            entities = emit.subjects(rows)
            column = "other_identifier" if kind == "sales_invoice" else "seller_identifier"
            others = pc.binary_join_element_wise(f"{rows.layout.namespace}:", emit.texts(rows, column), "")
        happened.setdefault(kind, []).append(_events(rows, kind, entities, others))
    return emit.reading(tables, facts, happened)


def _kind(rows: Rows, delivery: Delivery) -> Kind:
    """Return whether the table holds sales or purchases, by its layout, or by what its titles and names say."""
    if rows.layout.name == "masked_issued":
        return "sales_invoice"
    if rows.layout.name == "masked_received":
        return "purchase_invoice"
    for title in rows.titles:
        is_issued, is_received = (any(word in title for word in words) for words in (ISSUED, RECEIVED))
        if is_issued != is_received:
            return "sales_invoice" if is_issued else "purchase_invoice"
    finding = Finding("direction-unknown", delivery.name, {"file": delivery.name})
    raise RefusedDelivery(f"{delivery.name}: direction-unknown", findings=(finding,))


def _events(rows: Rows, kind: Kind, entities: pa.Array, others: pa.Array) -> pa.Table:
    status = rows.cells["status"].folded
    voided = each_value(status, lambda texts: pc.match_substring(texts, "作废"))
    voided_on = emit.values(rows, "voided_on")
    known = np.maximum(rows.known, voided_on.fill_null(0).to_numpy(zero_copy_only=False))
    columns = {
        "entity": entities,
        "key": emit.keys(rows, rows.layout.key),
        "other": others,
        "at": rows.cells["at"].values,
        "amount": emit.values(rows, "amount"),
        "known": known,
        "net": emit.values(rows, "net"),
        "tax": emit.values(rows, "tax"),
        "voided": pc.cast(voided, pa.int64()),
        "status": status,
    }
    return emit.events(rows, kind, columns, entities.is_valid().to_numpy(zero_copy_only=False))
