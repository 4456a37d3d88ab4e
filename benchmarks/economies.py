"""Default probability across three economies: fitted on one, read on the others; JSON.

For each pair, the model is fitted on borrowers of the zones of one economy. Its log-odds are then shifted so that the
mean over the portfolio of the other is a stated central tendency (credit.md 3.5; no outcome of the portfolio is used):
the yearly share of defaults in an economy of 3,000 other enterprises, simulated with another seed and delivered to
nobody. Origins are the closes of months 24 and 36, outcomes the twelve months after by the truth.

Read: for each decile of predicted probability, whether the observed share lies within the model's own 90 % interval
(the means of its low and high ends), and whether that interval and the 90 % Jeffreys interval of the observed share
overlap: a decile has few defaults, and chance moves it. The same as fitted, without the shift to the portfolio, and
for a peer: a logit on log sales, shifted alike, with the sampling error of its fit.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from made_zones import made_zone, month_end
from measures import ranking
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from huoju.core.panel import Panel
from huoju.core.ports import Outcomes
from huoju.models.default_risk import model as default_risk
from huoju.models.torch_score import model as torch_score
from huoju.sandbox.economy import simulate
from huoju.sandbox.plan import read_plan
from huoju.services.panels import panel_at

ECONOMIES = ("boom", "flat", "shock")
ORIGINS = (23, 35)  # months, counted from 0, whose close panels are cut at
DECILES = 10
BAND = 1.645

Floats = NDArray[np.float64]
Sample = list[tuple[Panel, Outcomes]]


def main() -> None:
    """Print one JSON object over all pairs of economies."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--enterprises", type=int, default=300)
    asked.add_argument("--seeds", type=int, nargs="+", default=[301, 302, 303])
    asked.add_argument("--homes", type=Path, help="keep the homes here and use them again")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = options.homes or Path(place)
        samples = {
            economy: [cut for seed in options.seeds for cut in _zone(folder, options.enterprises, seed, economy)]
            for economy in ECONOMIES
        }
    tendency = {economy: _tendency(economy) for economy in ECONOMIES}
    pairs = {
        f"{first} -> {second}": _pair(samples[first], samples[second], tendency[second])
        for first in ECONOMIES
        for second in ECONOMIES
        if first != second
    }
    shares = {
        who: {
            key: float(np.mean([bin_[key] for pair in pairs.values() for bin_ in pair[who]["deciles"]]))
            for key in ("within the interval", "overlaps")
        }
        for who in ("huoju", "huoju as fitted", "logit on log sales")
    }
    print(
        json.dumps(
            {
                "benchmark": "three economies (synthetic)",
                "seeds": options.seeds,
                "enterprises a zone": options.enterprises,
                "stated central tendency": tendency,
                "share of deciles": shares,
                "pairs": pairs,
            },
            indent=1,
        )
    )


def _zone(folder: Path, enterprises: int, seed: int, economy: str) -> Sample:
    found: Sample = []
    with made_zone(folder, enterprises=enterprises, seed=seed, economy=economy) as made:
        for month in ORIGINS:
            panel = panel_at(made.store, month_end(month))
            fell = made.month_of(panel)
            loans = set(panel.events["loan"]["entity"].to_pylist())
            borrows = np.array([entity in loans for entity in panel.entities])
            sound = borrows & (fell != -2) & ((fell == -1) | (fell > month))
            found.append((panel, Outcomes(((fell > month) & (fell <= month + 12)).astype(float), sound)))
    return found


def _tendency(economy: str) -> float:
    """Return the yearly share of defaults among sound borrowers at the origins, rounded to a thousandth."""
    found = simulate(read_plan(economy), 3000, 48, np.random.default_rng(900))
    counts = np.zeros(2)
    for month in ORIGINS:
        borrows = np.zeros(3000, dtype=bool)
        borrows[[loan.firm for loan in found.loans if loan.month <= month]] = True
        sound = borrows & ((found.defaulted < 0) | (found.defaulted > month))
        fell = sound & (found.defaulted > month) & (found.defaulted <= month + 12)
        counts += fell.sum(), sound.sum()
    return round(float(counts[0] / counts[1]), 3)


def _pair(fitted: Sample, read: Sample, tendency: float) -> dict[str, object]:
    risk = default_risk.fit(
        [panel for panel, _ in fitted], [out for _, out in fitted], code="dated-defaults", tendency=tendency
    )
    if risk is None:
        raise SystemExit("Too few defaults to fit on: ask for more seeds or enterprises.")
    parts: list[list[Floats]] = [[], [], [], []]
    for panel, outcome in read:
        scored = torch_score.score(panel, risk)
        values = (outcome.values, scored.probability, scored.probability_low, scored.probability_high)
        for part, each in zip(parts, values, strict=True):
            part.append(each[outcome.known])
    outcome, *spread = (np.concatenate(part) for part in parts)
    return {
        "n": len(outcome),
        "defaults": int(outcome.sum()),
        "stated tendency": tendency,
        "observed": float(outcome.mean()),
        "huoju": _measured(outcome, _anchored(spread, tendency)),
        "huoju as fitted": _measured(outcome, spread),
        "logit on log sales": _measured(outcome, _anchored(_peer(fitted, read), tendency)),
    }


def _measured(outcome: Floats, spread: Sequence[Floats]) -> dict[str, object]:
    return {**ranking(outcome, spread[0], bins=DECILES), "deciles": _deciles(outcome, *spread)}


def _anchored(spread: Sequence[Floats], tendency: float) -> list[Floats]:
    """Return probability, low and high with the shift of the log-odds that makes the mean probability the tendency."""
    odds = [logit(np.clip(values, 1e-5, 1 - 1e-5)) for values in spread]
    shift = brentq(lambda s: expit(odds[0] + s).mean() - tendency, -15, 15)
    return [expit(each + shift) for each in odds]


def _peer(fitted: Sample, read: Sample) -> list[Floats]:
    design, labels = _log_sales(fitted), np.concatenate([o.values[o.known] for _, o in fitted])
    model = LogisticRegression(C=1e6).fit(design[:, 1:], labels)
    weights = np.array([model.intercept_[0], model.coef_[0, 0]])
    chance = expit(design @ weights)
    spread = np.linalg.inv(design.T @ (design * (chance * (1 - chance))[:, None]))
    asked = _log_sales(read)
    middle, error = asked @ weights, np.sqrt(np.einsum("ij,jk,ik->i", asked, spread, asked))
    return [expit(middle), expit(middle - BAND * error), expit(middle + BAND * error)]


def _log_sales(sample: Sample) -> Floats:
    values = [
        np.log10(np.nan_to_num(panel.trailing("sales", 24).floats(100)) + 10_000)[out.known] for panel, out in sample
    ]
    joined = np.concatenate(values)
    return np.stack([np.ones(len(joined)), joined], axis=1)


def _deciles(outcome: Floats, chance: Floats, low: Floats, high: Floats) -> list[dict[str, object]]:
    found = []
    for rows in np.array_split(np.argsort(chance, kind="stable"), DECILES):
        n, bad = len(rows), int(outcome[rows].sum())
        observed, bottom, top = bad / n, float(low[rows].mean()), float(high[rows].mean())
        count_low, count_high = beta.ppf([0.05, 0.95], bad + 0.5, n - bad + 0.5)
        found.append(
            {
                "n": n,
                "predicted": float(chance[rows].mean()),
                "low": bottom,
                "high": top,
                "observed": observed,
                "within the interval": bool(bottom <= observed <= top),
                "overlaps": bool(count_low <= top and count_high >= bottom),
            }
        )
    return found


if __name__ == "__main__":
    main()
