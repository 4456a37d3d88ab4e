"""Tables and views of databases: taken as they stand, as a Parquet file of texts that is then a delivery like others.

Run as ``python -m huoju.sources.database``: reads one request from standard input, writes the file, answers. It is a
process of its own, bounded in memory and time, so that a hostile view or a huge table harms no one else.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal

MAGIC = b"SQLite format 3\x00"
SCHEMES = ("sqlite://", "postgres://", "postgresql://")


def is_address(place: str) -> bool:
    """Return whether a place is the address of a database rather than a file."""
    return place.startswith(SCHEMES)


def is_database(file: Path) -> bool:
    """Return whether a file is a SQLite database, told from its content."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def take_table(place: str, table: str, folder: Path, limits: Limits | None = None) -> Path:
    """Write a table or view into ``folder`` and return the file, named after database and table.

    The same rows give the same bytes, in whatever order the database keeps them. Raises ``RefusedDelivery``. A
    password is never part of a name, message or file: PostgreSQL takes it from ``PGPASSWORD`` or ``~/.pgpass``.
    """
    bounds = limits or Limits()
    name = f"{place.rpartition('/')[2].partition('?')[0]}.{table}.parquet"
    target = folder / name
    request = {"place": place, "table": table, "file": str(target), "memory": bounds.memory}
    command = [sys.executable, "-I", "-m", "huoju.sources.database"]
    try:
        done = subprocess.run(
            command, input=json.dumps(request), capture_output=True, text=True, timeout=bounds.seconds, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
    except subprocess.TimeoutExpired:
        answer = {"refused": "file-takes-too-long", "data": {"seconds": bounds.seconds}}
    if not answer.get("written"):
        code = answer.get("refused", "file-kills-parser")
        finding = Finding(code, name, {"file": name, "table": table, **answer.get("data", {})})
        raise RefusedDelivery(f"{name}: {code}", findings=(finding,))
    return target


def write_table(place: str, table: str, file: Path) -> None:
    """Write a table of a database as text; raises ``Refusal`` where it is not there or can't be reached."""
    import ibis

    try:
        backend = _connected(place)
        names = sorted(backend.list_tables())
    except Refusal:
        raise
    except Exception as error:  # every driver has its own family of errors
        raise Refusal("database-not-reached", kind=type(error).__name__) from None
    if table not in names:
        raise Refusal("database-without-table", known=", ".join(names[:20]))
    try:
        found = backend.table(table)
        texts = {
            name: found[name].ifelse("1", "0") if kind.is_boolean() else found[name].cast("string")
            for name, kind in found.schema().items()
        }
        rows: pa.Table = backend.to_pyarrow(found.select(**texts))
    except ibis.IbisError as error:
        raise Refusal("database-not-read", kind=type(error).__name__) from None
    rows = rows.cast(pa.schema([pa.field(name, pa.string()) for name in rows.column_names]))
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names])
    pq.write_table(rows, file, compression="zstd")


def _connected(place: str) -> Any:
    import ibis

    if place.startswith(("postgres://", "postgresql://")):
        backend = ibis.connect(place.replace("postgresql://", "postgres://", 1))
        backend.raw_sql("SET TIME ZONE 'Asia/Shanghai'")
        backend.raw_sql("SET default_transaction_read_only = on")
        return backend
    path = Path(place.removeprefix("sqlite://")).absolute()
    if not is_database(path):
        raise Refusal("database-not-reached", kind="file")
    import sqlite3

    return ibis.sqlite.from_connection(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True))


def main() -> None:
    """Answer one request."""
    request = json.loads(sys.stdin.read())
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer: dict[str, object]
    try:
        write_table(request["place"], request["table"], Path(request["file"]))
        answer = {"written": True}
    except Refusal as refusal:
        answer = {"refused": refusal.code, "data": refusal.data}
    except MemoryError:
        answer = {"refused": "file-needs-too-much-memory", "data": {}}
    except Exception as error:  # whatever a driver throws is a refusal, never a crash
        answer = {"refused": "database-not-read", "data": {"kind": type(error).__name__}}
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
