"""Doctor: is the home whole, and what of this machine does huoju find."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.errors import HuojuError
from huoju.facts.store import NOTE
from huoju.reports.faces import FONTS, drawable, font_files, lacking
from huoju.services.home import Home, Who, accepted, left_overs, store_of
from huoju.services.looking import allowed

PACKAGES = ("huoju", "duckdb", "ibis-framework", "pyarrow", "numpy", "django", "typst")
ROOM = 1 << 30  # bytes that should be free
SHOWN = 3  # damaged deliveries named by the first characters of their hash
NAMES = ("legal_name", "name_as_delivered", "former_name")


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
        Check("sqlite", True, sqlite3.sqlite_version),
        Check("java", True, shutil.which("java") or "-"),
    ]
    if home is not None:
        allowed(who, "check-home")
        checks += _of_home(home)
    return tuple(checks)


def _of_home(home: Home) -> list[Check]:
    free = shutil.disk_usage(home.path).free
    answer = _integrity(home.desk)
    shas = accepted(home)
    broken = [sha[:12] for sha in shas if not is_whole(home.deliveries / sha)]
    seen = f"{len(shas) - len(broken)}/{len(shas)} {' '.join(broken[:SHOWN])}".strip()
    left = left_overs(home)
    return [
        Check("disk-free", free > ROOM, f"{free / (1 << 30):.1f} GiB"),
        Check("desk-integrity", answer == "ok", answer),
        Check("deliveries-whole", not broken, seen),
        Check("left-overs", not left, str(len(left))),
        *(() if broken else (_names_drawn(home),)),
        Check("cache-size", True, f"{_bytes(home.cache) / (1 << 20):.1f} MiB"),
    ]


def _names_drawn(home: Home) -> Check:
    """Return whether the fonts of reports draw every name of the store, or the characters that they lack."""
    try:
        points = drawable(font_files((FONTS, home.path / "fonts")))
        names = {text for text in store_of(home).facts(variables=NAMES)["text"].to_pylist() if text}
    except HuojuError as error:  # a file in the fonts folder that is no font
        return Check("names-drawn", False, str(error))
    missing = lacking(names, points) if names else ()
    wanting = [name for name in sorted(names) if set(missing) & set(name)]
    return Check("names-drawn", not missing, f"{len(names) - len(wanting)}/{len(names)} {' '.join(missing)}".strip())


def _integrity(desk: Path) -> str:
    """Return ``ok``, or the first thing that SQLite finds wrong with the desk."""
    try:
        with closing(sqlite3.connect(desk)) as connection:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def is_whole(folder: Path) -> bool:
    """Return whether a delivery's files are all there and every one can be read to its end."""
    files = [folder / f"{name}.parquet" for name in ("facts", "findings", "aside")]
    try:
        for file in (*files, *sorted((folder / "events").glob("*.parquet"))):
            with pq.ParquetFile(file) as parquet:
                for _ in parquet.iter_batches(batch_size=1 << 16):
                    pass
        return (folder / NOTE).is_file()
    except (OSError, pa.ArrowException):
        return False


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
