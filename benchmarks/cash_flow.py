"""Monthly net inflow of the real enterprises beside Naive, SeasonalNaive, AutoETS and credit.md's pool; JSON.

Set-up of credit.md 4.4: enterprises with positive sales in twelve of the first 24 months, scale the mean of the last
twelve months' sales plus 1,000 yuan, target clipped to 10. Origins 2019-03, -06, -09 for one, two and three months
ahead, 2019-03, -06 for six; complete months to 2019-12. The twelve-month sum is at the one origin 2018-12 and has no
goal. ``--rehearse`` takes earlier origins, on which the model's settings were chosen.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from measures import CRPS_LEVELS, coverage, crps
from monthly_peers import GlobalQuantiles, empirical, local_peers, scale_at
from numpy.typing import NDArray
from real_invoices import real_store

from huoju.core.assessment import LEVELS
from huoju.core.period import Period, add_months
from huoju.facts import FactStore
from huoju.facts.cutting import Belief, cut_panel
from huoju.models.cash_flow import model as ours

Floats = NDArray[np.float64]
FIRST, MONTHS = date(2017, 1, 1), 36
AHEAD = 6
REPORTED = {1: (26, 29, 32), 2: (26, 29, 32), 3: (26, 29, 32), 6: (26, 29)}  # origins: months after 2017-01
REHEARSED = {1: (20, 21, 22, 23), 2: (20, 21, 22, 23), 3: (20, 21, 22, 23), 6: (20,)}
YEAR_ORIGIN = 23
_COLUMNS = [LEVELS.index(level) for level in CRPS_LEVELS]


@dataclass(frozen=True, slots=True)
class Real:
    """The real months, 0 before the first invoice; ``(n, MONTHS)`` fen, and who is measured, ``(n,)``."""

    store: FactStore
    entities: tuple[str, ...]
    net: Floats
    sales: Floats
    keep: NDArray[np.bool_]


def main() -> None:
    """Print CRPS and coverage of each method by months ahead and size third."""
    asked = REHEARSED if "--rehearse" in sys.argv else REPORTED
    with real_store() as store:
        real = _real(store)
        pairs = _pairs(real, asked)
        year = None if "--rehearse" in sys.argv else _year(real)
    found = {name: _figures({ahead: p for (n, ahead), p in pairs.items() if n == name}) for name in _names(pairs)}
    print(
        json.dumps(
            {
                "benchmark": "monthly net inflow, real invoices" + (" (rehearsal)" if "--rehearse" in sys.argv else ""),
                "enterprises": int(real.keep.sum()),
                "origins": {ahead: [str(_day(o)) for o in origins] for ahead, origins in asked.items()},
                "methods": found,
                "12-month sum, origin 2018-12": year,
            },
            indent=1,
        )
    )


def _real(store: FactStore) -> Real:
    truth = cut_panel(store, date(2020, 1, 31), Belief.plain())
    months = [Period.month(FIRST.year + k // 12, k % 12 + 1) for k in range(MONTHS)]
    sides = [
        np.nan_to_num(np.stack([truth.column(name, month).floats() for month in months], axis=1))
        for name in ("sales", "purchases")
    ]
    keep = (sides[0][:, :24] > 0).sum(axis=1) >= 12
    return Real(store, truth.entities, sides[0] - sides[1], sides[0], keep)


Pair = tuple[Floats, Floats, NDArray[np.int64]]  # truth (n,), quantiles (n, 13), size third (n,)


def _pairs(real: Real, asked: Mapping[int, tuple[int, ...]]) -> dict[tuple[str, int], list[Pair]]:
    pool = GlobalQuantiles(real.net, real.sales, real.keep, tuple(asked))
    pairs: dict[tuple[str, int], list[Pair]] = {}
    for origin in sorted({o for origins in asked.values() for o in origins}):
        scale = scale_at(real.sales, origin)
        third = np.digitize(scale, np.quantile(scale[real.keep], [1 / 3, 2 / 3]))[real.keep]
        local = {name: q / scale[:, None, None] for name, q in local_peers(real.net[:, : origin + 1], AHEAD).items()}
        mine = _ours(real, origin) / scale[:, None, None]
        own = empirical(real.net[:, : origin + 1]) / scale[:, None]
        for ahead in (h for h, origins in asked.items() if origin in origins):
            learned = pool.predict(origin, ahead)
            given = {
                "huoju cash_flow": mine[:, ahead - 1],
                **{name: q[:, ahead - 1] for name, q in local.items()},
                "last 12 months": own,
                "LightGBM global": learned,
                "pool of credit.md": (own + np.clip(local["AutoETS"][:, ahead - 1], -10, 10) + learned) / 3,
            }
            truth = np.clip(real.net[:, origin + ahead] / scale, -10, 10)[real.keep]
            for name, quantiles in given.items():
                pairs.setdefault((name, ahead), []).append((truth, np.clip(quantiles, -10, 10)[real.keep], third))
    return pairs


def _ours(real: Real, origin: int) -> Floats:
    """Return our monthly quantiles at an origin in fen, in the order of ``real``; ``(n, AHEAD, 13)``."""
    forecast, rows = _forecast(real, origin)
    return forecast.monthly()[rows][:, :AHEAD][:, :, _COLUMNS]


def _forecast(real: Real, origin: int) -> tuple[ours.Forecast, list[int]]:
    panel = cut_panel(real.store, _day(origin), Belief.plain())
    forecast = ours.fit(panel).forecast(panel)
    place = {entity: row for row, entity in enumerate(panel.entities)}
    rows = [place.get(entity, -1) for entity in real.entities]
    if not forecast.known[[row for row, kept in zip(rows, real.keep, strict=True) if kept]].all():
        raise SystemExit("An enterprise that is measured has too little history; the set-up has changed.")
    return forecast, rows


def _year(real: Real) -> dict[str, object]:
    """Return the sum over 2019 as forecast at the close of 2018."""
    forecast, rows = _forecast(real, YEAR_ORIGIN)
    scale = 12 * scale_at(real.sales, YEAR_ORIGIN)
    truth = np.clip(real.net[:, YEAR_ORIGIN + 1 :].sum(axis=1) / scale, -10, 10)[real.keep]
    sums = np.quantile(forecast.sums()[rows], CRPS_LEVELS, axis=1).T / scale[:, None]
    quantiles = np.clip(sums, -10, 10)[real.keep]
    return {"n": len(truth), "crps": crps(truth, quantiles), "coverage": coverage(truth, quantiles)}


def _day(origin: int) -> date:
    return date.fromordinal(add_months(FIRST, origin + 1).toordinal() - 1)


def _names(pairs: Mapping[tuple[str, int], object]) -> list[str]:
    return list(dict.fromkeys(name for name, _ in pairs))


def _figures(by_ahead: Mapping[int, list[Pair]]) -> dict[str, object]:
    joined = {h: tuple(np.concatenate(parts) for parts in zip(*pairs, strict=True)) for h, pairs in by_ahead.items()}
    truth, quantiles, third = (np.concatenate(parts) for parts in zip(*joined.values(), strict=True))
    return {
        "n": len(truth),
        "crps": crps(truth, quantiles),
        "coverage": coverage(truth, quantiles),
        "by size third, smallest first": [coverage(truth[third == k], quantiles[third == k]) for k in range(3)],
        **{
            f"h={ahead}": {
                "n": len(t),
                "crps": crps(t, q),
                "coverage": coverage(t, q),
                "by size third": [coverage(t[s == k], q[s == k]) for k in range(3)],
            }
            for ahead, (t, q, s) in joined.items()
        },
    }


if __name__ == "__main__":
    main()
