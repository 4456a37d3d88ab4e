"""One delivery on disk: a folder of Parquet, written under another name, whole before it gets its own."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.finding import findings_table
from huoju.core.ports import Reading
from huoju.facts.store import NOTE


def write_delivery(folder: Path, sha256: str, reading: Reading, note: Mapping[str, object]) -> None:
    """Write what a source read into ``folder``, every file on the disk before this returns.

    ``note`` is kept as ``delivery.json``: what the desk's row says of the delivery.
    """
    (folder / "events").mkdir(parents=True)
    _write(folder / "facts.parquet", _signed(reading.facts, sha256))
    for kind, table in sorted(reading.events.items()):
        _write(folder / "events" / f"{kind}.parquet", _signed(table, sha256))
    _write(folder / "findings.parquet", findings_table(reading.findings))
    _write(folder / "aside.parquet", reading.aside)
    text = json.dumps(dict(note), ensure_ascii=False, sort_keys=True, indent=1)
    with (folder / NOTE).open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    for place in (folder / "events", folder):
        sync_folder(place)


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


def _signed(table: pa.Table, sha256: str) -> pa.Table:
    return table.append_column("delivery", pa.repeat(sha256, len(table)))


def _write(path: Path, table: pa.Table) -> None:
    with path.open("wb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())
