"""Every scheme over a made-up zone and over the real invoices: who passes, who fails, which facts are wanted most."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huoju.site.settings")

from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, opened, owner
from huoju.services.rate_enterprise import rate_whole
from huoju.services.rate_zone import rate_zone
from huoju.services.run_demo import run_demo

TODAY = date(2026, 1, 1)  # the day of import of what carries no day of its own
REAL = Path(__file__).parents[2] / "shared" / "data" / "cumcm2020c"


def main() -> None:
    """Print one table a zone as JSON; the real invoices only where they are."""
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder) / "zone", create=True) as home:
            run_demo(home=home, who=owner(), today=TODAY)
            found["made_up_zone"] = _tables(home)
        if REAL.is_dir():
            with opened(Path(folder) / "real", create=True) as home:
                run_demo(home=home, who=owner(), today=TODAY, on=REAL)
                found["real_invoices"] = _tables(home)
        else:
            print("the real invoices are not there (../shared/data/cumcm2020c)", file=sys.stderr)
    print(json.dumps(found, ensure_ascii=False, indent=1))


def _tables(home: Home) -> dict[str, object]:
    told: dict[str, object] = {}
    for scheme in scheme_files():
        if load_scheme(scheme).scheme.entity == "zone":
            whole = rate_whole(home=home, who=owner(), scheme=scheme).rating
            told[scheme] = {"as_of": str(whole.as_of), "missing": [one.name for one in whole.missing]}
            continue
        zone = rate_zone(home=home, who=owner(), scheme=scheme)
        wanted = [f"{one.name} ({one.supplier}): {one.count}" for one in zone.wanted[:3]]
        counts = {outcome: count for outcome, count in zone.counts.items() if count}
        told[scheme] = {"as_of": str(zone.as_of), **counts, "wanted": wanted}
    return told


if __name__ == "__main__":
    main()
