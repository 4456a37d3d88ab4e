"""The child process that opens files: one request a line, memory and time bounded, no network.

Run as ``python -m huoju.sources.files.child``. A request is a JSON object with ``path``, ``folder`` and
``limits``; the answer names the Arrow files written into ``folder``, or a refusal. A file that kills
the child is a refused file; the parent starts another.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather

from huoju.sources.files.kind import kind_of
from huoju.sources.files.limits import Limits
from huoju.sources.files.parquet import read_parquet
from huoju.sources.files.refusal import Refusal
from huoju.sources.files.text import Lines, read_csv, read_json
from huoju.sources.files.xlsx import Sheet, read_xlsx

ROW = "__row__"


def parse(path: Path, folder: Path, limits: Limits) -> dict[str, object]:
    """Write the tables of a file into ``folder`` and return what was written; raises ``Refusal``."""
    kind = kind_of(path)
    encoding = ""
    tables: list[tuple[Sheet, pa.Table]] = []
    if kind == "xlsx":
        tables = [(s, _cells(list(range(1, len(s.rows) + 1)), s.rows, limits)) for s in read_xlsx(path, limits)]
    elif kind == "parquet":
        tables = [(Sheet("", []), _with_header(read_parquet(path)))]
    else:
        lines = read_csv(path, limits) if kind == "csv" else read_json(path, limits)
        encoding = lines.encoding
        tables = [(Sheet("", []), _table(lines, limits))]
    if not any(table.num_rows for _, table in tables):
        raise Refusal("file-without-rows")
    written: list[dict[str, object]] = []
    for number, (sheet, table) in enumerate(tables):
        file = folder / f"{number}.arrow"
        try:
            feather.write_feather(table, file, compression="uncompressed")
        except OSError:
            raise Refusal("no-room-for-reading", folder=str(folder.parent)) from None
        written.append({"sheet": sheet.name, "file": file.name, "merged": sheet.merged, "filled": sheet.filled})
    return {"kind": kind, "encoding": encoding, "tables": written}


def _table(lines: Lines, limits: Limits) -> pa.Table:
    return _cells(lines.numbers, lines.rows, limits)


def _cells(numbers: list[int], rows: list[list[str | None]], limits: Limits) -> pa.Table:
    width = max(map(len, rows), default=0)
    if width > limits.columns:
        raise Refusal("sheet-too-many-columns", at_most=limits.columns)
    padded = [row + [None] * (width - len(row)) for row in rows]
    columns = {str(place): pa.array([row[place] for row in padded], pa.string()) for place in range(width)}
    return pa.table({ROW: pa.array(numbers, pa.int64()), **columns})


def _with_header(table: pa.Table) -> pa.Table:
    """Return the table with its column names as row 0, so that every kind of file looks alike."""
    columns = {
        str(place): pa.chunked_array([pa.array([name]), *table[name].chunks])
        for place, name in enumerate(table.column_names)
    }
    return pa.table({ROW: pa.array(range(table.num_rows + 1), pa.int64()), **columns})


def main() -> None:
    """Answer requests from standard input until it closes."""
    bounded = False
    for line in sys.stdin:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        if not bounded:
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            bounded = True
        try:
            answer = parse(Path(request["path"]), Path(request["folder"]), limits)
        except Refusal as refusal:
            answer = {"refused": refusal.code, "data": refusal.data}
        except MemoryError:
            answer = {"refused": "file-needs-too-much-memory", "data": {}}
        except Exception as error:  # whatever a parser throws at a hostile file is a refusal, never a crash
            answer = {"refused": "file-damaged", "data": {"kind": type(error).__name__}}
        print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)


if __name__ == "__main__":
    main()
