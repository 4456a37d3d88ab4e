"""The tax office: half a year of invoices a file, sales and purchases apart, a voiding now and then too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.period import add_months
from huoju.sandbox.invoices import INSIDE, Invoices, habits, month_of
from huoju.sandbox.writing.forms import write_csv, write_xlsx, yuan
from huoju.sandbox.zone_data import ZoneData

HEADER = (
    "序号",
    "发票代码",
    "发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购方名称",
    "开票日期",
    "金额",
    "税额",
    "价税合计",
    "发票票种",
    "发票状态",
    "作废日期",
    "备注",
)
SIDES = {"sales": ("销项", "开具"), "purchases": ("进项", "取得")}


def write(zone: ZoneData, folder: Path) -> None:
    """Write the invoices of every enterprise; the last half year of sales comes as a workbook."""
    rng = np.random.default_rng([zone.seed, 11])
    for side, (word, _) in SIDES.items():
        truth = zone.invoiced[side]
        manner = habits(zone.plan, side, truth[:, : zone.months].mean(axis=1) / 100, rng)
        carried: list[list[object]] = []
        number = 1_000_000 if side == "sales" else 2_000_000
        for first in range(0, zone.months, 6):
            last = min(first + 6, zone.months)
            rows = list(carried)
            carried = []
            for month in range(first, last):
                made = month_of(
                    zone.plan,
                    side,
                    zone.economy,
                    month,
                    totals=truth[:, month],
                    manner=manner,
                    first_number=number,
                    rng=rng,
                )
                number += len(made.firm)
                for row, later in _rows(zone, side, month, made, rng, is_last=last == zone.months):
                    rows.append(row)
                    if later is not None:
                        carried.append(later)
            _write_file(zone, folder, word, rows, rng, months=(first, last))


def _write_file(
    zone: ZoneData,
    folder: Path,
    word: str,
    rows: list[list[object]],
    rng: np.random.Generator,
    *,
    months: tuple[int, int],
) -> None:
    first, last = months
    start, end = zone.plan.month(first), zone.plan.month(last - 1)
    repeats = [
        rows[place] for place in rng.integers(0, max(len(rows), 1), int(len(rows) * zone.plan["dirt.repeated_row"]))
    ]
    numbered = [[place, *row] for place, row in enumerate(rows + repeats, start=1)]
    for row in numbered[len(rows) :]:
        row[0] = ""
    stem = f"{word}发票_{start:%Y%m}-{end:%Y%m}"
    if last == zone.months and word == "销项" and len(rows) < 60_000:
        total: list[object] = ["合计", "", "", "", "", "", "", "", "", "", "", "", "", "", ""]
        write_xlsx(folder / f"{stem}.xlsx", f"{word}发票明细表（单位：元）", HEADER, numbered, total)
    else:
        encoding = "gb18030" if first % 12 == 0 else "utf-8-sig"
        write_csv(folder / f"{stem}.csv", HEADER, numbered, encoding, title=f"{word}发票明细表")


def _rows(
    zone: ZoneData, side: str, month: int, made: Invoices, rng: np.random.Generator, *, is_last: bool
) -> Iterator[tuple[list[object], list[object] | None]]:
    first = zone.plan.month(month)
    called = _called(zone, side, month, np.unique(made.firm))
    code = f"0320{first:%y%m}{'11' if side == 'sales' else '12'}"
    columns = (made.firm, made.partner, made.number, made.day, made.total, made.voided, made.voided_later)
    for firm, partner, number, day, total, voided, later in zip(*(c.tolist() for c in columns), strict=True):
        own, other = called[firm], _partner(zone, partner, month)
        seller, buyer = (own, other) if side == "sales" else (other, own)
        net = round(total / (1.06 if zone.economy.industry[firm] == 4 else 1.13))
        issued = date(first.year, first.month, day)
        shown_code = code if partner < INSIDE else f"0320{first:%y%m}13"
        base: list[object] = [
            shown_code,
            f"{number:08d}",
            seller[1],
            seller[0],
            buyer[1],
            buyer[0],
            issued.isoformat(),
            yuan(net),
            yuan(total - net),
            yuan(total),
            "增值税专用发票",
        ]
        void_row = [
            *base,
            "已作废",
            issued.isoformat() if not later else min(add_months(issued, 4), zone.last_day).isoformat(),
            "",
        ]
        if later and not is_last:
            yield [*base, "正常", "", ""], void_row
        elif voided:
            yield [*base, "已作废", issued.isoformat(), ""], None
        else:
            yield [*base, "正常" if total > 0 else "正常（红字）", "", ""], None


def _called(zone: ZoneData, side: str, month: int, firms: NDArray[np.int64]) -> dict[int, tuple[str, str]]:
    """Return how the tax office writes each enterprise in this month: carefully."""
    return {int(firm): zone.people.called("vat_invoice", int(firm), month, care=0.25) for firm in firms}


def _partner(zone: ZoneData, partner: int, month: int) -> tuple[str, str]:
    if partner >= INSIDE:
        firm = partner - INSIDE
        return zone.people.name(firm, month), zone.people.codes[firm]
    place = partner % len(zone.people.outsiders)
    return zone.people.outsiders[place], zone.people.outsider_codes[place] if place % 3 else ""
