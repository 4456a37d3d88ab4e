"""Checks that a new folder must pass the day it appears; only tests import this module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa

from huoju.core.event import event_schema
from huoju.core.fact import FACT_SCHEMA
from huoju.core.finding import findings_table
from huoju.core.ports import ASIDE_SCHEMA, Reading
from huoju.ratings.checking import failures, read_cases
from huoju.ratings.shipped import SHIPPED, load_scheme
from huoju.sources import SourceDeclaration, open_delivery, read

SAMPLE_KNOWN = date(2024, 7, 31)  # for the records of samples that have no day of their own


def check_source(source: SourceDeclaration) -> None:
    """Check one source against its samples: each layout has one, and each gives the record beside it.

    Reading twice must be equal, every fact, event and set-aside row must say from which file and row it comes,
    and both languages must stand in its README. Raises ``AssertionError`` that says what and where.
    """
    samples = dict(samples_of(source))
    missing = set(source.layouts) - {name.split(".")[0] for name in samples}
    assert not missing, f"{source.name}: no sample for the layout {', '.join(sorted(missing))} in {source.folder}."
    assert "合成" in (source.folder / "README.md").read_text(encoding="utf-8"), f"{source.name}: README.md is absent."
    for name, path in samples.items():
        reading = read(source.name, open_delivery(path), SAMPLE_KNOWN)
        again = read(source.name, open_delivery(path), SAMPLE_KNOWN)
        assert record_of(reading) == record_of(again), f"{source.name}/{name}: reading twice gives two things."
        _check_tables(source, path, reading)
        expected = json.loads(record_path(path).read_text(encoding="utf-8"))
        assert record_of(reading) == expected, f"{source.name}/{name}: differs from {record_path(path).name}."


def check_scheme(name: str) -> None:
    """Check one scheme: every case holds, every criterion is cited, both languages stand in its README.

    A version that is a draft refuses to score and says whose source is needed. Raises ``AssertionError`` that says
    what and where.
    """
    prepared = load_scheme(name)
    folder = SHIPPED / name
    cases = read_cases(folder / "cases.yaml", prepared.scheme)
    assert cases, f"{name}: cases.yaml holds no case."
    wrong = [f"{f.place} {f.case}: {f.what}: expected {f.expected}, got {f.got}" for f in failures(prepared, cases)]
    assert not wrong, f"{name}: {len(wrong)} differences:\n" + "\n".join(wrong)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for version in prepared.scheme.versions:
        for number in filter(None, version.document.number.split("、")):
            assert number in readme, f"{name}: README.md lacks {number}."
        bases = {gate.id: gate.basis for gate in version.gates}
        bases |= {route.id: route.basis for route in version.routes}
        bases |= {condition.id: condition.basis for condition in (*version.vetoes, *version.checks)}
        bases |= {item.id: item.basis for item in version.items}
        for criterion, basis in bases.items():
            assert basis.clause or basis.source, f"{name} {version.id} {criterion}: no clause or source."
    assert "认定" in readme, f"{name}: README.md does not say 通过测算 ≠ 已认定."
    assert "certif" in readme, f"{name}: README.md does not say that a computed pass is no certificate."


def samples_of(source: SourceDeclaration) -> Iterator[tuple[str, Path]]:
    """Yield name and path of every sample delivery of a source."""
    for path in sorted((source.folder / "samples").iterdir()):
        if not path.name.endswith(".expected.json"):
            yield path.name, path


def record_path(sample: Path) -> Path:
    """Return where the record of a sample stands: beside it, under its name."""
    return sample.with_name(f"{sample.name}.expected.json")


def record_of(reading: Reading) -> Mapping[str, object]:
    """Return everything a reading gives as plain JSON values, row by row, unknown cells left out."""
    return {
        "rows": reading.rows,
        "facts": _plain(reading.facts),
        "events": {kind: _plain(table) for kind, table in sorted(reading.events.items())},
        "findings": _plain(findings_table(reading.findings)),
        "aside": _plain(reading.aside),
    }


def _plain(table: pa.Table) -> list[dict[str, object]]:
    return [
        {name: str(value) if isinstance(value, date) else value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]


def _check_tables(source: SourceDeclaration, path: Path, reading: Reading) -> None:
    assert reading.facts.schema.equals(FACT_SCHEMA), f"{source.name}: facts are not in the one schema."
    assert reading.aside.schema.equals(ASIDE_SCHEMA), f"{source.name}: rows set aside are not in the one schema."
    for kind, table in reading.events.items():
        assert table.schema.equals(event_schema(kind)), f"{source.name}: {kind} is not in its schema."
    for table in (reading.facts, reading.aside, *reading.events.values()):
        for record in table["record"].to_pylist():
            assert record.startswith(path.name), f"{source.name}/{path.name}: {record!r} says no place."
            assert record.rpartition(":")[2].isdigit(), f"{source.name}/{path.name}: {record!r} says no row."
