"""Trouble with data, carried as data: a code, a place and what the sentence needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

FINDING_SCHEMA = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("where", pa.string(), nullable=False),
        pa.field("data", pa.string(), nullable=False),  # JSON object, keys sorted
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble: ``code`` has a sentence in both languages, ``where`` is ``file:line`` or an entity.

    ``data`` fills the sentence's blanks with plain JSON values and never holds personal data.
    """

    code: str
    where: str
    data: Mapping[str, object] = field(default_factory=dict)


def findings_table(findings: Iterable[Finding]) -> pa.Table:
    """Return the findings as a table of ``FINDING_SCHEMA``, in the given order."""
    rows = list(findings)
    data = [json.dumps(dict(f.data), ensure_ascii=False, sort_keys=True, default=str) for f in rows]
    columns = [[f.code for f in rows], [f.where for f in rows], data]
    return pa.table(columns, schema=FINDING_SCHEMA)


def findings_from_table(table: pa.Table) -> tuple[Finding, ...]:
    """Return the findings that a table of ``FINDING_SCHEMA`` holds."""
    rows = table.select(["code", "where", "data"]).to_pylist()
    return tuple(Finding(row["code"], row["where"], json.loads(row["data"])) for row in rows)
