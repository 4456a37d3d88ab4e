"""Sources whose rows are plain claims: one subject, one period, several quantities."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.table import Rows, read_tables


def read_facts(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return the facts that a layout's ``facts`` and ``period`` declare, and what the rows call their subjects."""
    tables = read_tables(source, delivery, known)
    found: list[pa.Table] = []
    for rows in tables:
        entities = emit.subjects(rows)
        found += emit.mentions(rows, entities)
        found += emit.number_facts(rows, entities, rows.layout.facts, *period_of(rows))
    return emit.reading(tables, found, {})


def period_of(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and following first day of what each row speaks of, by the layout's ``period``; ``(n,)`` each.

    ``month`` and ``year`` name the column that says which; otherwise a row holds on the day it became known.
    """
    if rows.layout.period in ("month", "year"):
        return emit.span(rows.cells[rows.layout.period].values, rows.layout.period)
    return rows.known, rows.known + 1
