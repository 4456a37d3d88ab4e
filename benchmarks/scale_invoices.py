"""Invoices of the made-up zone in any number: generated month by month, written in chunks, never all in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from huoju.core.period import add_months
from huoju.sandbox.economy import simulate
from huoju.sandbox.invoices import INSIDE, Invoices, habits, month_of
from huoju.sandbox.people import make_people
from huoju.sandbox.plan import read_plan
from huoju.sandbox.writing.tax import HEADER, SIDES
from huoju.sandbox.zone_data import ZoneData, invoiced

MONTHS = 24
A_MONTH = 24  # invoices of one enterprise, both sides, about
BUSIER = 4  # times as many: then an enterprise has about as many as one of the 425 real ones (1,099,441 rows)
BAD = 0.001  # rows with a day that the calendar lacks: they are set aside with their reasons
_REPEATED = 0.002
Whole = NDArray[np.int64]


def write_invoices(rows: int, folder: Path, seed: int = 20, *, gb18030: bool = True) -> tuple[list[Path], int]:
    """Write about ``rows`` invoices as the tax office delivers them, half a year a file; return files and rows.

    Encodings alternate between GB 18030 and UTF-8 with a mark, as in the sandbox, or are all UTF-8. One row in a
    thousand has a day that the calendar lacks, two repeat another.
    """
    zone = _zone(max(50, rows // (MONTHS * A_MONTH * BUSIER)), seed)
    rng, files, written = np.random.default_rng([seed, 11]), [], 0
    for side, (word, _) in SIDES.items():
        truth = zone.invoiced[side]
        manner = habits(zone.plan, side, truth[:, :MONTHS].mean(axis=1) / 100, rng)
        manner = replace(manner, invoices=manner.invoices * BUSIER)
        number = 1_000_000 if side == "sales" else 500_000_000
        for first in range(0, MONTHS, 6):
            start, end = zone.plan.month(first), zone.plan.month(first + 5)
            path = folder / f"{word}发票_{start:%Y%m}-{end:%Y%m}.csv"
            encoding = "gb18030" if gb18030 and first % 12 == 0 else "utf-8-sig"
            with path.open("wb") as file:
                file.write(f"{word}发票明细表\n{','.join(HEADER)}\n".encode(encoding))
                place = 1
                for month in range(first, first + 6):
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
                    for table in _texts(zone, side, month, made, place, rng):
                        text = _csv(table)
                        file.write(text if encoding == "utf-8-sig" else text.decode().encode("gb18030"))
                        place += len(table)
                written += place - 1
            files.append(path)
    return files, written


def _zone(enterprises: int, seed: int) -> ZoneData:
    plan = read_plan()
    economy = simulate(plan, enterprises, MONTHS + plan.future_months, np.random.default_rng([seed, 1]))
    people = make_people(plan, economy, MONTHS, np.random.default_rng([seed, 2]))
    return ZoneData(plan, seed, MONTHS, economy, people, invoiced(plan, economy, np.random.default_rng([seed, 3])))


def _texts(
    zone: ZoneData, side: str, month: int, made: Invoices, place: int, rng: np.random.Generator
) -> Iterator[pa.Table]:
    """Yield the invoices of a month as text, a part at a time."""
    own = [zone.people.called("vat_invoice", firm, month, care=0.25) for firm in range(len(zone.people.codes))]
    inside = [(zone.people.name(firm, month), code) for firm, code in enumerate(zone.people.codes)]
    outside = [
        (name, code if at % 3 else "")
        for at, (name, code) in enumerate(zip(zone.people.outsiders, zone.people.outsider_codes, strict=True))
    ]
    partners = pa.array([name for name, _ in outside + inside]), pa.array([code for _, code in outside + inside])
    names = pa.array([name for name, _ in own]), pa.array([code for _, code in own])
    for first in range(0, len(made.firm), 200_000):
        rows = slice(first, first + 200_000)
        firm, partner, total = made.firm[rows], made.partner[rows], made.total[rows]
        other = np.where(partner >= INSIDE, partner - INSIDE + len(outside), partner % len(outside))
        mine = [column.take(pa.array(firm)) for column in names]
        theirs = [column.take(pa.array(other)) for column in partners]
        seller, buyer = (mine, theirs) if side == "sales" else (theirs, mine)
        net = np.rint(total / np.where(zone.economy.industry[firm] == 4, 1.06, 1.13)).astype(np.int64)
        issued = _days(zone.plan.month(month), made.day[rows])
        voided = pa.array(made.voided[rows])
        count = len(firm)
        bad = rng.random(count) < BAD
        red = pa.array(total <= 0)
        status = pc.if_else(voided, "已作废", pc.if_else(red, "正常（红字）", "正常"))
        columns = [
            pa.array(np.arange(place + first, place + first + count)).cast(pa.string()),
            pa.repeat(f"0320{zone.plan.month(month):%y%m}{'11' if side == 'sales' else '12'}", count),
            pc.utf8_lpad(pa.array(made.number[rows]).cast(pa.string()), 8, "0"),
            seller[1],
            seller[0],
            buyer[1],
            buyer[0],
            pc.if_else(pa.array(bad), "2023-02-30", issued),
            _yuan(net),
            _yuan(total - net),
            _yuan(total),
            pa.repeat("增值税专用发票", count),
            status,
            pc.if_else(voided, issued, ""),
            pa.repeat("", count),
        ]
        table = pa.table(columns, names=list(HEADER))
        repeated = table.take(pa.array(rng.integers(0, count, int(count * _REPEATED))))
        yield pa.concat_tables([table, repeated])


def _days(first: date, day: Whole) -> pa.Array:
    start = (first - date(1970, 1, 1)).days
    last = (add_months(first, 1) - first).days
    return pa.array((start + np.minimum(day, last) - 1).astype(np.int32)).cast(pa.date32()).cast(pa.string())


def _yuan(fen: Whole) -> pa.Array:
    whole, part = np.divmod(np.abs(fen), 100)
    sign = pc.if_else(pa.array(fen < 0), "-", "")
    fraction = pc.utf8_lpad(pa.array(part).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(sign, pa.array(whole).cast(pa.string()), ""), fraction, "."
    )


def _csv(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(table, sink, pa_csv.WriteOptions(include_header=False, quoting_style="none"))
    return bytes(sink.getvalue())
