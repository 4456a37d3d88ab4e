"""Ratings of a home into a file: CSV, JSON, xlsx or Parquet, told by the ending; whole or not at all."""

from __future__ import annotations

from pathlib import Path

from huoju.core.errors import PolicyError
from huoju.services.rate_zone import ZoneRating
from huoju.services.whole_files import write_json
from huoju.services.write_scores import write_table, write_workbook

_KNOWN = (".csv", ".json", ".xlsx", ".parquet")


def write_ratings(zone: ZoneRating, path: Path) -> Path:
    """Write the ratings of a home. Raises ``PolicyError`` for an ending that is none of csv, json, xlsx, parquet."""
    ending = path.suffix.lower()
    if ending not in _KNOWN:
        data = {"path": path.name, "known": ", ".join(_KNOWN)}
        raise PolicyError(f"{path.suffix} is no format.", code="format-unknown", data=data)
    if ending == ".json":
        write_json(path, zone.content())
    elif ending == ".xlsx":
        write_workbook({"ratings": zone.table}, path)
    else:
        write_table(zone.table, path)
    return path
