"""Hand-made panels for the tests of models."""

from datetime import date

import numpy as np

from huoju.core import Column, EntityId, Panel, Period
from huoju.core.panel import ColumnKey
from huoju.core.period import complete_months

AS_OF = date(2025, 12, 31)


def known(values: np.ndarray) -> Column:
    """Return a column in which NaN is unknown."""
    is_known = ~np.isnan(values)
    facts = np.where(is_known, 0, -1).astype(np.int64)
    return Column(np.nan_to_num(values).astype(np.int64), is_known, facts)


def panel_of(sales: np.ndarray, purchases: np.ndarray, **today: np.ndarray) -> Panel:
    """Return a panel with monthly sales and purchases ``(n, t)`` in fen, and as-of columns by name."""
    columns: dict[ColumnKey, Column] = {}
    for name, grid in (("sales", sales), ("purchases", purchases), ("net_inflow", sales - purchases)):
        for place, month in enumerate(complete_months(AS_OF, grid.shape[1])):
            columns[name, month] = known(grid[:, place])
        for span in (12, 24):
            columns[name, Period.trailing(AS_OF, span)] = known(grid[:, -span:].sum(axis=1))
    for name, values in today.items():
        columns[name, Period.day(AS_OF)] = known(values)
    entities = tuple(EntityId(f"made:{row:03d}") for row in range(len(sales)))
    return Panel(AS_OF, entities, columns)


def random_panel(count: int, seed: int, months: int = 36) -> Panel:
    """Return a panel of made-up enterprises, some months and quantities unknown."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(15, 1, count))[:, None]
    sales = np.rint(size * np.exp(rng.normal(0, 0.3, (count, months))))
    purchases = np.rint(sales * rng.uniform(0.5, 1.05, (count, 1)))
    late = rng.random(count) < 0.2
    sales[late, : months // 2] = np.nan
    purchases[late, : months // 2] = np.nan
    return panel_of(
        sales,
        purchases,
        sales_volatility=np.where(rng.random(count) < 0.1, np.nan, rng.uniform(0, 2e6, count)),
        active_months_share=rng.uniform(3e5, 1e6, count),
        days_since_last_sale=rng.integers(0, 200, count).astype(float),
        sales_growth=rng.normal(0, 3e5, count),
        days_overdue=rng.choice([0.0, 0.0, 0.0, 40.0], count),
        outstanding_debt=np.where(rng.random(count) < 0.5, np.nan, rng.uniform(0, 1e9, count)),
    )
