"""Monthly net inflow of the real enterprises: 2019-10 to 2019-12 held out, beside SeasonalNaive and AutoETS; JSON.

Set-up of credit.md 4.4: enterprises with positive sales in twelve of the first 24 months, scale the mean of the
last twelve months' sales plus 1,000 yuan, target clipped to 10. ``--all`` adds the origins 2019-03 and 2019-06.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from measures import CRPS_LEVELS, coverage, crps
from real_invoices import real_store

from huoju.core.assessment import LEVELS
from huoju.core.panel import Panel
from huoju.facts import FactStore
from huoju.facts.cutting import Belief, cut_panel
from huoju.models.cash_flow import model as ours

ORIGINS = (date(2019, 3, 31), date(2019, 6, 30), date(2019, 9, 30))
AHEAD = 3
_COLUMNS = [LEVELS.index(level) for level in CRPS_LEVELS]


def main() -> None:
    """Print CRPS and coverage of each method and horizon."""
    origins = ORIGINS if "--all" in sys.argv else ORIGINS[-1:]
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    with real_store() as store:
        truth = cut_panel(store, date(2020, 1, 31), Belief.plain())
        for origin in origins:
            for name, pair in _compare(store, truth, origin).items():
                found.setdefault(name, []).append(pair)
    print(
        json.dumps(
            {
                "benchmark": "net inflow",
                "origins": [str(o) for o in origins],
                **{n: _figures(p) for n, p in found.items()},
            },
            indent=1,
        )
    )


def _compare(store: FactStore, truth: Panel, origin: date) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    panel = cut_panel(store, origin, Belief.plain())
    forecast = ours.fit(panel).forecast(panel)
    place = {entity: row for row, entity in enumerate(truth.entities)}
    rows = [place[entity] for entity in panel.entities]
    after = np.stack([truth.column("net_inflow", month).floats()[rows] for month in forecast.periods[:AHEAD]], axis=1)
    history = panel.months("net_inflow", 36).floats()
    scale = np.nanmean(np.abs(panel.months("sales", 12).floats()), axis=1) + 100_000
    keep = (
        forecast.known
        & ~np.isnan(after).any(axis=1)
        & ((np.nan_to_num(panel.months("sales", 24).floats()) > 0).sum(axis=1) >= 12)
    )
    bounded = np.clip(after / scale[:, None], -10, 10)[keep]
    given = {"huoju cash_flow": forecast.monthly()[:, :AHEAD][:, :, _COLUMNS], **_peers(history)}
    return {name: (bounded, np.clip(q / scale[:, None, None], -10, 10)[keep]) for name, q in given.items()}


def _peers(history: np.ndarray) -> dict[str, np.ndarray]:
    """Return the quantiles of SeasonalNaive and AutoETS for each enterprise; ``(n, AHEAD, 13)``."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, Naive, SeasonalNaive

    months = pd.date_range("2000-01-01", periods=history.shape[1], freq="MS")
    frame = pd.concat(
        [pd.DataFrame({"unique_id": row, "ds": months, "y": np.nan_to_num(line)}) for row, line in enumerate(history)]
    )
    levels = sorted({round(abs(2 * level - 1) * 100) for level in CRPS_LEVELS} - {0})
    engine = StatsForecast([SeasonalNaive(12), AutoETS(season_length=1)], freq="MS", fallback_model=Naive())
    made = engine.forecast(df=frame, h=AHEAD, level=levels).sort_values(["unique_id", "ds"])
    found = {}
    for name in ("SeasonalNaive", "AutoETS"):
        columns = []
        for level in CRPS_LEVELS:
            width = round(abs(2 * level - 1) * 100)
            columns.append(name if width == 0 else f"{name}-{'lo' if level < 0.5 else 'hi'}-{width}")
        found[name] = made[columns].to_numpy().reshape(len(history), AHEAD, len(CRPS_LEVELS))
    return found


def _figures(pairs: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, object]:
    truth, quantiles = np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs])
    by_month = {
        f"h={h + 1}": {"crps": crps(truth[:, h], quantiles[:, h]), "coverage": coverage(truth[:, h], quantiles[:, h])}
        for h in range(AHEAD)
    }
    flat = crps(truth.ravel(), quantiles.reshape(-1, len(CRPS_LEVELS)))
    return {
        "n": len(truth),
        "crps": flat,
        "coverage": coverage(truth.ravel(), quantiles.reshape(-1, len(CRPS_LEVELS))),
        **by_month,
    }


if __name__ == "__main__":
    main()
