"""Tables that can be computed again, kept under the hash of all they depend on; the folder may be deleted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import huoju.core
import huoju.facts

KEPT = 48  # tables; the ones used longest ago go first


def kept(folder: Path | None, key: Callable[[], str], compute: Callable[[], pa.Table]) -> pa.Table:
    """Return the table kept under ``key()``, else compute it and keep it; without a folder, compute it.

    A file that can't be read is computed anew, and a folder that can't be written is left alone: the answer
    is the same with and without a cache.
    """
    if folder is None:
        return compute()
    file = folder / f"{key()}.parquet"
    with suppress(OSError, pa.ArrowException):
        table = pq.read_table(file)
        os.utime(file)
        return table
    table = compute()
    with suppress(OSError):
        _write(file, table)
        _forget(folder)
    return table


def key_of(*parts: object) -> str:
    """Return the hash of what a table depends on, the code that computes it among them."""
    whole = "\n".join([_code(), *(str(part) for part in parts)])
    return hashlib.sha256(whole.encode()).hexdigest()


def table_hash(table: pa.Table) -> str:
    """Return the hash of a table's rows, in the given order."""
    digest = hashlib.sha256()
    for row in zip(*(table[name].to_pylist() for name in table.column_names), strict=True):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _write(file: Path, table: pa.Table) -> None:
    """Write under a name of this process and give it its own at once, so that no reader meets half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        pq.write_table(table, temporary, compression="zstd")
        temporary.rename(file)
    finally:
        temporary.unlink(missing_ok=True)


def _forget(folder: Path) -> None:
    files = sorted(folder.glob("*.parquet"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)


@cache
def _code() -> str:
    """Return the hash of the code and vocabulary that summaries are computed with."""
    digest = hashlib.sha256()
    for package in (huoju.core, huoju.facts):
        folder = Path(str(package.__file__)).parent
        for file in sorted(path for ending in ("*.py", "*.yaml") for path in folder.rglob(ending)):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
