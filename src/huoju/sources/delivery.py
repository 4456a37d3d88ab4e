"""A delivery: the bytes of one file, known by their hash, as tables of text cells."""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TypedDict, cast

import pyarrow as pa
import pyarrow.feather as feather

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.sources.files.limits import Limits
from huoju.sources.memory import Memory

ROW = "__row__"


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet or file as delivered: column ``__row__`` and text columns ``0``, ``1``, …; unknown is null.

    ``merged`` are rows in which cells beside each other are merged, ``filled`` rows into which a cell merged with
    those above was written.
    """

    sheet: str
    cells: pa.Table
    merged: tuple[int, ...] = ()
    filled: tuple[int, ...] = ()

    @property
    def rows(self) -> pa.Array:
        """The row or line numbers as a person sees them; ``(n,)``."""
        return self.cells[ROW].combine_chunks()

    @property
    def width(self) -> int:
        """How many columns of text there are."""
        return int(self.cells.num_columns) - 1

    def padded(self, width: int) -> RawTable:
        """Return the table with at least ``width`` columns of text, those added unknown."""
        cells = self.cells
        for place in range(self.width, width):
            cells = cells.append_column(str(place), pa.nulls(len(cells), pa.string()))
        return replace(self, cells=cells)

    def row(self, index: int) -> list[str | None]:
        """Return the text cells of one row."""
        return [self.cells[str(place)][index].as_py() for place in range(self.width)]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it arrived; ``name`` is the file's own name, ``encoding`` is empty for binary kinds."""

    sha256: str
    name: str
    kind: str
    encoding: str
    tables: tuple[RawTable, ...]
    memory: Memory = field(default_factory=Memory)  # of the parts before


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes, by which its delivery is known."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_delivery(path: Path, limits: Limits | None = None) -> Delivery:
    """Return the delivery that a file holds, parsed in a limited child process.

    Raises ``RefusedDelivery`` with the finding that says why; the child's death is a refusal too.
    """
    return replace(joined_parts(open_parts(path, limits)), sha256=sha256_of(path))


def joined_parts(parts: Iterable[Delivery]) -> Delivery:
    """Return the whole delivery that parts make."""
    parts = list(parts)
    sheets = range(max(len(part.tables) for part in parts))
    tables = tuple(_whole([part.tables[sheet] for part in parts]) for sheet in sheets)
    return replace(parts[0], tables=tables)


def open_parts(
    path: Path, limits: Limits | None = None, expected: str | None = None
) -> Generator[Delivery, None, None]:
    """Yield the delivery that a file holds part by part, its rows in their order; each has all sheets.

    Raises ``RefusedDelivery`` as ``open_delivery`` does, at any part; also where the bytes that were read do not
    have the hash that is ``expected``.
    """
    bounds, memory = limits or Limits(), Memory()
    with tempfile.TemporaryDirectory(prefix="huoju-") as folder:
        request: dict[str, object] = {"path": str(path.absolute()), "folder": folder, "limits": bounds.as_dict()}
        for answer in _WORKER.ask(request, bounds.seconds):
            if "refused" in answer:
                raise _refused(path, answer["refused"], answer.get("data", {}))
            if "sha256" in answer:
                if expected is not None and answer["sha256"] != expected:
                    raise _refused(path, "file-changed-while-read", {})
                return
            tables = tuple(_taken(Path(folder), item) for item in answer["tables"])
            yield Delivery(expected or "", path.name, answer["kind"], answer["encoding"], tables, memory)


def _taken(folder: Path, item: _Written) -> RawTable:
    file = folder / item["file"]
    cells = feather.read_table(file, memory_map=False)
    file.unlink()
    return RawTable(item["sheet"], cells, tuple(item["merged"]), tuple(item["filled"]))


def _refused(path: Path, code: str, data: Mapping[str, object]) -> RefusedDelivery:
    finding = Finding(code, path.name, {"file": path.name, **data})
    return RefusedDelivery(f"{path.name}: {code}", findings=(finding,))


def _whole(parts: list[RawTable]) -> RawTable:
    """Return one table of all parts; the narrower ones are unknown to their right."""
    width = max(part.width for part in parts)
    cells = pa.concat_tables([_plain(part.padded(width).cells) for part in parts]).combine_chunks()
    merged, filled = (
        tuple(chain.from_iterable(rows)) for rows in ([p.merged for p in parts], [p.filled for p in parts])
    )
    return RawTable(parts[0].sheet, cells, merged, filled)


def _plain(cells: pa.Table) -> pa.Table:
    return cells.cast(pa.schema([(name, pa.string() if name != ROW else pa.int64()) for name in cells.column_names]))


class _Written(TypedDict):
    """One table that the child wrote."""

    sheet: str
    file: str
    merged: list[int]
    filled: list[int]


class _Answer(TypedDict, total=False):
    """What the child answers: what it wrote, at last the hash of what it read, or why it refused."""

    kind: str
    encoding: str
    tables: list[_Written]
    sha256: str
    refused: str
    data: dict[str, object]


class _Worker:
    """One warm child; replaced when it dies, runs out of time, or was given other limits."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self._owner = 0
        self._limits: object = None

    def ask(self, request: dict[str, object], seconds: int) -> Iterator[_Answer]:
        """Yield what the child answers, each within ``seconds``; a child that is not heard to the end is ended."""
        self._start(request["limits"])
        is_done, count = False, 0
        try:
            self._tell(json.dumps(request).encode() + b"\n")
            while not is_done:
                if count > 1:
                    self._tell(b"\n")
                answer = self._hear(seconds)
                is_done, count = "tables" not in answer, count + 1
                yield answer
        finally:
            if not is_done:
                self.stop()

    def _tell(self, line: bytes) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        with suppress(BrokenPipeError, OSError):
            self._child.stdin.write(line)
            self._child.stdin.flush()

    def _hear(self, seconds: int) -> _Answer:
        """Return the child's next line; where it dies or takes too long it is ended, and that is its answer."""
        assert self._child is not None
        assert self._child.stdout is not None
        handle = self._child.stdout.fileno()
        while b"\n" not in self._heard:
            ready, _, _ = select.select([handle], [], [], seconds)
            more = os.read(handle, 1 << 16) if ready else b""
            if not more:
                self.stop()
                code = "file-kills-parser" if ready else "file-takes-too-long"
                return {"refused": code, "data": {"seconds": seconds}}
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return cast("_Answer", json.loads(line))

    def stop(self) -> None:
        if self._child is not None and self._owner == os.getpid():
            self._child.kill()
            self._child.communicate()
        self._child = None
        self._heard = b""

    def _start(self, limits: object) -> None:
        is_ours = self._owner == os.getpid() and self._limits == limits
        if self._child is None or not is_ours or self._child.poll() is not None:
            self.stop()
            self._owner, self._limits = os.getpid(), limits
            command = [sys.executable, "-I", "-m", "huoju.sources.files.child"]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )


_WORKER = _Worker()
atexit.register(_WORKER.stop)
