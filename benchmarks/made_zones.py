"""Made-up zones imported into homes of their own, for benchmarks that pool several; a kept home is used again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "huoju.site.settings"
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.core.period import add_months
from huoju.facts import FactStore
from huoju.services.home import opened, owner, store_of
from huoju.services.import_delivery import import_folder
from huoju.services.make_sandbox import make_sandbox

MONTHS = 36
FIRST = date(2023, 1, 1)  # of every zone, mechanisms.yaml


@dataclass(frozen=True)
class Made:
    """A zone with its store; ``defaulted`` is the month of default by code, counted from 0, of those that did."""

    store: FactStore
    defaulted: dict[str, int]
    known: frozenset[str]

    def month_of(self, panel: Panel) -> NDArray[np.int64]:
        """Return the month of default of each entity, -1 where there is none, -2 where it is no enterprise."""
        return np.array([self.defaulted.get(e, -1) if e in self.known else -2 for e in panel.entities])


def month_end(month: int) -> date:
    """Return the last day of a month counted from 0."""
    return add_months(FIRST, month + 1) - timedelta(days=1)


@contextmanager
def made_zone(folder: Path, *, enterprises: int, seed: int, economy: str = "usual") -> Iterator[Made]:
    """Give a zone of 36 months, made and imported under ``folder`` unless it stands there already."""
    place = folder / f"{economy}-{enterprises}-{seed}"
    truth = place / "truth.parquet"
    if not truth.exists():
        zone = place / "zone"
        made = make_sandbox(folder=zone, enterprises=enterprises, months=MONTHS, seed=seed, economy=economy)
        with opened(place / "home", create=True) as home:
            for office in sorted((zone / "deliveries").iterdir()):
                import_folder(home=home, who=owner(), source=office.name, path=office, known=None, today=made.last_day)
        shutil.copy(zone / "truth.parquet", truth)
        shutil.rmtree(zone)
    rows = pq.read_table(truth).to_pylist()
    fell = {f"uscc:{r['uscc']}": r["default_on"] for r in rows if r["default_on"] is not None}
    defaulted = {code: (day.year - FIRST.year) * 12 + day.month - 1 for code, day in fell.items()}
    with opened(place / "home", create=False) as home:
        yield Made(store_of(home), defaulted, frozenset(f"uscc:{r['uscc']}" for r in rows))
