"""The US statements of ../shared/data as arrays: features of credit.md 3.1 with lags, and targets of 4.4.

Runs nothing by itself.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from huoju.models.statements import ITEMS, Statements

DATA = Path(__file__).parents[2] / "shared" / "data" / "us_bankruptcy"
_COLUMNS = {
    "current_assets": "current_assets",
    "total_assets": "total_assets",
    "current_liabilities": "total_current_liabilities",
    "total_liabilities": "total_liabilities",
    "revenue": "total_revenue",
    "net_income": "net_income",
    "retained_earnings": "retained_earnings",
    "market_value": "market_value",
    "long_term_debt": "total_long_term_debt",
    "inventory": "inventory",
    "receivables": "total_receivables",
    "gross_profit": "gross_profit",
    "depreciation": "depreciation_and_amortization",
    "ebit": "ebit",
    "ebitda": "ebitda",
}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """One split: statements by firm and year, and targets by name and years ahead, ``(n,)``, NaN where unknown."""

    statements: Statements
    targets: dict[tuple[str, int], Floats]

    @property
    def year(self) -> NDArray[np.int64]:
        """The year of each statement."""
        return self.statements.year


def read_split(name: str) -> Split:
    """Return ``train`` or ``validation``: windows of 3, 4 and 5 years joined, each firm-year once."""
    if not DATA.is_dir():
        print(f"skipped: the US statements are not there ({DATA.parent.name}/{DATA.name})", file=sys.stderr)
        raise SystemExit(0)
    frame = pd.concat([pd.read_csv(DATA / f"{width}_{name}.csv.gz") for width in (3, 4, 5)])
    frame = frame.drop_duplicates(["cik", "fyear"])
    frame = frame[frame["total_assets"] > 0].sort_values(["cik", "fyear"]).reset_index(drop=True)
    items = {item: frame[_COLUMNS[item]].to_numpy(float) for item in ITEMS}
    statements = Statements.of(frame["cik"].to_numpy(), frame["fyear"].to_numpy(np.int64), items)
    targets = {}
    for ahead in (1, 2, 3):
        assets, ebitda, revenue = items["total_assets"], items["ebitda"], items["revenue"]
        targets["ebitda", ahead] = np.clip((statements.lag(ebitda, -ahead) - ebitda) / assets, -2, 2)
        later = statements.lag(revenue, -ahead)
        both = (np.nan_to_num(later) > 0.1) & (revenue > 0.1)
        ratio = np.where(both, later, 1.0) / np.where(both, revenue, 1.0)
        targets["revenue", ahead] = np.where(both, np.clip(np.log(ratio), -2.5, 2.5), np.nan)
    return Split(statements, targets)
