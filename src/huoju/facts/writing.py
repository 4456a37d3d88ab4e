"""One delivery on disk: a folder of Parquet, written under another name, whole before it gets its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.event import event_schema
from huoju.core.fact import FACT_SCHEMA
from huoju.core.finding import Finding, findings_table
from huoju.core.ports import Reading
from huoju.facts.store import NOTE

# Texts that differ from row to row: a dictionary of them would only be thrown away again.
_ALL_DIFFER = frozenset({"key", "record", "amount", "net", "tax", "original"})
_GROUP = 1 << 17  # rows of a group, about


class DeliveryWriter:
    """Writes a delivery part by part into ``folder``, so that it never stands in memory as a whole."""

    def __init__(self, folder: Path, sha256: str) -> None:
        (folder / "events").mkdir(parents=True)
        self._folder, self._sha256 = folder, sha256
        self._files = {"facts": _File(folder / "facts.parquet", _delivered(FACT_SCHEMA))}

    def __enter__(self) -> DeliveryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, reading: Reading) -> None:
        """Write the facts and events of one part."""
        self._files["facts"].add(self._signed(reading.facts))
        for kind, table in sorted(reading.events.items()):
            if kind not in self._files:
                path = self._folder / "events" / f"{kind}.parquet"
                self._files[kind] = _File(path, _delivered(event_schema(kind)))
            self._files[kind].add(self._signed(table))

    def finish(self, findings: Iterable[Finding], aside: pa.Table, note: Mapping[str, object]) -> None:
        """Write what was said of the whole; every file is on the disk before this returns.

        ``note`` is kept as ``delivery.json``: what the desk's row says of the delivery.
        """
        for file in self._files.values():
            file.finish()
        for name, table in (("findings", findings_table(findings)), ("aside", aside)):
            file = _File(self._folder / f"{name}.parquet", table.schema)
            file.add(table)
            file.finish()
        text = json.dumps(dict(note), ensure_ascii=False, sort_keys=True, indent=1)
        with (self._folder / NOTE).open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        for place in (self._folder / "events", self._folder):
            sync_folder(place)

    def _signed(self, table: pa.Table) -> pa.Table:
        return table.append_column("delivery", pa.repeat(self._sha256, len(table)))


class _File:
    """One Parquet file in groups of rows."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        repeating = [field.name for field in schema if field.name not in _ALL_DIFFER]
        self._schema, self._held, self._rows = schema, [schema.empty_table()], 0
        self._handle = path.open("wb")
        days = [field.name for field in schema if pa.types.is_date32(field.type)]  # of others, bounds help no question
        self._writer = pq.ParquetWriter(
            self._handle, schema, compression="zstd", use_dictionary=repeating, write_statistics=days
        )

    def add(self, table: pa.Table) -> None:
        self._held.append(table)
        self._rows += len(table)
        if self._rows >= _GROUP:
            self._write()

    def finish(self) -> None:
        if self._rows:
            self._write()
        self._writer.close()
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()

    def close(self) -> None:
        """Let go of the file, whole or not."""
        if not self._handle.closed:
            with suppress(OSError, pa.ArrowException):
                self._writer.close()
            with suppress(OSError):
                self._handle.close()

    def _write(self) -> None:
        self._writer.write_table(pa.concat_tables(self._held), row_group_size=2 * _GROUP)
        self._held, self._rows = [self._schema.empty_table()], 0


def write_delivery(folder: Path, sha256: str, reading: Reading, note: Mapping[str, object]) -> None:
    """Write what a source read into ``folder``, every file on the disk before this returns."""
    with DeliveryWriter(folder, sha256) as writer:
        writer.add(reading)
        writer.finish(reading.findings, reading.aside, note)


def publish(folder: Path, target: Path) -> None:
    """Give a whole folder its own name; after this it never changes."""
    folder.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make what stands in a folder last through a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _delivered(schema: pa.Schema) -> pa.Schema:
    return schema.append(pa.field("delivery", pa.string()))
