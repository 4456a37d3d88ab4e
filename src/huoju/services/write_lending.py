"""A portfolio into files: CSV, JSON, xlsx or Parquet, told by the ending; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from huoju.core.errors import PolicyError
from huoju.services.lend_portfolio import Lending
from huoju.services.lending_tables import lending_tables
from huoju.services.whole_files import write_json
from huoju.services.write_scores import write_table, write_workbook


def check_ending(path: Path) -> None:
    """Raise ``PolicyError`` for an ending that is none of csv, json, xlsx, parquet."""
    if path.suffix.lower() not in _WRITERS:
        data = {"path": path.name, "known": ", ".join(_WRITERS)}
        raise PolicyError(f"{path.suffix} is no format.", code="format-unknown", data=data)


def write_lending(lending: Lending, path: Path) -> tuple[Path, ...]:
    """Write a portfolio to ``path`` and what belongs to it beside; return the files written.

    Raises ``PolicyError`` for an ending that is none of csv, json, xlsx, parquet.
    """
    check_ending(path)
    return _WRITERS[path.suffix.lower()](lending, path)


def _beside(lending: Lending, path: Path) -> tuple[Path, ...]:
    written = []
    for name, table in lending_tables(lending).items():
        file = path if name == "loans" else path.with_name(f"{path.stem}.{name}{path.suffix}")
        write_table(table, file)
        written.append(file)
    return tuple(written)


def _json(lending: Lending, path: Path) -> tuple[Path, ...]:
    tables = dict(lending_tables(lending))
    summary = {row["name"]: row["value"] for row in tables.pop("summary").to_pylist()}
    document = {**summary, **{name: [_plain(row) for row in table.to_pylist()] for name, table in tables.items()}}
    write_json(path, document)
    return (path,)


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {n: str(v) if isinstance(v, Decimal) or hasattr(v, "isoformat") else v for n, v in row.items()}


def _xlsx(lending: Lending, path: Path) -> tuple[Path, ...]:
    write_workbook(lending_tables(lending), path)
    return (path,)


_WRITERS: dict[str, Callable[[Lending, Path], tuple[Path, ...]]] = {
    ".csv": _beside,
    ".parquet": _beside,
    ".json": _json,
    ".xlsx": _xlsx,
}
