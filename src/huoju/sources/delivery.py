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
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

import pyarrow as pa
import pyarrow.feather as feather

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.sources.files.limits import Limits

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


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes, by which its delivery is known."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_delivery(path: Path, limits: Limits | None = None) -> Delivery:
    """Return the delivery that a file holds, parsed in a limited child process.

    Raises ``RefusedDelivery`` with the finding that says why; the child's death is a refusal too.
    """
    bounds = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="huoju-") as folder:
        request: dict[str, object] = {"path": str(path.absolute()), "folder": folder, "limits": bounds.as_dict()}
        answer = _WORKER.ask(request, bounds.seconds)
        if "refused" in answer:
            data = {"file": path.name, **answer.get("data", {})}
            finding = Finding(answer["refused"], path.name, data)
            raise RefusedDelivery(f"{path.name}: {finding.code}", findings=(finding,))
        tables = tuple(
            RawTable(
                item["sheet"],
                feather.read_table(Path(folder) / item["file"], memory_map=False),
                tuple(item["merged"]),
                tuple(item["filled"]),
            )
            for item in answer["tables"]
        )
    return Delivery(sha256_of(path), path.name, answer["kind"], answer["encoding"], tables)


class _Written(TypedDict):
    """One table that the child wrote."""

    sheet: str
    file: str
    merged: list[int]
    filled: list[int]


class _Answer(TypedDict, total=False):
    """What the child answers: what it wrote, or why it refused."""

    kind: str
    encoding: str
    tables: list[_Written]
    refused: str
    data: dict[str, object]


class _Worker:
    """One warm child; replaced when it dies, runs out of time, or was given other limits."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._limits: object = None

    def ask(self, request: dict[str, object], seconds: int) -> _Answer:
        child = self._alive(request["limits"])
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            ready, _, _ = select.select([child.stdout], [], [], seconds)
            line = child.stdout.readline() if ready else b""
        except (BrokenPipeError, OSError):
            line, ready = b"", [child.stdout]
        if line:
            return cast("_Answer", json.loads(line))
        self.stop()
        return {
            "refused": "file-kills-parser" if ready else "file-takes-too-long",
            "data": {"seconds": seconds},
        }

    def stop(self) -> None:
        if self._child is not None and self._owner == os.getpid():
            self._child.kill()
            self._child.communicate()
        self._child = None

    def _alive(self, limits: object) -> subprocess.Popen[bytes]:
        is_ours = self._owner == os.getpid() and self._limits == limits
        if self._child is None or not is_ours or self._child.poll() is not None:
            self.stop()
            self._owner, self._limits = os.getpid(), limits
            command = [sys.executable, "-I", "-m", "huoju.sources.files.child"]
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._child


_WORKER = _Worker()
atexit.register(_WORKER.stop)
