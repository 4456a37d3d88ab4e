"""Quantile functions of many rows: a few levels fitted by boosting, joined in normal scores, spread by what was missed.

Rows are ``(n,)``; a quantile function is ``(n, len(LEVELS))``, rising along each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from huoju.core.assessment import LEVELS

Floats = NDArray[np.float64]
KNOTS = (0.05, 0.25, 0.5, 0.75, 0.95)  # the levels that are fitted
SCORES: Floats = ndtri(np.array(LEVELS))
LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)
_LEAST_RESIDUALS = 100  # of a cell, before it gets a spread of its own


class Booster(Protocol):
    """One fitted level."""

    def predict(self, data: Floats, *, num_threads: int) -> Floats:
        """Return the level's quantile for each row."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one level is boosted; the defaults are those of monthly cash flow."""

    rounds: int = 60
    learning_rate: float = 0.08
    leaves: int = 15
    least_in_leaf: int = 40
    features: float = 0.5
    rows: float = 0.8
    ridge: float = 5.0
    bins: int = 63
    extra_trees: bool = False


def boost(
    rows: Floats,
    target: Floats,
    settings: Settings,
    seed: int,
    *,
    weight: Floats | None = None,
    levels: Sequence[float] = KNOTS,
) -> tuple[Booster, ...]:
    """Return one booster for each level; ``rows`` ``(n, k)`` may hold NaN for unknown, ``weight`` is ``(n,)``."""
    import lightgbm

    common = _parameters(settings, seed)
    data = lightgbm.Dataset(
        rows, target, weight=weight, params={name: common[name] for name in ("max_bin", "num_threads", "verbose")}
    )
    quantile = {**common, "objective": "quantile"}
    fitted = (lightgbm.train({**quantile, "alpha": level}, data, settings.rounds) for level in levels)
    return tuple(cast("Booster", booster) for booster in fitted)


def boost_mean(rows: Floats, target: Floats, settings: Settings, seed: int) -> Booster:
    """Return a booster of the mean; ``rows`` ``(n, k)`` may hold NaN for unknown."""
    import lightgbm

    common = {**_parameters(settings, seed), "objective": "regression"}
    data = lightgbm.Dataset(rows, target, params={name: common[name] for name in ("max_bin", "num_threads", "verbose")})
    return cast("Booster", lightgbm.train(common, data, settings.rounds))


def _parameters(settings: Settings, seed: int) -> dict[str, object]:
    return {
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_in_leaf,
        "feature_fraction": settings.features,
        "bagging_fraction": settings.rows,
        "bagging_freq": 1,
        "lambda_l2": settings.ridge,
        "max_bin": settings.bins,
        "extra_trees": settings.extra_trees,
        "seed": seed,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def predict(boosters: Sequence[Booster], rows: Floats, levels: Sequence[float] = KNOTS) -> Floats:
    """Return the quantile functions that fitted levels give; ``(n, len(LEVELS))``."""
    if not len(rows):
        return np.zeros((0, len(LEVELS)))
    return between(
        np.sort(np.stack([booster.predict(rows, num_threads=1) for booster in boosters], axis=1), axis=1), levels
    )


def between(values: Floats, levels: Sequence[float], wanted: Floats = SCORES) -> Floats:
    """Return quantiles at the normal scores ``wanted`` by straight lines between those at ``levels``, and beyond.

    ``values`` is ``(n, len(levels))``; ``wanted`` ``(m,)``; the outer lines go on as they were.
    """
    scores = ndtri(np.array(levels))
    left = np.clip(np.searchsorted(scores, wanted, side="right") - 1, 0, len(scores) - 2)
    share = (wanted - scores[left]) / (scores[left + 1] - scores[left])
    return np.asarray(values[:, left] + share * (values[:, left + 1] - values[:, left]))


def width(quantiles: Floats, least: float) -> Floats:
    """Return how wide the middle 80 % is, at least ``least``; ``(n,)``."""
    return np.maximum(quantiles[:, HIGH] - quantiles[:, LOW], least)


@dataclass(frozen=True, slots=True)
class Spread:
    """What each cell's quantiles have to move by, in widths: ``(cells, len(LEVELS))`` (normalised conformal)."""

    moves: Floats
    least: float

    @classmethod
    def fitted(cls, truth: Floats, quantiles: Floats, cells: NDArray[np.int64], count: int, least: float) -> Spread:
        """Return the spread by which quantiles of rows held out would have been right in each of ``count`` cells.

        A cell with fewer than a hundred rows takes the moves of all rows; without a hundred rows nothing moves.
        """
        missed = (truth[:, None] - quantiles) / width(quantiles, least)[:, None]
        moves = np.zeros((count, len(LEVELS)))
        for cell in range(count):
            mine = missed[cells == cell]
            mine = mine if len(mine) >= _LEAST_RESIDUALS else missed
            if len(mine) >= _LEAST_RESIDUALS:
                moves[cell] = [np.quantile(mine[:, place], level) for place, level in enumerate(LEVELS)]
        return cls(moves, least)

    def applied(self, quantiles: Floats, cells: NDArray[np.int64]) -> Floats:
        """Return the quantiles moved, each row by its cell, rising strictly: no interval has zero width."""
        moved = quantiles + self.moves[cells] * width(quantiles, self.least)[:, None]
        return np.asarray(np.sort(moved, axis=1) + self.least / 4 * SCORES)
