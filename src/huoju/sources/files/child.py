"""The child process that opens files: one request a line, memory and time bounded, no network.

Run as ``python -m huoju.sources.files.child``. A request is a JSON object with ``path``, ``folder`` and
``limits``; the answers name the Arrow files written into ``folder`` part by part, the last one with ``sha256``,
or a refusal. After each part but the first the child waits for a line, so that it is one part ahead and no more.
A file that kills the child is a refused file; the parent starts another.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather

from huoju.sources.files.csv_parts import CsvParts
from huoju.sources.files.kind import kind_of
from huoju.sources.files.limits import Limits
from huoju.sources.files.parquet import read_parquet
from huoju.sources.files.refusal import Refusal
from huoju.sources.files.text import Lines, read_json
from huoju.sources.files.xlsx import Sheet, read_xlsx

ROW = "__row__"


def parse(path: Path, folder: Path, limits: Limits) -> Iterator[dict[str, object]]:
    """Yield what was written into ``folder``, part by part, then the hash of what was read; raises ``Refusal``."""
    kind = kind_of(path)
    if kind == "csv":
        parts = CsvParts(path, limits)
        empty = True
        for number, table in enumerate(parts):
            empty &= not len(table)
            written = [_written(folder, number, Sheet("", []), table)]
            yield {"kind": kind, "encoding": parts.encoding, "tables": written}
        if empty:
            raise Refusal("file-without-rows")
        yield {"sha256": parts.sha256}
        return
    encoding = ""
    tables: list[tuple[Sheet, pa.Table]] = []
    if kind == "xlsx":
        tables = [(s, _cells(list(range(1, len(s.rows) + 1)), s.rows, limits)) for s in read_xlsx(path, limits)]
    elif kind == "parquet":
        tables = [(Sheet("", []), _with_header(read_parquet(path)))]
    else:
        lines = read_json(path, limits)
        encoding, tables = lines.encoding, [(Sheet("", []), _table(lines, limits))]
    if not any(table.num_rows for _, table in tables):
        raise Refusal("file-without-rows")
    written = [_written(folder, number, sheet, table) for number, (sheet, table) in enumerate(tables)]
    yield {"kind": kind, "encoding": encoding, "tables": written}
    with path.open("rb") as file:
        yield {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _written(folder: Path, number: int, sheet: Sheet, table: pa.Table) -> dict[str, object]:
    file = folder / f"{number}.arrow"
    try:
        feather.write_feather(table, file, compression="uncompressed", chunksize=max(len(table), 1))
    except OSError:
        raise Refusal("no-room-for-reading", folder=str(folder.parent)) from None
    return {"sheet": sheet.name, "file": file.name, "merged": sheet.merged, "filled": sheet.filled}


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
            for number, answer in enumerate(parse(Path(request["path"]), Path(request["folder"]), limits)):
                if number > 1:
                    sys.stdin.readline()
                _say(answer)
        except Refusal as refusal:
            _say({"refused": refusal.code, "data": refusal.data})
        except MemoryError:
            _say({"refused": "file-needs-too-much-memory", "data": {}})
        except Exception as error:  # whatever a parser throws at a hostile file is a refusal, never a crash
            _say({"refused": "file-damaged", "data": {"kind": type(error).__name__}})
        pa.default_memory_pool().release_unused()  # a warm child waits without the memory of its last file


def _say(answer: dict[str, object]) -> None:
    print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)


if __name__ == "__main__":
    main()
