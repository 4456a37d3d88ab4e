"""The teacher: a hidden ensemble of trees whose out-of-fold probabilities the students are fitted on; never shown.

Extremely randomised trees and boosted randomised trees, joined by the mean of their log-odds (credit.md 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import StratifiedKFold

Floats = NDArray[np.float64]
FOLDS, REPEATS = 5, 2
TREES, ROUNDS, SEEDS = 400, 400, 2
_FLOOR = 1e-4
_UNKNOWN = -9.0  # what the randomised trees see in place of an unknown, credit.md 3.3
_DEEP = {
    **{"objective": "binary", "learning_rate": 0.03, "num_leaves": 31, "min_data_in_leaf": 20, "lambda_l2": 5.0},
    **{"feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1},
    **{"num_threads": 1, "verbose": -1, "deterministic": True},
}
DEEP_ROUNDS = 700
_BOOSTED = {
    **{"objective": "binary", "extra_trees": True, "learning_rate": 0.02, "num_leaves": 15, "min_data_in_leaf": 10},
    **{"feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1.0},
    **{"num_threads": 1, "verbose": -1, "deterministic": True},
}


@dataclass(frozen=True, slots=True)
class Teacher:
    """The fitted ensemble; ``trees`` None where it is deep."""

    trees: ExtraTreesClassifier | None
    boosted: tuple[lightgbm.Booster, ...]

    def probability(self, values: Floats) -> Floats:
        """Return the probability of default; ``(n,)`` for values ``(n, k)``, NaN where unknown."""
        boosted = np.mean([each.predict(values) for each in self.boosted], axis=0)
        if self.trees is None:
            return np.asarray(boosted)
        trees = self.trees.predict_proba(_filled(values))[:, 1]
        return np.asarray(expit((log_odds(trees) + log_odds(boosted)) / 2))


def fit_teacher(values: Floats, labels: Floats, *, seed: int = 0, deep: bool = False) -> Teacher:
    """Return the teacher of values ``(n, k)`` and labels ``(n,)``, 1 where it defaulted.

    A ``deep`` one is boosted trees alone, larger and more of them: for many cases whose inputs act together.
    """
    data = lightgbm.Dataset(values, labels, free_raw_data=False)
    if deep:
        seeds = range(seed, seed + SEEDS)
        return Teacher(None, tuple(lightgbm.train({**_DEEP, "seed": each}, data, DEEP_ROUNDS) for each in seeds))
    trees = ExtraTreesClassifier(TREES, min_samples_leaf=3, max_features=0.25, random_state=seed, n_jobs=1)
    boosted = [lightgbm.train({**_BOOSTED, "seed": seed + each}, data, ROUNDS) for each in range(SEEDS)]
    return Teacher(trees.fit(_filled(values), labels), tuple(boosted))


def soft_labels(values: Floats, labels: Floats, *, seed: int = 0, repeats: int = REPEATS, deep: bool = False) -> Floats:
    """Return the teacher's probability of each row by teachers that never saw it; ``(n,)``.

    The log-odds are averaged over ``repeats`` ways of cutting the folds: less noise for the students to learn.
    Rows of one enterprise must not be in two folds: give one row an enterprise.
    """
    total = np.zeros(len(labels))
    folds = int(min(FOLDS, labels.sum(), len(labels) - labels.sum()))
    for repeat in range(repeats):
        cut = StratifiedKFold(folds, shuffle=True, random_state=seed + repeat)
        for train, test in cut.split(values, labels):
            made = fit_teacher(values[train], labels[train], seed=seed, deep=deep)
            total[test] += log_odds(made.probability(values[test]))
    return np.asarray(expit(total / repeats))


def log_odds(probability: Floats) -> Floats:
    """Return the log-odds of probabilities, which are held within 0.0001 and 0.9999."""
    return np.asarray(logit(np.clip(probability, _FLOOR, 1 - _FLOOR)))


def _filled(values: Floats) -> Floats:
    return np.where(np.isnan(values), _UNKNOWN, values)
