"""Loans, repayments, ratings and defaults as a bank delivers them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.mapped import period_of
from huoju.sources.table import Rows, read_tables


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return what a bank says of its borrowers; its rating is kept as a fact and is no model's feature."""
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: dict[str, list[pa.Table]] = {}
    for rows in tables:
        entities = emit.subjects(rows)
        facts += emit.mentions(rows, entities)
        facts += emit.number_facts(rows, entities, rows.layout.facts, *period_of(rows))
        kind, made = _EVENTS.get(rows.layout.name, ("", None))
        if made is not None:
            happened.setdefault(kind, []).append(made(rows, entities))
    return emit.reading(tables, facts, happened)


def _loans(rows: Rows, entities: pa.Array) -> pa.Table:
    columns = {
        "entity": entities,
        "key": emit.keys(rows, rows.layout.key),
        "at": rows.cells["at"].values,
        "amount": emit.values(rows, "amount"),
        "matures_on": emit.values(rows, "matures_on"),
        "yearly_rate": emit.values(rows, "yearly_rate"),
        "repayment_method": emit.texts(rows, "repayment_method"),
    }
    return emit.events(rows, "loan", columns, np.ones(len(rows), dtype=bool))


def _repayments(rows: Rows, entities: pa.Array) -> pa.Table:
    principal, interest = emit.values(rows, "principal"), emit.values(rows, "interest")
    due = pa.array(rows.cells["at"].values).cast(pa.int32()).cast(pa.date32()).cast(pa.string())
    contract = emit.texts(rows, "contract")
    columns = {
        "entity": entities,
        "key": pc.binary_join_element_wise(contract, due, "|"),
        "at": rows.cells["at"].values,
        "amount": pc.add(principal, interest),
        "contract": contract,
        "principal": principal,
        "interest": interest,
        **{name: emit.values(rows, name) for name in ("paid_on", "paid", "days_overdue", "outstanding")},
    }
    return emit.events(rows, "repayment", columns, np.ones(len(rows), dtype=bool))


def _defaults(rows: Rows, entities: pa.Array) -> pa.Table:
    day = rows.cells["defaulted_on"].values if "defaulted_on" in rows else np.zeros(len(rows), dtype=np.int64)
    dated = rows.cells["defaulted_on"].known if "defaulted_on" in rows else np.zeros(len(rows), dtype=bool)
    text = pa.array(day).cast(pa.int32()).cast(pa.date32()).cast(pa.string())
    columns = {"entity": entities, "key": pc.binary_join_element_wise(entities, text, "|"), "at": day}
    return emit.events(rows, "default", columns, dated & (rows.cells["default"].values == 1))


_EVENTS: dict[str, tuple[str, Callable[[Rows, pa.Array], pa.Table] | None]] = {
    "loans": ("loan", _loans),
    "repayments": ("repayment", _repayments),
    "ratings": ("default", _defaults),
}
