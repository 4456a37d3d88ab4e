"""Demo: make a zone, or take real deliveries, and run the whole job: import, score, report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from huoju.core.errors import NothingFound
from huoju.decisions import read_policy
from huoju.services.assessing import assess
from huoju.services.explain_enterprise import explanation
from huoju.services.home import Home, Who, store_of
from huoju.services.import_delivery import Receipt, import_delivery, import_folder
from huoju.services.list_findings import Kind, count_findings, list_findings
from huoju.services.looking import look
from huoju.services.make_sandbox import make_sandbox
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import ZoneScore, tables
from huoju.services.write_report import issue
from huoju.services.write_scores import write_scores

Step = Literal["making", "importing", "scoring", "reporting"]
Progress = Callable[[Step, str], None]
REAL_LISTS_KNOWN = date(2020, 2, 21)  # the last day of the real invoices: the enterprise lists carry no date


@dataclass(frozen=True, slots=True)
class Demo:
    """What a demo did: the scores, what was imported, the findings by kind, and the files written."""

    zone: ZoneScore
    receipts: tuple[Receipt, ...]
    findings: tuple[Kind, ...]
    scores: tuple[Path, ...]
    report: Path
    reported: str


def run_demo(
    *,
    home: Home,
    who: Who,
    today: date,
    on: Path | None = None,
    enterprises: int = 300,
    seed: int = 20,
    language: str = "zh",
    progress: Progress = lambda step, what: None,
) -> Demo:
    """Run the whole job on a made-up zone, or on the deliveries in ``on``.

    ``on`` holds ``deliveries/<source>/`` as a sandbox does, or the real invoices of CUMCM 2020 C. Raises
    ``NothingFound`` where it holds neither.
    """
    receipts = _import_all(home, who, today, on or _sandbox(home, enterprises, seed, progress), progress)
    progress("scoring", "")
    store = store_of(home)
    assessed = assess(store, day_or_latest(store, None), read_policy())
    zone = tables(assessed, store.snapshot)
    outputs = home.path / "outputs"
    scores = write_scores(zone, outputs / "scores.csv")
    subject = _whom_to_report(zone)
    progress("reporting", subject)
    told = explanation(assessed, zone, subject)
    look(who, "write-report").give(told, [assessed.panel.entities[told.place]], snapshot=store.snapshot)
    report = issue(home, who, told, outputs / f"{subject}.pdf", language)
    findings = count_findings(list_findings(home=home, who=who))
    return Demo(zone, tuple(receipts), findings, scores, report, subject)


def _sandbox(home: Home, enterprises: int, seed: int, progress: Progress) -> Path:
    progress("making", str(enterprises))
    folder = home.path / f"sandbox-{enterprises}-{seed}"
    if not (folder / "README.txt").exists():
        make_sandbox(folder=folder, enterprises=enterprises, months=36, seed=seed)
    return folder


def _import_all(home: Home, who: Who, today: date, folder: Path, progress: Progress) -> list[Receipt]:
    receipts: list[Receipt] = []
    if (folder / "deliveries").is_dir():
        for office in sorted(path for path in (folder / "deliveries").iterdir() if path.is_dir()):
            done, _ = import_folder(
                home=home,
                who=who,
                source=office.name,
                path=office,
                known=None,
                today=today,
                progress=lambda file: progress("importing", file),
            )
            receipts += done
        return receipts
    invoices, lists = sorted(folder.glob("inv_*.parquet")), sorted(folder.glob("enterprises_*.csv"))
    if not invoices:
        raise NothingFound(f"{folder} holds no deliveries.", code="demo-folder-unknown", data={"path": str(folder)})
    for source, files, known in (("vat_invoice", invoices, None), ("bank_loans", lists, REAL_LISTS_KNOWN)):
        for file in files:
            progress("importing", file.name)
            receipts.append(import_delivery(home=home, who=who, source=source, path=file, known=known, today=today))
    return receipts


def _whom_to_report(zone: ZoneScore) -> str:
    """Return the enterprise with the largest limit among those approved, or the best score where none is."""
    rows = zone.enterprises.select(["enterprise", "verdict", "limit_yuan", "score"]).to_pylist()
    approved = [row for row in rows if row["verdict"] == "approve"] or rows
    best = max(approved, key=lambda row: (row["limit_yuan"] or 0, row["score"] or 0, row["enterprise"]))
    return str(best["enterprise"])
