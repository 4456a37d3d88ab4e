"""Peers of the monthly cash flow, on the same months: Naive, SeasonalNaive, AutoETS and the pool of credit.md 2.5.

Months before an enterprise's first invoice count as 0 for the peers, as credit.md 4.4 has it. Runs nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import lightgbm
import numpy as np
import pandas as pd
from measures import CRPS_LEVELS
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FITTED_FROM, FITTED_TO = 11, 17  # origins 2017-12 to 2018-06, months counted from 2017-01
SCALE_FLOOR = 100_000.0  # fen


def scale_at(sales: Floats, origin: int) -> Floats:
    """Return the mean of the last twelve months' absolute sales plus 1,000 yuan; ``(n,)`` fen."""
    return np.abs(sales[:, origin - 11 : origin + 1]).mean(axis=1) + SCALE_FLOOR


def local_peers(net: Floats, ahead: int) -> Mapping[str, Floats]:
    """Return quantiles of local models in fen; ``net`` is ``(n, t)``, each result ``(n, ahead, 13)``."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, Naive, SeasonalNaive

    months = pd.date_range("2017-01-01", periods=net.shape[1], freq="MS")
    frame = pd.DataFrame(
        {"unique_id": np.repeat(np.arange(len(net)), len(months)), "ds": np.tile(months, len(net)), "y": net.ravel()}
    )
    levels = sorted({round(abs(2 * level - 1) * 100) for level in CRPS_LEVELS} - {0})
    engine = StatsForecast([Naive(), SeasonalNaive(12), AutoETS(season_length=1)], freq="MS", fallback_model=Naive())
    made = engine.forecast(df=frame, h=ahead, level=levels).sort_values(["unique_id", "ds"])
    return {
        name: made[[_column(name, level) for level in CRPS_LEVELS]].to_numpy().reshape(len(net), ahead, -1)
        for name in ("Naive", "SeasonalNaive", "AutoETS")
    }


def _column(name: str, level: float) -> str:
    width = round(abs(2 * level - 1) * 100)
    return name if width == 0 else f"{name}-{'lo' if level < 0.5 else 'hi'}-{width}"


def empirical(net: Floats) -> Floats:
    """Return the quantiles of the last twelve months; ``(n, 13)`` fen."""
    return np.quantile(net[:, -12:], CRPS_LEVELS, axis=1).T


class GlobalQuantiles:
    """LightGBM per level and distance with the features and settings of credit.md 4.4."""

    def __init__(self, net: Floats, sales: Floats, keep: NDArray[np.bool_], distances: Sequence[int]) -> None:
        """Fit on origins 2017-12 to 2018-06; ``net`` and ``sales`` ``(n, t)`` from 2017-01."""
        self.net, self.sales = net, sales
        self.fitted = {ahead: self._fit(ahead, keep) for ahead in distances}

    def _fit(self, ahead: int, keep: NDArray[np.bool_]) -> list[lightgbm.Booster]:
        origins = range(FITTED_FROM, FITTED_TO + 1)
        rows = np.concatenate([self._features(origin, ahead)[keep] for origin in origins])
        target = np.concatenate(
            [np.clip(self.net[:, o + ahead] / scale_at(self.sales, o), -10, 10)[keep] for o in origins]
        )
        settings = {
            "objective": "quantile",
            "learning_rate": 0.05,
            "num_leaves": 15,
            "min_data_in_leaf": 40,
            "seed": 0,
            "num_threads": 1,
            "verbose": -1,
        }
        data = lightgbm.Dataset(rows, target, free_raw_data=False)
        return [lightgbm.train({**settings, "alpha": level}, data, 120) for level in CRPS_LEVELS]

    def predict(self, origin: int, ahead: int) -> Floats:
        """Return sorted quantiles in units of scale; ``(n, 13)``."""
        rows = self._features(origin, ahead)
        return np.sort(np.stack([booster.predict(rows) for booster in self.fitted[ahead]], axis=1), axis=1)

    def _features(self, origin: int, ahead: int) -> Floats:
        scale = scale_at(self.sales, origin)
        net = self.net[:, origin - 11 : origin + 1] / scale[:, None]
        sales = self.sales[:, origin - 11 : origin + 1] / scale[:, None]
        told = [
            *(net[:, -months:].mean(axis=1) for months in (12, 3, 6)),
            *(measure(net, axis=1) for measure in (np.std, np.median, np.min, np.max)),
            (net != 0).mean(axis=1),
            sales[:, -3:].mean(axis=1),
            sales[:, -6:-3].mean(axis=1),
            np.log(scale),
            np.full(len(net), (origin + ahead) % 12 + 1.0),
        ]
        return np.concatenate([net, np.stack(told, axis=1)], axis=1)
