"""A year or more ahead from annual statements: quantiles of what changes, by boosting and by neighbours in a forest.

What is boosted is the change over its own expected size, weighed by that size: the loss stays that of the change, and
firms that swing share their shape with those that do not. The pool is spread by what was missed in firms held out, by
size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS
from huoju.models.forest import Forest, grow
from huoju.models.quantiles import Booster, Settings, Spread, boost, boost_mean, predict

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
FOLDS = 3  # of firms
KNOTS = (0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975)
SHARE = 0.5  # of the boosted quantiles in the pool
LEAST_ROWS = 300
LEAST_WIDTH = 0.01
_SIZES = 3
_SMALL = 0.01
_QUANTILES = Settings(rounds=160, learning_rate=0.04, bins=255)
_SIZE_OF_CHANGE = Settings(rounds=100, learning_rate=0.05, bins=255)


@dataclass(frozen=True, slots=True)
class Learned:
    """What one set of firms teaches: the size of a change, its shape, and neighbours."""

    change: Booster
    shape: tuple[Booster, ...]
    forest: Forest

    def quantiles(self, rows: Floats) -> Floats:
        """Return the pooled quantiles; ``(n, len(LEVELS))``."""
        if not len(rows):
            return np.zeros((0, len(LEVELS)))
        expected = np.exp(self.change.predict(rows, num_threads=1))
        boosted = predict(self.shape, _with(rows, expected), KNOTS) * expected[:, None]
        return np.asarray(SHARE * boosted + (1 - SHARE) * self.forest.quantiles(rows))


@dataclass(frozen=True, slots=True)
class Annual:
    """A fitted forecast of one target: what was learned, where sizes part, and the spread by size."""

    learned: Learned
    cuts: Floats
    spread: Spread

    def quantiles(self, rows: Floats, size: Floats) -> Floats:
        """Return quantiles ``(n, len(LEVELS))`` that rise strictly; ``rows`` ``(n, k)`` features, ``size`` ``(n,)``."""
        return self.spread.applied(self.learned.quantiles(rows), np.digitize(size, self.cuts))


def fit(rows: Floats, target: Floats, firm: Rows, size: Floats, seed: int = 0) -> Annual:
    """Return the forecast that ``(m, k)`` features and their known ``target`` ``(m,)`` teach.

    ``firm`` says whose a row is, so that no firm is spread by what was learned from itself; ``size`` puts it into a
    third. Raises ``ValueError`` for fewer than three hundred rows: too little to say how wrong it is.
    """
    if len(target) < LEAST_ROWS:
        raise ValueError(f"Annual forecasts need {LEAST_ROWS} firm-years with a known outcome, got {len(target)}.")
    cuts = np.quantile(size, np.arange(1, _SIZES) / _SIZES)
    folds = _folds(firm, seed)
    held_out = np.zeros((len(target), len(LEVELS)))
    for fold in range(FOLDS):
        out = folds == fold
        held_out[out] = _learn(rows[~out], target[~out], seed).quantiles(rows[out])
    spread = Spread.fitted(target, held_out, np.digitize(size, cuts), _SIZES, LEAST_WIDTH)
    return Annual(_learn(rows, target, seed), cuts, spread)


def _learn(rows: Floats, target: Floats, seed: int) -> Learned:
    far = np.log(np.abs(target - np.median(target)) + _SMALL)
    expected, folds = np.zeros(len(target)), _folds(np.arange(len(target)), seed + 1)
    for fold in range(FOLDS):
        out = folds == fold
        blind = boost_mean(rows[~out], far[~out], _SIZE_OF_CHANGE, seed)
        expected[out] = np.exp(blind.predict(rows[out], num_threads=1))
    shape = boost(_with(rows, expected), target / expected, _QUANTILES, seed, weight=expected, levels=KNOTS)
    return Learned(boost_mean(rows, far, _SIZE_OF_CHANGE, seed), shape, grow(rows, target, seed))


def _with(rows: Floats, expected: Floats) -> Floats:
    return np.concatenate([rows, np.log(expected)[:, None]], axis=1)


def _folds(firm: Rows, seed: int) -> Rows:
    """Return the fold of each row, the same for all rows of a firm."""
    names, place = np.unique(firm, return_inverse=True)
    return np.asarray((np.random.default_rng([seed, 72]).permutation(len(names)) % FOLDS)[place])
