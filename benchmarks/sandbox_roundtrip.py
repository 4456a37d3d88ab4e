"""The sandbox round trip: deliveries in, then identity, default probability and cash flow against the truth; JSON.

``--enterprises N`` (300), ``--seeds K`` (3 zones). Default is scored a year before the last day too, so that twelve
months of delivered outcomes and the twelve months after the last day both count.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from datetime import date
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "huoju.site.settings"
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measures import CRPS_LEVELS, coverage, ranking, reliability

from huoju.core.assessment import LEVELS
from huoju.decisions import read_policy
from huoju.facts import FactStore
from huoju.fusion import MENTIONS, link
from huoju.fusion.quality import Quality, link_quality
from huoju.services.assessing import Assessed, assess
from huoju.services.home import opened, owner, store_of
from huoju.services.import_delivery import import_folder
from huoju.services.make_sandbox import make_sandbox

_COLUMNS = [LEVELS.index(level) for level in CRPS_LEVELS]


def main() -> None:
    """Print one JSON object over all zones."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--enterprises", type=int, default=300)
    asked.add_argument("--seeds", type=int, default=3)
    options = asked.parse_args()
    zones = [_zone(options.enterprises, seed) for seed in range(20, 20 + options.seeds)]
    outcome, chance = (np.concatenate([zone[name] for zone in zones]) for name in ("outcome", "chance"))
    truth, quantiles = (np.concatenate([zone[name] for zone in zones]) for name in ("months", "quantiles"))
    totals, sums = (np.concatenate([zone[name] for zone in zones]) for name in ("totals", "sums"))
    counts = [zone["quality"] for zone in zones]
    quality = Quality(sum(q.right for q in counts), sum(q.wrong for q in counts), sum(q.missing for q in counts))
    flat = truth.ravel(), quantiles.reshape(-1, len(CRPS_LEVELS))
    known = ~np.isnan(flat[0])
    print(
        json.dumps(
            {
                "benchmark": "sandbox round trip (synthetic)",
                "zones": options.seeds,
                "enterprises a zone": options.enterprises,
                "identity": {
                    "links": quality.right + quality.wrong,
                    "precision": quality.precision,
                    "recall": quality.recall,
                },
                "default within 12 months": {
                    "borrowers": len(outcome),
                    "defaults": int(outcome.sum()),
                    **ranking(outcome, chance, bins=5),
                    "reliability": reliability(outcome, chance, 5),
                },
                "monthly net inflow, 12 months": {
                    "n": int(known.sum()),
                    "coverage": coverage(flat[0][known], flat[1][known]),
                },
                "12-month net inflow": {"n": len(totals), "coverage": coverage(totals, sums)},
            },
            indent=1,
        )
    )


def _zone(enterprises: int, seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "zone"
        made = make_sandbox(folder=folder, enterprises=enterprises, months=36, seed=seed)
        with opened(Path(place) / "home", create=True) as home:
            for office in sorted((folder / "deliveries").iterdir()):
                import_folder(home=home, who=owner(), source=office.name, path=office, known=None, today=made.last_day)
            store = store_of(home)
            assessed = assess(store, made.last_day, read_policy())
            truth = pq.read_table(folder / "truth.parquet").to_pylist()
            return {
                "quality": _identity(store, made.last_day, pq.read_table(folder / "truth_identity.parquet")),
                **_defaults(store, assessed, truth),
                **_cash_flow(assessed, truth, pq.read_table(folder / "truth_months.parquet")),
            }


def _identity(store: FactStore, day: date, wordings: pa.Table) -> Quality:
    """Return how the links of subjects without a valid code compare with whose they truly are."""
    mentions = store.facts(variables=MENTIONS, until=day)
    called: dict[tuple[str, str], dict[str, str]] = {}
    for row in mentions.to_pylist():
        if not row["entity"].startswith("uscc:"):
            called.setdefault((row["entity"], row["source"]), {}).setdefault(row["variable"], row["text"])
    owner_of = {(w["source"], w["name"], w["code"]): f"uscc:{w['uscc']}" for w in wordings.to_pylist()}
    truth = {
        entity: owner_of.get((source, names.get("name_as_delivered", ""), names.get("uscc_as_delivered", "")))
        for (entity, source), names in called.items()
    }
    links = {r["entity"]: r["canonical"] for r in link(mentions).to_pylist() if r["relation"] == "same_as"}
    return link_quality(links, truth)


def _defaults(store: FactStore, assessed: Assessed, truth: list[dict[str, object]]) -> dict[str, np.ndarray]:
    """Return probability and truth of the borrowers that were sound on the last day."""
    sound = {
        f"uscc:{row['uscc']}": float(bool(row["defaults_next_12m"]))
        for row in truth
        if row["is_borrower"]
        and row["closed_in"] is None
        and (row["default_on"] is None or row["default_on"] > assessed.panel.as_of)
    }
    rows = [row for row, entity in enumerate(assessed.panel.entities) if entity in sound]
    outcome = np.array([sound[assessed.panel.entities[row]] for row in rows])
    return {"outcome": outcome, "chance": assessed.scored.probability[rows]}


def _cash_flow(assessed: Assessed, truth: list[dict[str, object]], months: pa.Table) -> dict[str, np.ndarray]:
    """Return true and forecast net inflow of the twelve months after the last day, of enterprises that go on."""
    code = {row["enterprise"]: f"uscc:{row['uscc']}" for row in truth}
    future: dict[str, list[float]] = {}
    for row in months.filter(months["is_future"]).to_pylist():
        future.setdefault(code[row["enterprise"]], []).append(float(row["net_inflow"]))
    rows = [r for r, entity in enumerate(assessed.panel.entities) if assessed.forecast.known[r]]
    actual = np.array([future[assessed.panel.entities[row]] for row in rows])
    quantiles = assessed.forecast.monthly()[rows][:, :, _COLUMNS]
    sums = np.quantile(assessed.forecast.sums()[rows], CRPS_LEVELS, axis=1).T
    return {"months": actual, "quantiles": quantiles, "totals": actual.sum(axis=1), "sums": sums}


if __name__ == "__main__":
    main()
