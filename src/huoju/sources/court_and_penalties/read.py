"""Judgments, enforcements, penalties and abnormal-operation listings, known from the day of publication."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.table import read_tables

KINDS = {"judgment": ("civil_judgment", "enforcement", "dishonesty"), "penalty": ("penalty", "abnormal_operation")}


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return what was decided about whom; both kinds are there, empty or not, once one was delivered."""
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: dict[str, list[pa.Table]] = {kind: [] for kind in KINDS}
    for rows in tables:
        entities = emit.subjects(rows)
        facts += emit.mentions(rows, entities)
        matter = emit.texts(rows, "matter")
        columns = {
            "entity": entities,
            "key": emit.keys(rows, rows.layout.key),
            "at": rows.cells["at"].values,
            "amount": emit.values(rows, "amount"),
            "matter": matter,
            "role": emit.texts(rows, "role"),
            "ended_on": emit.values(rows, "ended_on"),
        }
        for kind, matters in KINDS.items():
            is_kind = np.asarray(pc.is_in(matter, value_set=pa.array(matters)).to_numpy(zero_copy_only=False))
            happened[kind].append(emit.events(rows, kind, columns, is_kind))
    return emit.reading(tables, facts, happened)
