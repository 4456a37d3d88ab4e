"""What monthly rows say of default: size, trend, pauses and margin of sales and purchases, as of the last month."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import Document, read_document
from huoju.models.default_risk.inputs import Input, read_inputs

Floats = NDArray[np.float64]
_LEAST_KNOWN = 2 / 3  # of the months of a window; a window known less is unknown
_LEAST = 1_000.0  # yuan: what no month's sales are counted less than, in logs


@dataclass(frozen=True, slots=True)
class Months:
    """Sales and purchases of ``n`` enterprises in yuan: ``(n, t)``, the last month last, NaN where unknown."""

    sales: Floats
    purchases: Floats

    def mean(self, grid: Floats, first: int, last: int) -> Floats:
        """Return the mean of the months from ``first`` to before ``last`` ago; ``(n,)``, unknown where hardly known."""
        part = grid[:, max(grid.shape[1] - first, 0) : grid.shape[1] - last]
        if part.shape[1] < first - last:
            return np.full(len(grid), np.nan)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return np.where((~np.isnan(part)).mean(axis=1) >= _LEAST_KNOWN, np.nanmean(part, axis=1), np.nan)


@cache
def declared() -> Document:
    """Return ``months.yaml``."""
    return read_document(Path(__file__).parent / "months.yaml")


@cache
def month_inputs() -> tuple[Input, ...]:
    """Return the inputs in their order."""
    return read_inputs(declared())


def month_values(months: Months) -> Floats:
    """Return the inputs of every enterprise; ``(n, k)``, NaN where what they need is unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [_READ[each.name](months) for each in month_inputs()]
    return np.stack([np.where(np.isfinite(column), column, np.nan) for column in columns], axis=1)


def _log(months: Months, grid: Floats, first: int, last: int = 0) -> Floats:
    return np.log(np.maximum(months.mean(grid, first, last), 0) + _LEAST)


def _spread(months: Months) -> Floats:
    year = months.sales[:, -12:]
    mean = months.mean(months.sales, 12, 0)
    return np.where(mean > 0, np.minimum(np.sqrt(np.nanmean((year - mean[:, None]) ** 2, axis=1)) / mean, 4.0), np.nan)


def _last_sale(months: Months) -> Floats:
    sold = np.where(np.isnan(months.sales), np.nan, months.sales > 0)
    behind = np.argmax(np.nan_to_num(sold[:, ::-1]) > 0, axis=1).astype(float)
    behind[~(np.nan_to_num(sold) > 0).any(axis=1)] = sold.shape[1]
    return np.where(np.isnan(sold).all(axis=1), np.nan, np.minimum(behind, 24))


def _share(months: Months, flags: Floats) -> Floats:
    return months.mean(flags, 12, 0)


def _flag(known: Floats, said: NDArray[np.bool_]) -> Floats:
    return np.where(np.isnan(known), np.nan, said)


def _margin(months: Months) -> Floats:
    sold, bought = months.mean(months.sales, 12, 0), months.mean(months.purchases, 12, 0)
    return np.where(sold > 0, np.clip((sold - bought) / sold, -3, 1), np.nan)


_READ: Mapping[str, Callable[[Months], Floats]] = {
    "m_log_sales": lambda m: _log(m, m.sales, 12),
    "m_log_purchases": lambda m: _log(m, m.purchases, 12),
    "m_growth": lambda m: _log(m, m.sales, 12) - _log(m, m.sales, 24, 12),
    "m_recent": lambda m: _log(m, m.sales, 3) - _log(m, m.sales, 12),
    "m_bought_recent": lambda m: _log(m, m.purchases, 3) - _log(m, m.purchases, 12),
    "m_active": lambda m: _share(m, _flag(m.sales, m.sales > 0)),
    "m_last_sale": _last_sale,
    "m_spread": _spread,
    "m_margin": _margin,
    "m_negative": lambda m: _share(m, _flag(m.sales - m.purchases, m.sales < m.purchases)),
}
