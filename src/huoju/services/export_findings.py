"""Findings as a file: each one with every row that it is about."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from huoju.core.errors import PolicyError
from huoju.services.home import Home, Who
from huoju.services.list_findings import list_findings, rows_of
from huoju.services.words import words_in
from huoju.services.write_scores import write_table


def export_findings(*, home: Home, who: Who, path: Path, language: str) -> tuple[Path, int]:
    """Write every finding, a row each, as CSV or Parquet; return the file and how many there are.

    ``rows`` names every row, runs as spans (``2-4, 9``). Raises ``PolicyError`` for another ending.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise PolicyError(
            f"{path.suffix} is no format.", code="format-unknown", data={"path": path.name, "known": ".csv, .parquet"}
        )
    told, words = list_findings(home=home, who=who), words_in(language)
    table = pa.table(
        {
            "source": pa.array([t.source for t in told], pa.string()),
            "file": pa.array([t.file for t in told], pa.string()),
            "refused": pa.array([t.refused for t in told], pa.bool_()),
            "code": pa.array([t.finding.code for t in told], pa.string()),
            "where": pa.array([t.finding.where for t in told], pa.string()),
            "column": pa.array([str(t.finding.data.get("column", "")) for t in told], pa.string()),
            "count": pa.array([rows_of(t) for t in told], pa.int64()),
            "rows": pa.array([str(t.finding.data.get("every", "")) for t in told], pa.string()),
            "sentence": pa.array(
                [words.say(f"finding.{t.finding.code}", dict(t.finding.data)) for t in told], pa.string()
            ),
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(table, path)
    return path, len(table)
