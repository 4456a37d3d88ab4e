"""Making a zone: the economy, then the offices' deliveries, then the truth apart from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoju.sandbox.economy import simulate
from huoju.sandbox.people import make_people
from huoju.sandbox.plan import read_plan
from huoju.sandbox.truth import write_truth
from huoju.sandbox.writing import bank, government, others, tax
from huoju.sandbox.zone_data import ZoneData, invoiced

VERSION = "1"
USUAL = "usual"  # the economy of a zone unless another is asked for
OFFICES = (
    ("enterprise_register", government.write_register),
    ("vat_invoice", tax.write),
    ("social_insurance", government.write_insurance),
    ("rd_ledger", government.write_research),
    ("patents", government.write_patents),
    ("court_and_penalties", government.write_courts),
    ("bank_loans", bank.write_loans),
    ("bank_loans", bank.write_repayments),
    ("bank_loans", bank.write_ratings),
    ("electricity", others.write_electricity),
    ("annual_report", others.write_annual_reports),
    ("funding_news", others.write_news),
)


@dataclass(frozen=True, slots=True)
class ZoneReport:
    """What was made: where, how many, and the last day of which anything was delivered."""

    folder: Path
    enterprises: int
    months: int
    seed: int
    last_day: date
    borrowers: int
    defaults: int


def make_zone(*, enterprises: int, months: int, seed: int, folder: Path, economy: str = USUAL) -> ZoneReport:
    """Write a made-up zone into ``folder``: ``deliveries/<source>/``, the truth files, and a note that says synthetic.

    The same arguments give the same bytes. Raises ``ValueError`` for fewer than 10 enterprises or 14 months, or an
    ``economy`` that ``mechanisms.yaml`` lacks.
    """
    if enterprises < 10 or months < 14:
        raise ValueError(f"A zone has at least 10 enterprises and 14 months, got {enterprises} and {months}.")
    plan, rng = read_plan(economy), np.random.default_rng([seed, 1])
    happened = simulate(plan, enterprises, months + plan.future_months, rng)
    people = make_people(plan, happened, months, np.random.default_rng([seed, 2]))
    zone = ZoneData(plan, seed, months, happened, people, invoiced(plan, happened, np.random.default_rng([seed, 3])))
    for source, write in OFFICES:
        write(zone, folder / "deliveries" / source)
    write_truth(zone, folder)
    note = (
        "合成数据，非真实企业。Synthetic data, no real enterprise.\n"
        f"enterprises {enterprises}, months {months}, seed {seed}, last day {zone.last_day}, version {VERSION}\n"
        + (f"economy {economy}\n" if economy != USUAL else "")
    )
    (folder / "README.txt").write_text(note, encoding="utf-8")
    defaults = int(((happened.defaulted >= 0) & (happened.defaulted < months)).sum())
    borrowers = len({loan.firm for loan in happened.loans if loan.month < months})
    return ZoneReport(folder, enterprises, months, seed, zone.last_day, borrowers, defaults)
