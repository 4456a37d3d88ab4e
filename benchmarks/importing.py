"""Import of the real invoices: rows a second and peak memory, beside a bare DuckDB read of the same files; JSON."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from real_invoices import DATA, INVOICES, require_data

ROWS = 1_099_441


def main() -> None:
    """Run both in processes of their own and print their figures."""
    require_data()
    figures = {name: _measured(name) for name in ("huoju", "duckdb")}
    ratio = figures["huoju"]["rows_per_second"] / figures["duckdb"]["rows_per_second"]
    print(
        json.dumps(
            {
                "benchmark": "import of four invoice files",
                "rows": ROWS,
                **figures,
                "huoju over bare duckdb, rows/s": ratio,
            },
            indent=1,
        )
    )


def _measured(name: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, __file__, name], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _huoju() -> None:
    """Import as a user does: child process, contract, findings, Parquet, desk."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "huoju.site.settings"
    from huoju.services.home import opened, owner
    from huoju.services.import_delivery import import_delivery

    with tempfile.TemporaryDirectory() as place, opened(Path(place) / "home", create=True) as home:
        start, before = time.perf_counter(), _peak(resource.RUSAGE_SELF)
        rows = 0
        for name in INVOICES:
            receipt = import_delivery(
                home=home,
                who=owner(),
                source="vat_invoice",
                path=DATA / f"{name}.parquet",
                known=None,
                today=date(2020, 2, 22),
            )
            rows += receipt.rows
        _tell(rows, time.perf_counter() - start, before)


def _duckdb() -> None:
    """Read every value of the files and write them again as Parquet, nothing else."""
    import duckdb

    with tempfile.TemporaryDirectory() as place:
        start, before = time.perf_counter(), _peak(resource.RUSAGE_SELF)
        rows = 0
        for name in INVOICES:
            duckdb.sql(f"copy (select * from '{DATA}/{name}.parquet') to '{place}/{name}.parquet' (compression zstd)")
            rows += duckdb.sql(f"select count(*) from '{place}/{name}.parquet'").fetchall()[0][0]
        _tell(rows, time.perf_counter() - start, before)


def _tell(rows: int, seconds: float, before: float) -> None:
    peak = _peak(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {"rows": rows, "seconds": seconds, "rows_per_second": rows / seconds, "peak_mb": peak, "base_mb": before}
        )
    )


if __name__ == "__main__":
    {"huoju": _huoju, "duckdb": _duckdb}.get((sys.argv[1:] or [""])[0], main)()
