"""Patents: one event for each applicant, found by name, since the office gives no code."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.table import expanded, read_tables


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return the patents; a later delivery of the same application replaces its legal status."""
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: list[pa.Table] = []
    for rows in tables:
        each = expanded(rows, "name")
        entities = emit.subjects(each)
        facts += emit.mentions(each, entities)
        columns = {
            "entity": entities,
            "key": emit.keys(each, each.layout.key),
            "at": each.cells["at"].values,
            "patent_type": emit.texts(each, "patent_type"),
            "granted_on": emit.values(each, "granted_on"),
            "legal_status": emit.texts(each, "legal_status"),
        }
        happened.append(emit.events(each, "patent", columns, np.ones(len(each), dtype=bool)))
    return emit.reading(tables, facts, {"patent": happened})
