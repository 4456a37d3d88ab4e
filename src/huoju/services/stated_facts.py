"""Reading a facts file: JSON, numbers kept as written, every mistake said with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast

from huoju.core.errors import NothingFound
from huoju.ratings.stating import StatedError

_LARGEST = 4 * 1024 * 1024


def read_stated(path: Path) -> Mapping[str, object]:
    """Return what a facts file states. Raises ``NothingFound`` or ``StatedError`` with the line that is wrong."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)}) from error
    if len(data) > _LARGEST:
        raise _wrong(path, 1, "too large")
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise _wrong(path, error.lineno, error.msg) from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _wrong(path, 1, str(error)) from None
    if not isinstance(told, dict):
        raise _wrong(path, 1, "not an object")
    return cast("Mapping[str, object]", told)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name} ×2")
        found[name] = value
    return found


def _wrong(path: Path, line: int, why: str) -> StatedError:
    data = {"what": why, "where": f"{path.name}:{line}", "nearest": "—"}
    return StatedError(f"{path}:{line}: {why}", code="stated-not-json", data=data)
