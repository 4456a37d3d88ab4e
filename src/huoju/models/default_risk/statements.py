"""What annual statements say of default: ratios, trends and memory, each with a direction, as of the last year.

Source: credit.md 3.1 for the first features; the rest reads the same items. Nothing looks past the last year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import Document, read_document
from huoju.models.default_risk.inputs import Input, read_inputs

Floats = NDArray[np.float64]
_LEAST = 0.001  # what a guarded logarithm takes for nothing or less, in the statements' own unit
_NO_DIVISOR = 1e-9


@dataclass(frozen=True, slots=True)
class Statements:
    """Annual statements of ``n`` enterprises: each item is ``(n, t)``, the last year last, NaN where unknown.

    Items are those of ``statements.yaml``; an absent one is unknown. Money is in one unit, the same at fit and later.
    """

    items: Mapping[str, Floats]
    years: int

    def __getitem__(self, item: str) -> Floats:
        """Return an item of every year; ``(n, t)``. Assets of nothing or less are unknown."""
        found = self.items.get(item)
        if found is None:
            return np.full((len(next(iter(self.items.values()))), self.years), np.nan)
        return np.where(found > 0, found, np.nan) if item == "total_assets" else found

    def ratio(self, above: str, below: str) -> Floats:
        """Return one item over another in every year; ``(n, t)``, unknown where the divisor is next to nothing."""
        return over(self[above], self[below])

    def log(self, item: str) -> Floats:
        """Return the guarded logarithm of an item; ``(n, t)``."""
        return np.log(np.maximum(self[item], _LEAST))

    @property
    def liquid(self) -> Floats:
        """Current assets that are neither inventory nor receivables: cash and the like; ``(n, t)``."""
        return self["current_assets"] - self["inventory"] - self["total_receivables"]

    @property
    def market_total(self) -> Floats:
        """Market value and liabilities: total assets at the price of the market; ``(n, t)``."""
        return np.maximum(self["market_value"], 0) + self["total_liabilities"]


@cache
def declared() -> Document:
    """Return ``statements.yaml``."""
    return read_document(Path(__file__).parent / "statements.yaml")


@cache
def statement_inputs() -> tuple[Input, ...]:
    """Return the inputs in their order."""
    return read_inputs(declared().child("inputs"))


def statement_values(statements: Statements) -> Floats:
    """Return the inputs of every enterprise; ``(n, k)``, NaN where what they need is unknown."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        columns = [_READ[each.name](statements) for each in statement_inputs()]
    return np.stack([np.where(np.isfinite(column), column, np.nan) for column in columns], axis=1)


def over(above: Floats, below: Floats) -> Floats:
    """Return one array over another, unknown where the divisor is next to nothing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(np.abs(below) > _NO_DIVISOR, above / below, np.nan)


def _last(values: Floats) -> Floats:
    return values[:, -1]


def _change(values: Floats, years: int = 1) -> Floats:
    """Return the last year less the one ``years`` before; unknown where the window is too short."""
    return values[:, -1] - values[:, -1 - years] if values.shape[1] > years else np.full(len(values), np.nan)


def _three(values: Floats) -> Floats:
    return values[:, -3:] if values.shape[1] >= 3 else np.full((len(values), 3), np.nan)


def _of_assets(item: str) -> Callable[[Statements], Floats]:
    return lambda s: _last(s.ratio(item, "total_assets"))


def _of(above: str, below: str) -> Callable[[Statements], Floats]:
    return lambda s: _last(s.ratio(above, below))


def _log_of_market(item: str) -> Callable[[Statements], Floats]:
    return lambda s: _last(np.log((np.maximum(s[item], 0) + 0.01) / (np.maximum(s["market_value"], 0) + 0.01)))


def _leverage(s: Statements) -> Floats:
    return over(s["total_liabilities"], s.market_total)


_READ: Mapping[str, Callable[[Statements], Floats]] = {
    "log_ta": lambda s: _last(s.log("total_assets")),
    "log_rev": lambda s: _last(s.log("total_revenue")),
    "log_mv": lambda s: _last(s.log("market_value")),
    "opex_ta": _of_assets("total_operating_expenses"),
    "g_rev": lambda s: _change(s.log("total_revenue")),
    "inv_rev": _of("inventory", "total_revenue"),
    "rec_rev": _of("total_receivables", "total_revenue"),
    "rec_ta": _of_assets("total_receivables"),
    "vol_ebitda": lambda s: _three(s.ratio("ebitda", "total_assets")).std(axis=1),
    "vol_ni": lambda s: s.ratio("net_income", "total_assets").std(axis=1),
    "d2_ni": lambda s: _change(s.ratio("net_income", "total_assets"), 2),
    "tl_ta": _of_assets("total_liabilities"),
    "d_cur": lambda s: _change(np.log(np.maximum(s.ratio("current_assets", "total_current_liabilities"), _LEAST))),
    "d2_tl": lambda s: _change(s.ratio("total_liabilities", "total_assets"), 2),
    "d_ltd": lambda s: _change(s.ratio("total_long_term_debt", "total_assets")),
    "st_share": _of("total_current_liabilities", "total_liabilities"),
    "nd_ta": lambda s: _last(over(s["total_long_term_debt"] - s.liquid, s["total_assets"])),
    "ebitda_tl": _of("ebitda", "total_liabilities"),
    "ebitda_cl": _of("ebitda", "total_current_liabilities"),
    "ebitda_debt": lambda s: _last(over(s["ebitda"], s["total_long_term_debt"] + s["total_current_liabilities"])),
    "quick": lambda s: _last(over(s["current_assets"] - s["inventory"], s["total_current_liabilities"])),
    "cash_tl": lambda s: _last(over(s.liquid, s["total_liabilities"])),
    "cash_mta": lambda s: _last(over(s.liquid, s.market_total)),
    "mv_tl": _of("market_value", "total_liabilities"),
    "mv_ta": _of_assets("market_value"),
    "mb": lambda s: _last(np.log(over(s.market_total + _LEAST, s["total_assets"]))),
    "mktlev": lambda s: _last(_leverage(s)),
    "d_mktlev": lambda s: _change(_leverage(s)),
    "rev_mv": _log_of_market("total_revenue"),
    "cl_mv": _log_of_market("total_current_liabilities"),
    "ltd_mv": _log_of_market("total_long_term_debt"),
    "d_mv": lambda s: _change(s.log("market_value")),
    "peak_mv": lambda s: _last(s.log("market_value")) - s.log("market_value").max(axis=1),
}
