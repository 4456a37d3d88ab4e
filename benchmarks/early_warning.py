"""Early warning on made-up zones whose truth is known: how early, how often in vain, beside simple peers; JSON.

The triggers were tuned on seeds 201-203; the zones here are others. Panels are cut at every month-end from the 12th
month on, by what was known then. Peers, each with the threshold that kept it at or under 5 % false alarms on the
same zones (which flatters them): days without a sale, the fall of sales, days overdue, and the fall of the torch
score within six months, by the model that the home learned on its last day (which flatters it more).

Definitions: huoju.models.monitoring.leads. Defaults of months 15 to 35 (counted from 0) count.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from made_zones import MONTHS, Made, made_zone, month_end
from numpy.typing import NDArray

from huoju.core.panel import Panel
from huoju.models.monitoring.leads import measure
from huoju.models.monitoring.model import watch
from huoju.models.torch_score import model as torch_score
from huoju.services.assessing import learned
from huoju.services.panels import panel_at

FIRST = 11  # the first month-end, counted from 0
COUNTED = range(15, 36)
WITH_STATEMENT = range(22, 36)  # defaults at whose last five months a statement had been delivered to all
BOUND = 0.05

Floats = NDArray[np.float64]


def main() -> None:
    """Print one JSON object over all zones."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--enterprises", type=int, default=300)
    asked.add_argument("--seeds", type=int, nargs="+", default=[204, 205, 206])
    asked.add_argument("--homes", type=Path, help="keep the homes here and use them again")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        zones = [_zone(options.homes or Path(place), options.enterprises, seed) for seed in options.seeds]
    joined = {name: np.concatenate([zone[name] for zone in zones]) for name in zones[0]}
    watched, fell = joined.pop("watched") > 0, joined.pop("defaulted").astype(np.int64)
    alarm = joined.pop("alarm") > 0
    found = {
        "benchmark": "early warning (synthetic)",
        "seeds": options.seeds,
        "enterprises a zone": options.enterprises,
        "month-ends": MONTHS - FIRST,
        "huoju": measure(alarm, watched, fell, first=FIRST, counted=COUNTED).summary(),
        "huoju, once a statement is known": measure(
            alarm, watched, fell, first=FIRST, counted=WITH_STATEMENT
        ).summary(),
        "peers": {name: _at_bound(values, watched, fell) for name, values in joined.items()},
    }
    print(json.dumps(found, indent=1))


def _at_bound(values: Floats, watched: NDArray[np.bool_], fell: NDArray[np.int64]) -> dict[str, float]:
    """Return what the lowest threshold reaches that keeps false alarms within the bound; higher values are worse."""
    known = values[~np.isnan(values) & watched]
    for threshold in np.unique(np.quantile(known, np.linspace(0.7, 0.9995, 200))):
        found = measure(np.nan_to_num(values, nan=-np.inf) >= threshold, watched, fell, first=FIRST, counted=COUNTED)
        if found.summary()["false_alarms_a_healthy_year"] <= BOUND:
            return {"threshold": float(threshold), **found.summary()}
    return {}


def _zone(folder: Path, enterprises: int, seed: int) -> dict[str, Floats]:
    with made_zone(folder, enterprises=enterprises, seed=seed) as made:
        last, risk = learned(made.store, month_end(MONTHS - 1))
        months = [*(panel_at(made.store, month_end(month)) for month in range(FIRST, MONTHS - 1)), last]
        rows = {entity: row for row, entity in enumerate(last.entities)}
        grids: dict[str, Floats] = {}
        for place, panel in enumerate(months):
            for name, values in _read(panel, risk).items():
                grid = grids.setdefault(name, np.full((len(rows), len(months)), np.nan))
                for entity, value in zip(panel.entities, values, strict=True):
                    if entity in rows:
                        grid[rows[entity], place] = value
        return _with_truth(grids, last, made)


def _read(panel: Panel, risk: object) -> dict[str, Floats]:
    found = watch(panel)
    place = {each.name: at for at, each in enumerate(found.each)}
    scored = torch_score.score(panel, risk) if risk is not None else torch_score.unscored(panel)  # type: ignore[arg-type]
    points = np.where(scored.assessments.known, scored.assessments.value, np.nan)
    return {
        "alarm": found.alarm.astype(float),
        "watched": found.watched.astype(float),
        "days without a sale": found.values[:, place["sales_stop"]],
        "fall of sales": -found.values[:, place["sales_fall"]],
        "days overdue": found.values[:, place["late_payment"]],
        "score": points,
    }


def _with_truth(grids: dict[str, Floats], last: Panel, made: Made) -> dict[str, Floats]:
    score = grids.pop("score")
    before = np.concatenate([np.full((len(score), 6), np.nan), score[:, :-6]], axis=1)
    fell = made.month_of(last)
    grids["watched"] = np.where((fell == -2)[:, None], 0.0, np.nan_to_num(grids["watched"]))
    grids["alarm"] = np.nan_to_num(grids["alarm"])
    grids["defaulted"] = fell.astype(float)
    grids["fall of the torch score in six months"] = before - score
    return grids


if __name__ == "__main__":
    main()
