"""What the default model reads off a panel: ratios and trends, each with a direction and the cells it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import read_document
from huoju.core.panel import ColumnKey, Panel
from huoju.core.period import complete_months
from huoju.models.default_risk.inputs import refuse_leaks
from huoju.models.default_risk.reading import READ

Floats = NDArray[np.float64]
_SIGNS = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True)
class Feature:
    """One input of the model; ``sign`` is +1 where more of it means more risk, -1 where less, 0 where it is free.

    ``flagged`` is False for what is left out where defaults are flagged without a date.
    """

    name: str
    group: str
    sign: int
    label: Mapping[str, str]
    variables: tuple[str, ...]
    flagged: bool = True


@cache
def features() -> tuple[Feature, ...]:
    """Return the features in their order. Raises ``KeyError`` where one is declared and not computed.

    Raises ``PolicyError`` where one reads what tells the outcome.
    """
    document = read_document(Path(__file__).parent / "features.yaml")
    found = []
    for name in document.keys():
        block = document.child(name)
        sign = _SIGNS[block.text("direction")]
        used = READ[name][0]
        refuse_leaks(used)
        flagged = block.flag("flagged", True)
        found.append(Feature(name, block.text("group"), sign, block.languages("label"), used, flagged))
    return tuple(found)


def matrix(panel: Panel) -> Floats:
    """Return the features of every entity; ``(n, k)``, NaN where what they need is unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [READ[feature.name][1](panel) for feature in features()]
    return np.stack([np.where(np.isfinite(column), column, np.nan) for column in columns], axis=1)


def evidence(panel: Panel, feature: Feature) -> tuple[ColumnKey, ...]:
    """Return the panel's cells that a feature reads: the latest few periods of each of its variables."""
    keys: list[ColumnKey] = []
    for variable in feature.variables:
        keys += [(variable, period) for period in panel.periods(variable) if period.end > _year_before(panel)][-3:]
    return tuple(keys)


def _year_before(panel: Panel) -> date:
    return complete_months(panel.as_of, 24)[0].start
