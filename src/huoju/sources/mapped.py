"""Sources without code: whatever a layout declares of facts and events is read here."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.ports import Reading
from huoju.core.variable import event_kinds
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.layout import DATED, KNOWN, EventRule
from huoju.sources.table import Rows, read_tables


def read_mapped(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return the facts and events that the layouts of a source declare.

    A subject is its valid code, else its identifier in the layout's namespace, else a hash of name and code as
    written. Raises ``RefusedDelivery`` where the delivery as a whole can't be taken.
    """
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: dict[str, list[pa.Table]] = {}
    for rows in tables:
        entities = emit.subjects(rows)
        facts += emit.mentions(rows, entities)
        span = period_of(rows)
        facts += emit.number_facts(rows, entities, rows.layout.facts, *span)
        facts += emit.stated_facts(rows, entities, rows.layout.stated, *span)
        for rule in rows.layout.events:
            happened.setdefault(rule.kind, []).append(_events(rows, entities, rule))
    return emit.reading(tables, facts, happened)


def period_of(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and following first day of what each row speaks of, by the layout's ``period``; ``(n,)`` each.

    ``period`` names the column that says which month, year or day it is; without one, and where that cell is
    unknown, a row holds on the day it became known.
    """
    name = rows.layout.period
    rule = rows.layout.rule(name)
    if name in ("", KNOWN) or rule is None or name not in rows:
        return rows.known, rows.known + 1
    assert rule.kind in DATED, f"{rows.source.name}: {name} is no day, month or year."
    cell = rows.cells[name]
    days = np.where(cell.known, cell.values, rows.known)
    if rule.kind == "day":
        return days, days + 1
    start, end = emit.span(np.where(cell.known, cell.values, 0), rule.kind)
    return np.where(cell.known, start, rows.known), np.where(cell.known, end, rows.known + 1)


def _events(rows: Rows, entities: pa.Array, rule: EventRule) -> pa.Table:
    day, dated = _day(rows, rule.at)
    columns: dict[str, pa.Array | NDArray[np.int64]] = {
        "entity": entities,
        "key": emit.keys(rows, rule.key),
        "at": day,
    }
    if rule.amount:
        columns["amount"] = emit.values(rows, rule.amount)
    if rule.other:
        columns["other"] = emit.subjects(rows, code="", name=rule.other, namespace=rows.layout.namespace)
    fields = event_kinds()[rule.kind].fields
    for field, column in rule.fields.items():
        is_text = fields[field].dtype == "text"
        columns[field] = emit.texts(rows, column) if is_text else emit.values(rows, column)
    for field, value in rule.stated.items():
        is_text = fields[field].dtype == "text"
        columns[field] = pa.array([value if is_text else int(value)] * len(rows))
    has_entity = entities.is_valid().to_numpy(zero_copy_only=False)
    return emit.events(rows, rule.kind, columns, dated & has_entity)


def _day(rows: Rows, name: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    if name == KNOWN:
        return rows.known, np.ones(len(rows), dtype=bool)
    if name not in rows:
        return rows.known, np.zeros(len(rows), dtype=bool)
    rule = rows.layout.rule(name)
    assert rule is not None
    assert rule.kind in DATED, f"{rows.source.name}: {name} is no day."
    return rows.cells[name].values, rows.cells[name].known
