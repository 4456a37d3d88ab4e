"""The register: who exists under which name, with former names and parents."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.mapped import period_of
from huoju.sources.table import Rows, expanded, read_tables


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return what the register says of each enterprise; its name is the legal one, others are former names."""
    tables = read_tables(source, delivery, known)
    found: list[pa.Table] = []
    for rows in tables:
        entities = emit.subjects(rows)
        everyone = np.ones(len(rows), dtype=bool)
        found.append(emit.text_facts(rows, "legal_name", entities, rows.cells["name"].original, everyone))
        found += [table for table in emit.mentions(rows, entities) if _is_code(table)]
        found += emit.number_facts(rows, entities, rows.layout.facts, *period_of(rows))
        if "former_names" in rows:
            found.append(_former(rows))
    return emit.reading(tables, found, {})


def _is_code(table: pa.Table) -> bool:
    return len(table) > 0 and table["variable"][0].as_py() == "uscc_as_delivered"


def _former(rows: Rows) -> pa.Table:
    each = expanded(rows, "former_names")
    names = each.cells["former_names"].original
    return emit.text_facts(each, "former_name", emit.subjects(each), names, np.ones(len(each), dtype=bool))
