"""Complaints about rows, gathered so that a thousand alike make one finding that still names every row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.finding import Finding
from huoju.core.ports import ASIDE_SCHEMA

SHOWN = 5  # rows that a sentence names; a finding's data name every one


@dataclass(slots=True)
class Complaints:
    """What is wrong with the rows of one table: findings, and the rows that are set aside for them."""

    place: str  # file, or file#sheet
    rows: NDArray[np.int64]  # row numbers as a person sees them
    findings: list[Finding] = field(default_factory=list)
    aside: dict[int, tuple[str, str]] = field(default_factory=dict)  # index -> (code, column)
    order: dict[tuple[str, str, str], int] = field(default_factory=dict)  # where findings stand among all parts
    asked: int = 0

    def note(self, code: str, **data: object) -> None:
        """Add a finding about the whole table."""
        finding = Finding(code, self.place, data)
        self._ask(code, "")
        if finding not in self.findings:
            self.findings.append(finding)

    def about(
        self, code: str, column: str, wrong: NDArray[np.bool_], texts: pa.Array | None = None, **more: object
    ) -> None:
        """Add one finding about the rows where ``wrong``; ``(n,)``. Nothing where none is."""
        self._add(code, column, wrong, texts, more)

    def set_aside(
        self, code: str, column: str, wrong: NDArray[np.bool_], texts: pa.Array | None = None, **more: object
    ) -> None:
        """Add one finding about the rows where ``wrong`` and set these rows aside; ``(n,)``."""
        self._add(code, column, wrong, texts, more)
        for index in np.flatnonzero(wrong):
            self.aside.setdefault(int(index), (code, column))

    def kept(self) -> NDArray[np.bool_]:
        """Return which rows stay; ``(n,)``."""
        keep = np.ones(len(self.rows), dtype=bool)
        keep[list(self.aside)] = False
        return keep

    def aside_table(self, columns: Mapping[str, pa.Array]) -> pa.Table:
        """Return the rows set aside with their original text, by row."""
        records = [
            {
                "record": f"{self.place}:{self.rows[index]}",
                "code": code,
                "column": column,
                "original": json.dumps({h: c[index].as_py() for h, c in columns.items()}, ensure_ascii=False),
            }
            for index, (code, column) in sorted(self.aside.items())
        ]
        return pa.Table.from_pylist(records, schema=ASIDE_SCHEMA)

    def _add(
        self, code: str, column: str, wrong: NDArray[np.bool_], texts: pa.Array | None, more: Mapping[str, object]
    ) -> None:
        self._ask(code, column)
        places = np.flatnonzero(wrong)
        if not places.size:
            return
        numbers = [int(self.rows[place]) for place in places[:SHOWN]]
        rest = ", …" if places.size > SHOWN else ""
        value = texts[int(places[0])].as_py() if texts is not None else ""
        data = {
            "column": column,
            "count": int(places.size),
            "rows": ", ".join(map(str, numbers)) + rest,
            "every": spans(self.rows[places]),
            "value": "" if value is None else value,
            **more,
        }
        self.findings.append(Finding(code, f"{self.place}:{numbers[0]}", data))

    def _ask(self, code: str, column: str) -> None:
        """Remember when this was asked: every part of a delivery is asked the same in the same order."""
        self.asked += 1
        self.order.setdefault((self.place, code, column), self.asked)


def merged(findings: Iterable[Finding], order: Mapping[tuple[str, str, str], int]) -> tuple[Finding, ...]:
    """Return the findings of all parts of a delivery as the whole would give them, each once."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        place = finding.where.rpartition(":")[0] if "every" in finding.data else finding.where
        found.setdefault((place, finding.code, str(finding.data.get("column", ""))), []).append(finding)
    keys = sorted(found, key=lambda key: order.get(key, len(order)))
    return tuple(finding for key in keys for finding in _joined(key[0], found[key]))


def _joined(place: str, alike: list[Finding]) -> list[Finding]:
    if len(alike) == 1 or "every" not in alike[0].data:
        return list({repr(finding): finding for finding in alike}.values())
    rows = np.concatenate([_rows_of(str(finding.data["every"])) for finding in alike])
    shown = ", ".join(map(str, rows[:SHOWN].tolist())) + (", …" if rows.size > SHOWN else "")
    data = {**alike[0].data, "count": int(rows.size), "rows": shown, "every": spans(rows)}
    return [Finding(alike[0].code, f"{place}:{rows[0]}", data)]


def _rows_of(every: str) -> NDArray[np.int64]:
    ends = [span.partition("-") for span in every.split(", ")]
    first = np.array([int(begin) for begin, _, _ in ends], dtype=np.int64)
    count = np.array([int(end or begin) for begin, _, end in ends], dtype=np.int64) - first + 1
    before = np.cumsum(count) - count
    return np.repeat(first - before, count) + np.arange(int(count.sum()))


def spans(rows: NDArray[np.int64]) -> str:
    """Return every row number, runs as spans; ``(n,)``, rising.

    >>> spans(np.array([2, 3, 4, 9]))
    '2-4, 9'
    """
    last = np.append(np.diff(rows) != 1, True)
    first = np.append(True, last[:-1])
    runs = zip(rows[first].tolist(), rows[last].tolist(), strict=True)
    return ", ".join(str(begin) if begin == end else f"{begin}-{end}" for begin, end in runs)
