"""Fitting with few outcomes: how strongly to shrink is chosen by the likelihood of enterprises that a fit never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.calibrating import log_odds_of, slope_of
from huoju.models.default_risk.challenger import Challenger, fit_challenger
from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.table_fit import fit_table

RIDGES = (1.0, 3.0, 10.0, 30.0, 100.0)
FOLDS = 5

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Fit = Callable[[Floats, Floats], Callable[[Floats], Floats]]  # from values and labels to what gives log-odds


@dataclass(frozen=True, slots=True)
class Chosen:
    """The ridge with the best likelihood out of fold, and the log-odds ``(n,)`` that it gave there."""

    ridge: float
    log_odds: Floats


def choose_ridge(
    values: Floats, labels: Floats, groups: Whole, inputs: Sequence[Input], *, catalogue: str, bins: int, seed: int
) -> Chosen:
    """Return the ridge of ``RIDGES`` with the least deviance out of fold; an enterprise is in one fold only.

    ``values`` ``(n, k)``, NaN where unknown; ``labels`` ``(n,)`` 1 where it defaulted; ``groups`` ``(n,)`` which
    enterprise a row is about, 0 to e - 1. Weaker ridges are not tried once a stronger one did better.
    """
    folds = folds_of(labels, groups, seed)
    best = None
    for ridge in reversed(RIDGES):
        fit = partial(fit_table, inputs=inputs, catalogue=catalogue, bins=bins, ridge=ridge, replicates=0)
        found = left_out(values, labels, folds, partial(_of_table, fit))
        deviance = float(np.logaddexp(0, found).sum() - labels @ found)
        if best is not None and deviance >= best[0]:
            break
        best = deviance, Chosen(ridge, found)
    assert best is not None
    return best[1]


def fit_challenger_alone(
    values: Floats, labels: Floats, folds: Whole, inputs: Sequence[Input], *, seed: int
) -> Challenger:
    """Return the challenger fitted on outcomes without a teacher, with its slope out of fold: boosted trees overdo."""

    def fit(some: Floats, known: Floats) -> Challenger:
        return fit_challenger(some, known, known, inputs, seed=seed)

    found = left_out(values, labels, folds, lambda some, known: fit(some, known).log_odds)
    return replace(fit(values, labels), slope=min(slope_of(found, labels), 1.0))


def left_out(values: Floats, labels: Floats, folds: Whole, fit: Fit) -> Floats:
    """Return the log-odds of each row by a fit that never saw its fold; ``(n,)``."""
    found = np.zeros(len(labels))
    for fold in range(FOLDS):
        test = folds == fold
        found[test] = fit(values[~test], labels[~test])(values[test])
    return found


def folds_of(labels: Floats, groups: Whole, seed: int) -> Whole:
    """Return the fold of each row; enterprises that defaulted, and those that never did, are dealt out evenly."""
    count = int(groups.max()) + 1
    fell = np.bincount(groups, labels, count) > 0
    order = np.random.default_rng(seed).permutation(count)
    dealt = np.empty(count, dtype=np.int64)
    dealt[np.concatenate([order[fell[order]], order[~fell[order]]])] = np.arange(count) % FOLDS
    return np.asarray(dealt[groups])


def _of_table(
    fit: Callable[[Floats, Floats], PointsTable], values: Floats, labels: Floats
) -> Callable[[Floats], Floats]:
    return partial(log_odds_of, fit(values, labels))
