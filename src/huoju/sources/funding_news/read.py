"""Funding rounds as news tells them: an amount counts only where a number was stated."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.money import parse_number
from huoju.core.ports import Reading
from huoju.sources import emit
from huoju.sources.declaration import SourceDeclaration
from huoju.sources.delivery import Delivery
from huoju.sources.table import Rows, read_tables

_STATED = re.compile(r"(?:人民币)?(\d+(?:\.\d+)?)(亿|千万|百万|万)?元?(?:人民币)?")
_TIMES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, None: 1}


def read(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return the rounds; "数千万" states no number, so the amount stays unknown and the words are kept."""
    tables = read_tables(source, delivery, known)
    facts: list[pa.Table] = []
    happened: list[pa.Table] = []
    for rows in tables:
        entities = emit.subjects(rows)
        facts += emit.mentions(rows, entities)
        happened.append(_rounds(rows, entities))
    return emit.reading(tables, facts, {"funding": happened})


def stated_amount(text: str) -> int | None:
    """Return the amount in fen that a text states, or None where it states none.

    >>> stated_amount("3000万元人民币"), stated_amount("数千万人民币")
    (3000000000, None)
    """
    found = _STATED.fullmatch(text)
    return parse_number(found[1], Fraction(100 * _TIMES[found[2]])) if found else None


def _rounds(rows: Rows, entities: pa.Array) -> pa.Table:
    stated = emit.texts(rows, "stated")
    amounts = [None if text is None else stated_amount(text) for text in stated.to_pylist()]
    day = pa.array(rows.cells["at"].values).cast(pa.int32()).cast(pa.date32()).cast(pa.string())
    joined = pc.binary_join_element_wise(entities, day, pc.fill_null(emit.texts(rows, "round"), ""), "|")
    columns = {
        "entity": entities,
        "key": pa.array([emit.digest(text) for text in joined.to_pylist()], pa.string()),
        "at": rows.cells["at"].values,
        "amount": pa.array(amounts, pa.int64()),
        "round": emit.texts(rows, "round"),
        "stated": emit.texts(rows, "stated"),
    }
    return emit.events(rows, "funding", columns, np.ones(len(rows), dtype=bool))
