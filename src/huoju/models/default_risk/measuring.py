"""How well probabilities rank and how true they are, with bootstrap intervals; as credit.md 4.3 defines it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

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
    return {name: each(labels, probability) for name, each in _MEASURES.items()}


def intervals(labels: Floats, probability: Floats, seed: int = 0) -> Mapping[str, tuple[float, float]]:
    """Return the 95 % interval of each measure: defaulted and others drawn apart, 400 times."""
    bad, good = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    if not len(bad) or not len(good):
        return {}
    draws = np.random.default_rng(seed)
    rows = []
    for _ in range(DRAWS):
        drawn = np.concatenate([draws.choice(bad, len(bad)), draws.choice(good, len(good))])
        rows.append(list(measures(labels[drawn], probability[drawn]).values()))
    low, high = np.quantile(np.array(rows), (0.025, 0.975), axis=0)
    return {name: (float(low[place]), float(high[place])) for place, name in enumerate(_MEASURES)}


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
    pairs = [(_brier(labels[rows], probability[rows]), _ece(labels[rows], probability[rows])) for rows in kept]
    brier, ece = np.mean(pairs, axis=0)
    return {"brier": float(brier), "ece": float(ece)}


def _auc(labels: Floats, probability: Floats) -> float:
    return float(roc_auc_score(labels, probability))


def _precision(labels: Floats, probability: Floats) -> float:
    return float(average_precision_score(labels, probability))


def _ks(labels: Floats, probability: Floats) -> float:
    false, true, _ = roc_curve(labels, probability)
    return float((true - false).max())


def _brier(labels: Floats, probability: Floats) -> float:
    return float(((probability - labels) ** 2).mean())


def _ece(labels: Floats, probability: Floats) -> float:
    parts = np.array_split(np.argsort(probability, kind="stable"), BINS)
    gaps = [len(p) * abs(labels[p].mean() - probability[p].mean()) for p in parts if len(p)]
    return float(sum(gaps) / len(labels))


def _capture(labels: Floats, probability: Floats) -> float:
    first = np.argsort(-probability, kind="stable")[: len(labels) // 10]
    return float(labels[first].sum() / labels.sum())


_MEASURES: Mapping[str, Callable[[Floats, Floats], float]] = {
    "auc": _auc,
    "pr_auc": _precision,
    "ks": _ks,
    "brier": _brier,
    "ece": _ece,
    "capture_10": _capture,
}
