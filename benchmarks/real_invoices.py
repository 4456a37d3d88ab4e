"""The real invoices of CUMCM 2020 C as a store of facts, for the benchmarks that measure on them."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from huoju.facts import FactStore, publish, write_delivery
from huoju.sources import open_delivery, read

DATA = Path(__file__).parents[2] / "shared" / "data" / "cumcm2020c"
LAST_DAY = date(2020, 2, 21)
LISTS = ("enterprises_123", "enterprises_302")
INVOICES = ("inv_123_input", "inv_123_output", "inv_302_input", "inv_302_output")


def require_data() -> None:
    """End with a clear message where the data are not there."""
    if not DATA.is_dir():
        print(f"skipped: the real invoices are not there ({DATA.parent.name}/{DATA.name})", file=sys.stderr)
        raise SystemExit(0)


@contextmanager
def real_store(*, lists: bool = False) -> Iterator[FactStore]:
    """Give a store with the four invoice files, in a folder that vanishes; with ``lists`` names and ratings too."""
    require_data()
    files = [("vat_invoice", f"{name}.parquet") for name in INVOICES]
    files += [("bank_loans", f"{name}.csv") for name in LISTS if lists]
    with tempfile.TemporaryDirectory() as place:
        folder, shas = Path(place), []
        for source, name in files:
            delivery = open_delivery(DATA / name)
            write_delivery(folder / "new", delivery.sha256, read(source, delivery, LAST_DAY), {"source": source})
            publish(folder / "new", folder / delivery.sha256)
            shas.append(delivery.sha256)
        yield FactStore(folder, tuple(shas))


def labels() -> dict[str, bool]:
    """Return the default flag of each labelled enterprise by entity id."""
    with (DATA / "enterprises_123.csv").open(encoding="utf-8-sig") as file:
        return {f"cumcm2020c:{row['企业代号']}": row["是否违约"] == "是" for row in csv.DictReader(file)}
