"""Fitting the weights of a link: codes teach them, and a person's labels correct them.

Where both records have a code, the law says whether they are one enterprise. Such pairs teach what the other parts
are worth; pairs without codes are then judged by those parts. No label is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from huoju.core.money import MICRO
from huoju.fusion.comparing import COMPARISONS, Compared
from huoju.fusion.link_model import CELLS, CODE, OFFSETS, SIZES, Floats, LinkModel, first_model

HOLD = 0.3  # how firmly a weight holds to the one before: one over the variance, in squared log-odds
CODE_HOLD = 100.0  # codes are law, not evidence to be learnt: their weights hardly move
LABEL_WEIGHT = 5.0  # what one label of a person counts beside one pair taught by codes
ENOUGH = 100
SAME, DIFFERS = COMPARISONS["code"].index("same"), COMPARISONS["code"].index("differs")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Pairs to learn from: their comparisons, and the labels of a person by place of the pair."""

    compared: Compared
    labels: Mapping[int, bool]


def fit(lesson: Lesson, start: LinkModel | None = None) -> LinkModel:
    """Return the weights fitted to a lesson, from ``start`` (the shipped ones).

    The same lesson gives the same weights. Fewer than ``ENOUGH`` pairs of a kind taught by codes teach nothing; with
    no labels either, ``start`` stands.
    """
    model = start or first_model()
    levels = lesson.compared.levels
    code = levels[:, CODE]
    by_code = ~lesson.compared.vetoed & ((code == SAME) | (code == DIFFERS))
    if min(int((by_code & (code == SAME)).sum()), int((by_code & (code == DIFFERS)).sum())) < ENOUGH:
        by_code[:] = False
    target, weight, hidden = (code == SAME).astype(float), by_code.astype(float), by_code.copy()
    for pair, answer in lesson.labels.items():
        target[pair], weight[pair], hidden[pair] = float(answer), LABEL_WEIGHT, False
    taught = {"by-code": int((weight == 1).sum()), "by-person": len(lesson.labels)}
    fitted = _maximise(levels, target, weight, hidden, model) if weight.any() else model
    return LinkModel(fitted.base, fitted.weights, taught)


def _maximise(
    levels: NDArray[np.int8], target: Floats, weight: Floats, hidden: NDArray[np.bool_], prior: LinkModel
) -> LinkModel:
    """Return the weights of greatest likelihood, each held to the prior's, over distinct patterns."""
    levels = levels.copy()
    levels[hidden, CODE] = 0
    used = np.flatnonzero(weight > 0)
    patterns, index = np.unique(levels[used], axis=0, return_inverse=True)
    index = index.ravel()
    total: Floats = np.bincount(index, weight[used], minlength=len(patterns)).astype(float)
    right: Floats = np.bincount(index, weight[used] * target[used], minlength=len(patterns)).astype(float)
    design = np.zeros((len(patterns), CELLS + 1))
    design[:, CELLS] = 1
    for place in range(len(SIZES)):
        rows = np.flatnonzero(patterns[:, place] > 0)
        design[rows, OFFSETS[place] + patterns[rows, place]] = 1
    hold = np.full(CELLS + 1, HOLD)
    hold[OFFSETS[CODE] : OFFSETS[CODE + 1]] = CODE_HOLD
    centre = np.append(prior.weights, prior.base) / MICRO
    found = _least(design, total, right, centre, hold)
    return LinkModel(round(found[CELLS] * MICRO), np.round(found[:CELLS] * MICRO).astype(np.int64), {})


def _least(design: Floats, total: Floats, right: Floats, centre: Floats, hold: Floats) -> Floats:
    """Return the weights of least loss among those of the prior's sign: what agrees never speaks against a link."""

    def loss(at: Floats) -> tuple[float, Floats]:
        z = design @ at
        apart = at - centre
        value = (total * np.logaddexp(0, z) - right * z).sum() + 0.5 * (hold * apart**2).sum()
        return float(value), np.asarray(design.T @ (total * expit(z) - right) + hold * apart)

    bounds = [(0, None) if c > 0 else (None, 0) if c < 0 else (None, None) for c in centre]
    bounds[-1] = (None, None)
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-10})
    return np.asarray(found.x)
