"""Every scheme over a made-up zone, real invoices and the real tables of Jinan: who passes, which facts are wanted.

A scheme is asked on the last day of the data, or on the first day after it on which the scheme is in force.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huoju.site.settings")

from huoju.core.variable import variables
from huoju.ratings.scheme import Scheme
from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, opened, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.panels import day_or_latest
from huoju.services.rate_enterprise import rate_whole
from huoju.services.rate_zone import rate_zone
from huoju.services.run_demo import run_demo

TODAY = date(2026, 1, 1)  # the day of import of what carries no day of its own
ROOT = Path(__file__).parents[1]
INVOICES = ROOT.parent / "shared" / "data" / "cumcm2020c"
JINAN = ROOT.parent / "shared" / "data" / "inspur_jinan"
JINAN_KNOWN = date(2018, 12, 31)
MAPPINGS = ROOT / "examples" / "jinan"
SHOWN = 5  # of the facts that are wanted most


def main() -> None:
    """Print one table a home as JSON; real data only where they are."""
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder) / "zone", create=True) as home:
            run_demo(home=home, who=owner(), today=TODAY)
            found["made_up_zone"] = _tables(home)
        if INVOICES.is_dir():
            with opened(Path(folder) / "invoices", create=True) as home:
                run_demo(home=home, who=owner(), today=TODAY, on=INVOICES)
                found["real_invoices"] = _tables(home)
        else:
            print("the real invoices are not there (../shared/data/cumcm2020c)", file=sys.stderr)
        if JINAN.is_dir():
            with opened(Path(folder) / "jinan", create=True) as home:
                import_jinan(home, Path(folder))
                found["jinan"] = _tables(home)
        else:
            print("the tables of Jinan are not there (../shared/data/inspur_jinan)", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False, indent=1))


def import_jinan(home: Home, folder: Path) -> None:
    """Bring every table that has a mapping in ``examples/jinan`` into a home, unpacked in ``folder``."""
    for line in (MAPPINGS / "tables.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, file = line.split()
            path = folder / f"{file}.csv"
            path.write_bytes(gzip.decompress((JINAN / f"{file}.csv.gz").read_bytes()))
            mapping = str(MAPPINGS / name / "mapping.yaml")
            import_delivery(home=home, who=owner(), source=mapping, path=path, known=JINAN_KNOWN, today=JINAN_KNOWN)


def _tables(home: Home) -> dict[str, object]:
    latest = day_or_latest(store_of(home), None)
    told: dict[str, object] = {}
    for name in scheme_files():
        scheme = load_scheme(name).scheme
        asked = {"home": home, "who": owner(), "scheme": name, "as_of": _day(scheme, latest), "year": latest.year - 1}
        start = time.process_time()
        told[name] = _whole(asked) if scheme.entity == "zone" else _each(asked)
        told[name] |= {"seconds_of_one_core": round(time.process_time() - start, 1)}
    return told


def _day(scheme: Scheme, latest: date) -> date:
    later = sorted(v.effective for v in scheme.versions if v.effective is not None and v.effective > latest)
    return next((day for day in (latest, *later) if scheme.version_on(day)), latest)


def _whole(asked: dict[str, object]) -> dict[str, object]:
    rated = rate_whole(**asked)
    rating = rated.rating
    return {
        "as_of": str(rating.as_of),
        "version": rating.version and rating.version.id,
        "score": rating.total and [float(rating.total.low), float(rating.total.high)],
        "wanted": [f"{one.name} ({_supplier(one.name)})" for one in rating.missing[:SHOWN]],
        "wanted_in_all": len(rating.missing),
    }


def _supplier(name: str) -> str:
    return variables()[name].supplier if name in variables() else ""


def _each(asked: dict[str, object]) -> dict[str, object]:
    zone = rate_zone(**asked)
    return {
        "as_of": str(zone.as_of),
        "version": zone.version and zone.version.id,
        **{outcome: count for outcome, count in zone.counts.items() if count},
        "wanted": [f"{one.name} ({one.supplier}): {one.count}, alone {one.alone}" for one in zone.wanted[:SHOWN]],
        "wanted_in_all": len(zone.wanted),
    }


if __name__ == "__main__":
    main()
