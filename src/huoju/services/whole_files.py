"""Writing a file whole: under a temporary name beside it, then under its own; half a file is never seen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give the temporary name to write to for the length of a block, then give the file its own; make its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    yield temporary
    temporary.replace(path)


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes as a whole file."""
    with whole(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: Path, document: object) -> None:
    """Write a document as a whole file of indented JSON."""
    write_whole(path, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
