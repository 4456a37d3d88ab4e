"""The truth, apart from the deliveries: who is who, what came of each, month by month."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from huoju.core.period import add_months
from huoju.sandbox.zone_data import ZoneData

SYNTHETIC = {b"synthetic": "合成数据，非真实企业 / synthetic data, no real enterprise".encode()}


def write_truth(zone: ZoneData, folder: Path) -> None:
    """Write ``truth.parquet``, ``truth_months.parquet`` and ``truth_identity.parquet`` into ``folder``."""
    for name, table in (
        ("truth", _enterprises(zone)),
        ("truth_months", _months(zone)),
        ("truth_identity", _identity(zone)),
    ):
        pq.write_table(table.replace_schema_metadata(SYNTHETIC), folder / f"{name}.parquet")


def _enterprises(zone: ZoneData) -> pa.Table:
    """Return a row for each enterprise; ``default_on`` and ``sales_growth_next_12m`` are null where there is none."""
    e, end = zone.economy, zone.months
    before = zone.invoiced["sales"][:, end - 12 : end].sum(axis=1)
    after = zone.invoiced["sales"][:, end : end + 12].sum(axis=1)
    growth = np.divide(after, before, out=np.full(len(before), np.nan), where=before > 0) - 1
    borrowed = {loan.firm for loan in e.loans if loan.month < end}
    return pa.table(
        {
            "enterprise": pa.array(range(len(before)), pa.int64()),
            "uscc": zone.people.codes,
            "legal_name": [zone.people.name(firm, end - 1) for firm in range(len(before))],
            "industry": [zone.plan.industries[i].key for i in e.industry],
            "founded_in": [add_months(zone.plan.first_month, int(month)) for month in e.founded],
            "is_borrower": [firm in borrowed for firm in range(len(before))],
            "closed_in": [None if month < 0 else zone.plan.month(int(month)) for month in e.closed],
            "default_on": [_month_end(zone, int(month)) for month in e.defaulted],
            "defaults_next_12m": (e.defaulted >= end) & (e.defaulted < end + 12),
            "sales_growth_next_12m": pa.array(growth, from_pandas=True),
        }
    )


def _month_end(zone: ZoneData, month: int) -> object:
    return None if month < 0 else add_months(zone.plan.month(month), 1) - timedelta(days=1)


def _months(zone: ZoneData) -> pa.Table:
    """Return enterprise by month, the future ones too; money in fen."""
    e = zone.economy
    count, months = e.sales.shape
    fen = {
        "payroll": e.payroll,
        "rd": e.rd,
        "cash": e.cash,
        "debt_service": e.debt_service,
        "paid": e.paid,
        "funding": e.funding,
    }
    return pa.table(
        {
            "enterprise": np.repeat(np.arange(count), months),
            "month": pa.array([zone.plan.month(m) for m in range(months)] * count, pa.date32()),
            "is_future": np.tile(np.arange(months) >= zone.months, count),
            "sales": zone.invoiced["sales"].ravel(),
            "purchases": zone.invoiced["purchases"].ravel(),
            "net_inflow": (zone.invoiced["sales"] - zone.invoiced["purchases"]).ravel(),
            "headcount": e.headcount.ravel(),
            **{name: np.rint(grid * 100).astype(np.int64).ravel() for name, grid in fen.items()},
        }
    )


def _identity(zone: ZoneData) -> pa.Table:
    """Return every wording delivered: source, name, code, whose it is, and of which branch (-1: none)."""
    items = sorted(zone.people.wordings.items())
    return pa.table(
        {
            "source": [key[0] for key, _ in items],
            "name": [key[1] for key, _ in items],
            "code": [key[2] for key, _ in items],
            "enterprise": [value[0] for _, value in items],
            "uscc": [
                zone.people.codes[firm] if branch < 0 else zone.people.branches[branch].code
                for _, (firm, branch) in items
            ],
            "branch": [value[1] for _, value in items],
        }
    )
