"""Ratings of a home into a file: CSV, JSON, xlsx or Parquet, told by the ending; whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from huoju.core.errors import PolicyError
from huoju.services.rate_zone import ZoneRating
from huoju.services.write_scores import write_table, write_workbook

_KNOWN = (".csv", ".json", ".xlsx", ".parquet")


def write_ratings(zone: ZoneRating, path: Path) -> Path:
    """Write the ratings of a home. Raises ``PolicyError`` for an ending that is none of csv, json, xlsx, parquet."""
    ending = path.suffix.lower()
    if ending not in _KNOWN:
        data = {"path": path.name, "known": ", ".join(_KNOWN)}
        raise PolicyError(f"{path.suffix} is no format.", code="format-unknown", data=data)
    path.parent.mkdir(parents=True, exist_ok=True)
    if ending == ".json":
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(json.dumps(zone.content(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        temporary.replace(path)
    elif ending == ".xlsx":
        write_workbook({"ratings": zone.table}, path)
    else:
        write_table(zone.table, path)
    return path
