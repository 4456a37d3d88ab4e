"""What the points table read of an enterprise, as people write it: the value, and the bin that it falls in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.models.default_risk.features import matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.default_risk.points_table import Binned

Floats = NDArray[np.float64]
_MOST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One input of one enterprise: ``value`` and ``bin`` as people write them, "" where it is unknown."""

    value: str
    bin: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """How an input is written: what undoes the model's logarithm, and how many digits; ``style`` is that of format."""

    undo: Callable[[float], float]
    digits: int
    style: str = ",.{}f"

    def text(self, value: float, more: int = 0) -> str:
        """Return the value with its digits, and ``more`` of them."""
        return format(self.undo(value), self.style.format(self.digits + more)).replace("-", "−")


_AMOUNT = _Scale(lambda value: max(10**value - 10_000, 0) / 10_000, 0)  # ten thousand yuan
_COUNT = _Scale(lambda value: float(np.expm1(value)), 0)
_SHARE = _Scale(lambda value: value, 1, ".{}%")
_CHANGE = _Scale(lambda value: float(np.expm1(value)), 1, "+.{}%")
_PLAIN = _Scale(lambda value: value, 2)
_SCALES: Mapping[str, _Scale] = {
    **dict.fromkeys(("log_sales", "sales_year", "purchases"), _AMOUNT),
    "sales_long": _Scale(lambda value: max(10**value - 1_000, 0) / 10_000, 1),
    "ticket": _Scale(lambda value: 10**value, 0),
    "history": _Scale(lambda value: value, 0),
    **dict.fromkeys(("invoices", "buyers", "suppliers", "last_sale", "patents", "judgments", "penalties"), _COUNT),
    "funding": _Scale(lambda value: value, 0),
    **dict.fromkeys(("growth", "purchase_growth", "headcount_change", "electricity_change"), _CHANGE),
    **dict.fromkeys(("active_months", "active_long", "buying_months", "loss_months", "margin", "tax_paid"), _SHARE),
    **dict.fromkeys(("largest_buyer", "buyer_concentration", "buyers_kept", "repeat_sales"), _SHARE),
    **dict.fromkeys(("largest_supplier", "suppliers_kept", "repeat_purchases"), _SHARE),
    **dict.fromkeys(("sales_tax_rate", "purchase_tax_rate", "voided", "red_letter"), _SHARE),
    **dict.fromkeys(("leverage", "rd_intensity", "arrears"), _SHARE),
    "cash_cover": _Scale(lambda value: float(np.expm1(value)), 1),
    "overdue": _Scale(lambda value: value * 30, 0),
}


def cells(panel: Panel, risk: DefaultRisk, place: int) -> Mapping[str, Cell]:
    """Return what each input of one enterprise is, and which bin of the table that is, by the input's name."""
    values = matrix(panel.take([place]))
    at = risk.table.cells(values)[0]
    found = {}
    for column, given in enumerate(risk.table.inputs):
        value = float(values[0, given.place])
        found[given.name] = Cell("" if np.isnan(value) else shown(given.name, value), bins(given)[at[column]])
    return found


def shown(name: str, value: float) -> str:
    """Return an input's value as people write it: the model's logarithms taken back."""
    return _SCALES.get(name, _PLAIN).text(value)


def bins(given: Binned) -> list[str]:
    """Return each bin of an input as people write it, the unknown one last as ""; its upper edge belongs to a bin.

    Edges get more digits where two would read the same.
    """
    scale = _SCALES.get(given.name, _PLAIN)
    if not len(given.edges):
        return ["", ""]
    edges: list[str] = []
    for more in range(_MOST_DIGITS + 1):
        edges = [scale.text(float(edge), more) for edge in given.edges]
        if len(set(edges)) == len(edges):
            break
    between = [f"{low}–{high}" for low, high in pairwise(edges)]
    return [f"≤ {edges[0]}", *between, f"> {edges[-1]}", ""]
