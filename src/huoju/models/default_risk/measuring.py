"""How well probabilities rank and how true they are, with bootstrap intervals; as credit.md 4.3 defines it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
DRAWS = 400
BINS = 10
REHEARSALS = 20


def measures(labels: Floats, probability: Floats) -> Mapping[str, float]:
    """Return AUC, PR-AUC, KS, Brier, ECE and the capture in the riskiest 10 %; ``(n,)`` each, labels 0 or 1.

    Empty where only one kind of outcome is there.
    """
    if not 0 < labels.sum() < len(labels):
        return {}
    order = np.argsort(-probability, kind="stable")
    caught, last = np.cumsum(labels[order]), np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    true = caught[last] / labels.sum()
    false = (last + 1 - caught[last]) / (len(labels) - labels.sum())
    found = {
        "auc": np.trapezoid(np.append(0, true), np.append(0, false)),
        "pr_auc": np.diff(true, prepend=0) @ (caught[last] / (last + 1)),
        "ks": (true - false).max(),
        "brier": brier(labels, probability),
        "ece": calibration_error(labels, probability),
        "capture_10": caught[max(len(labels) // 10, 1) - 1] / labels.sum(),
    }
    return {name: float(value) for name, value in found.items()}


def intervals(labels: Floats, probability: Floats, seed: int = 0) -> Mapping[str, tuple[float, float]]:
    """Return the 95 % interval of each measure: defaulted and others drawn apart, 400 times."""
    bad, good = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    if not len(bad) or not len(good):
        return {}
    draws = np.random.default_rng(seed)
    names, rows = tuple(measures(labels, probability)), []
    for _ in range(DRAWS):
        drawn = np.concatenate([draws.choice(bad, len(bad)), draws.choice(good, len(good))])
        rows.append(list(measures(labels[drawn], probability[drawn]).values()))
    low, high = np.quantile(np.array(rows), (0.025, 0.975), axis=0)
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(names)}


def at_share(labels: Floats, share: float, seed: int = 0) -> Whole:
    """Return which rows to keep so that defaults are the stated share: of the kind that is too many, some are dropped.

    So a falling base rate is rehearsed before it comes (credit.md 4.1).
    """
    bad, good = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    draws = np.random.default_rng(seed)
    keep_bad = min(len(bad), max(1, round(share / (1 - share) * len(good))))
    keep_good = min(len(good), max(1, round((1 - share) / share * keep_bad)))
    return np.sort(np.concatenate([draws.choice(bad, keep_bad, False), draws.choice(good, keep_good, False)]))


def rehearsed(labels: Floats, probability: Floats, share: float, draws: int = REHEARSALS) -> Mapping[str, float]:
    """Return mean Brier and ECE over draws in which defaults are the stated share."""
    if not 0 < labels.sum() < len(labels):
        return {}
    kept = [at_share(labels, share, seed) for seed in range(draws)]
    found = {
        "brier": [brier(labels[rows], probability[rows]) for rows in kept],
        "ece": [calibration_error(labels[rows], probability[rows]) for rows in kept],
    }
    return {name: float(np.mean(each)) for name, each in found.items()}


def brier(labels: Floats, probability: Floats) -> float:
    """Return the mean squared gap between probability and outcome."""
    return float(((probability - labels) ** 2).mean())


def calibration_error(labels: Floats, probability: Floats) -> float:
    """Return the ECE: the weighted gap of mean outcome and mean probability in ten bins of equal count."""
    parts = np.array_split(np.argsort(probability, kind="stable"), BINS)
    gaps = [len(p) * abs(labels[p].mean() - probability[p].mean()) for p in parts if len(p)]
    return float(sum(gaps) / len(labels))
