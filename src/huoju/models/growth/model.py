"""Growth potential: sales of the next twelve months over the last twelve, read off the paths of cash flow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS, Assessments
from huoju.core.panel import Panel
from huoju.core.period import Period

NAME, VERSION = "growth", "1"
HIGHEST = 10.0  # growth beyond tenfold says that the base was too small to speak of


def assess(panel: Panel, sales_paths: NDArray[np.float64], known: NDArray[np.bool_]) -> Assessments:
    """Return the growth of sales; ``sales_paths`` ``(n, paths, 12)`` fen and ``known`` ``(n,)`` from a forecast.

    Unknown where the last twelve complete months are not all known or hold no sales.
    """
    last = panel.months("sales", 12).floats()
    base = last.sum(axis=1)
    comparable = known & ~np.isnan(base) & (np.nan_to_num(base) > 0)
    divisor = np.where(comparable, base, 1.0)
    growth = np.clip(sales_paths.sum(axis=2) / divisor[:, None] - 1, -1, HIGHEST)
    quantiles = np.quantile(growth, LEVELS, axis=1).T
    return Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=panel.as_of,
        period=_span(panel),
        unit="share",
        entities=panel.entities,
        value=quantiles[:, LEVELS.index(0.5)],
        known=comparable,
        low=quantiles[:, LEVELS.index(0.1)],
        high=quantiles[:, LEVELS.index(0.9)],
        quantiles=quantiles,
    )


def _span(panel: Panel) -> Period:
    from huoju.core.period import months_ahead

    months = months_ahead(panel.as_of, 12)
    return Period(months[0].start, months[-1].end)
