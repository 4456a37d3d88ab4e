"""Doctor: is the home whole, and what of this machine does huoju find."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from dataclasses import dataclass
from importlib.metadata import version

import pyarrow.parquet as pq

from huoju.services.home import Home, Who, accepted

PACKAGES = ("huoju", "duckdb", "ibis-framework", "pyarrow", "numpy", "django", "typst")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: a code of locale, whether it is well, and what was seen."""

    code: str
    is_well: bool
    seen: str


def check_home(*, home: Home | None, who: Who) -> tuple[Check, ...]:
    """Return what was looked at; without a home, the machine only."""
    checks = [
        Check("python", True, platform.python_version()),
        *(Check("package", True, f"{name} {version(name)}") for name in PACKAGES),
        Check("java", True, shutil.which("java") or "-"),
    ]
    if home is not None:
        checks += _of_home(home)
    return tuple(checks)


def _of_home(home: Home) -> list[Check]:
    free = shutil.disk_usage(home.path).free
    connection = sqlite3.connect(home.desk)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    shas = accepted(home)
    broken = [sha[:12] for sha in shas if not _is_whole(home, sha)]
    folders = {folder.name for folder in home.deliveries.iterdir()} - set(shas)
    return [
        Check("disk-free", free > 1 << 30, f"{free / (1 << 30):.1f} GiB"),
        Check("desk-integrity", answer == "ok", str(answer)),
        Check("deliveries-whole", not broken, f"{len(shas) - len(broken)}/{len(shas)} {' '.join(broken)}".strip()),
        Check("left-overs", not folders, str(len(folders))),
    ]


def _is_whole(home: Home, sha256: str) -> bool:
    folder = home.deliveries / sha256
    try:
        files = [
            folder / "facts.parquet",
            folder / "findings.parquet",
            folder / "aside.parquet",
            *(folder / "events").glob("*.parquet"),
        ]
        return all(pq.read_metadata(file).num_rows >= 0 for file in files)
    except Exception:  # whatever is wrong with a file, the delivery is not whole
        return False
