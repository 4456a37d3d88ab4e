"""Measures as credit.md 4.3 defines them, the same for ours and for peers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

Floats = NDArray[np.float64]
CRPS_LEVELS = np.array([0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975])


def ranking(outcome: Floats, probability: Floats, bins: int = 5) -> dict[str, float]:
    """Return AUC, PR-AUC, Brier and ECE over equal-count bins."""
    return {
        "auc": float(roc_auc_score(outcome, probability)),
        "pr_auc": float(average_precision_score(outcome, probability)),
        "brier": float(brier_score_loss(outcome, np.clip(probability, 0, 1))),
        "ece": expected_calibration_error(outcome, probability, bins),
    }


def expected_calibration_error(outcome: Floats, probability: Floats, bins: int) -> float:
    """Return the weighted gap between mean outcome and mean probability in bins of equal count, by stable rank."""
    parts = np.array_split(np.argsort(probability, kind="stable"), bins)
    return float(sum(len(p) / len(outcome) * abs(outcome[p].mean() - probability[p].mean()) for p in parts if len(p)))


def reliability(outcome: Floats, probability: Floats, bins: int) -> list[dict[str, float]]:
    """Return count, mean probability and share of outcomes of each bin, the lowest probabilities first."""
    parts = np.array_split(np.argsort(probability, kind="stable"), bins)
    return [
        {"n": len(p), "predicted": float(probability[p].mean()), "observed": float(outcome[p].mean())}
        for p in parts
        if len(p)
    ]


def crps(truth: Floats, quantiles: Floats) -> float:
    """Return twice the mean pinball loss over the 13 levels; ``truth`` ``(n,)``, ``quantiles`` ``(n, 13)``."""
    gap = truth[:, None] - quantiles
    return float(2 * np.maximum(CRPS_LEVELS * gap, (CRPS_LEVELS - 1) * gap).mean())


def coverage(truth: Floats, quantiles: Floats) -> dict[str, float]:
    """Return the share of truths inside the 80 % and the 95 % interval, ends included."""
    inside = {"80": (2, 10), "95": (0, 12)}
    return {
        name: float(((truth >= quantiles[:, a]) & (truth <= quantiles[:, b])).mean()) for name, (a, b) in inside.items()
    }
