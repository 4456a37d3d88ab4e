"""Invoices of the made-up zone imported and summarised in any number, beside a bare DuckDB read_csv; JSON.

``scale_import.py [ROWS]``: 1,000,000 by default, 20,000,000 for the promise. The files are generated a month at a
time and are UTF-8, because DuckDB alone can't read GB 18030. Goals: 300,000 rows/s, 1.5 GB at the peak.
Seconds of processors stand beside the wall clock, because this computer may have other work.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

ROWS = 1_000_000
GOAL_ROWS_PER_SECOND, GOAL_PEAK_MB = 300_000, 1_500
Figures = dict[str, float]


def main() -> None:
    """Generate, then let each side read the same files in a process of its own."""
    from scale_invoices import write_invoices

    wanted = int((sys.argv[1:] or [str(ROWS)])[0].replace(",", ""))
    with tempfile.TemporaryDirectory(prefix="huoju-scale-") as place:
        began = time.perf_counter()
        files, rows = write_invoices(wanted, Path(place), gb18030=False)
        made = {"rows": rows, "files": len(files), "mb": sum(f.stat().st_size for f in files) / 1e6}
        made["seconds"] = time.perf_counter() - began
        figures = {name: _measured(name, place) for name in ("duckdb", "huoju")}
    ours, bare = figures["huoju"], figures["duckdb"]
    report = {
        "benchmark": "import and summary of made-up invoices, with contract, quarantine and provenance",
        "generated": made,
        **figures,
        "huoju over bare duckdb, rows/s": ours["import rows/s"] / bare["import rows/s"],
        "goals": {"rows/s": GOAL_ROWS_PER_SECOND, "peak MB": GOAL_PEAK_MB},
        "met": {
            "rows/s": ours["import rows/s"] >= GOAL_ROWS_PER_SECOND,
            "peak MB": ours["peak MB of all processes at once"] <= GOAL_PEAK_MB,
        },
    }
    print(json.dumps(report, indent=1))


def _measured(name: str, place: str) -> Figures:
    done = subprocess.run([sys.executable, __file__, f"--{name}", place], check=True, stdout=subprocess.PIPE, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def _huoju(place: Path) -> Figures:
    """Import as a user does, then cut the panel of the last day."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "huoju.site.settings"
    from huoju.services.home import opened, owner, store_of
    from huoju.services.import_delivery import import_delivery
    from huoju.services.panels import day_or_latest, panel_at

    found = {"rows": 0, "events": 0, "set aside": 0, "repeated": 0}
    with opened(place / "home", create=True) as home:

        def bring_in() -> None:
            for path in sorted(place.glob("*.csv")):
                receipt = import_delivery(
                    home=home, who=owner(), source="vat_invoice", path=path, known=None, today=date(2026, 1, 1)
                )
                found["rows"] += receipt.rows
                found["events"] += receipt.events
                found["set aside"] += receipt.aside
                said = [f.data["count"] for f in receipt.findings if f.code == "duplicate-rows"]
                found["repeated"] += sum(int(str(count)) for count in said)

        figures = _timed("import", bring_in)
        store = replace(store_of(home), memory="300MB", threads=2)
        panels = []
        figures |= _timed("summary", lambda: panels.append(panel_at(store, day_or_latest(store, None))))
        figures |= {"enterprises": len(panels[0]), "summary facts": len(panels[0].facts)}
    return {**found, **figures, "import rows/s": found["rows"] / figures["import seconds"]}


def _duckdb(place: Path) -> Figures:
    """Read every value of the files into a table, with the file's name and the time, nothing else."""
    import duckdb

    from huoju.sandbox.writing.tax import HEADER

    connection = duckdb.connect(str(place / "bare.duckdb"))
    connection.execute("set threads = 2")
    files = [str(path) for path in sorted(place.glob("*.csv"))]
    # Columns are stated: looking for a header under a title costs DuckDB thirty times as long as reading.
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in HEADER)

    def bring_in() -> None:
        connection.execute(
            f"create table invoices as select *, now() as loaded from read_csv(?, columns = {{{columns}}}, skip = 2,"
            " header = false, auto_detect = false, delim = ',', quote = '\"', filename = true)",
            [files],
        )

    figures = _timed("import", bring_in)
    rows = connection.execute("select count(*) from invoices").fetchall()[0][0]
    return {"rows": rows, **figures, "import rows/s": rows / figures["import seconds"]}


def _timed(name: str, work: Callable[[], None]) -> Figures:
    """Do the work and return its seconds by the clock and of processors, and the peak memory so far."""
    with _Watch() as watch:
        began, used = time.perf_counter(), _processors()
        work()
        seconds, spent = time.perf_counter() - began, _processors() - used
    return {
        f"{name} seconds": seconds,
        f"{name} processor seconds": spent,
        "peak MB of all processes at once": watch.peak / 1e6,
        f"{name} peak MB": watch.peak / 1e6,
    }


def _processors() -> float:
    """Return the seconds that processors worked for this process and its children."""
    return sum(_ticks(pid) for pid in _family()) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _family() -> list[int]:
    own = os.getpid()
    try:
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="utf-8").split()
    except OSError:
        children = []
    return [own, *map(int, children)]


class _Watch(threading.Thread):
    """Looks twenty times a second at the memory of this process and its children together; bytes."""

    peak = 0

    def __enter__(self) -> _Watch:
        self.daemon, self._done = True, threading.Event()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.peak = max(self.peak, own)

    def run(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.wait(0.05):
            total = 0
            for pid in _family():
                try:
                    total += int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * page
                except OSError:
                    continue
            self.peak = max(self.peak, total)


if __name__ == "__main__":
    if sys.argv[1:2] in (["--huoju"], ["--duckdb"]):
        side = {"--huoju": _huoju, "--duckdb": _duckdb}[sys.argv[1]]
        print(json.dumps(side(Path(sys.argv[2]))))
    else:
        main()
