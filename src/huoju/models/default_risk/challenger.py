"""The challenger: boosted trees held to the same directions as the table; measured beside it, never shown as reasons.

Randomised monotone trees on soft labels with some of the labels themselves, seeds averaged in log-odds. Source:
credit.md 3.4 A; ``basic`` because ``advanced`` has open reports of broken directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from huoju.models.default_risk.calibrating import shift
from huoju.models.default_risk.inputs import Input, refuse_leaks

Floats = NDArray[np.float64]
ROUNDS, SEEDS = 400, 3
_MARK = "\n=====\n"
SOFT_SHARE = 0.6  # of the target; the rest is the label
_SETTINGS = {
    **{"objective": "cross_entropy", "extra_trees": True, "learning_rate": 0.02, "num_leaves": 15},
    **{"min_data_in_leaf": 10, "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 1.0},
    **{"monotone_constraints_method": "basic", "num_threads": 1, "verbose": -1, "deterministic": True},
}
_DEEP = {
    **{"extra_trees": False, "learning_rate": 0.03, "num_leaves": 31, "min_data_in_leaf": 20},
    **{"feature_fraction": 0.4, "lambda_l2": 5.0},
}
DEEP_ROUNDS = 700


@dataclass(frozen=True, slots=True)
class Challenger:
    """The boosted trees of every seed, and the slope and shift of their mean log-odds."""

    boosted: tuple[lightgbm.Booster, ...]
    slope: float = 1.0
    added: float = 0.0

    def log_odds(self, values: Floats) -> Floats:
        """Return the log-odds of default; ``(n,)`` for values ``(n, k)``, NaN where unknown."""
        raw = np.mean([each.predict(values, raw_score=True) for each in self.boosted], axis=0)
        return np.asarray(self.slope * raw + self.added)

    def probability(self, values: Floats) -> Floats:
        """Return the default probability; ``(n,)``."""
        return np.asarray(expit(self.log_odds(values)))

    def anchored(
        self, values: Floats, tendency: float, *, slope: float = 1.0, weights: Floats | None = None
    ) -> Challenger:
        """Return the challenger whose mean probability over a population ``(n, k)`` is the stated tendency."""
        bent = replace(self, slope=slope, added=0.0)
        return replace(bent, added=shift(bent.log_odds(values), tendency, weights))

    def text(self) -> str:
        """Return the challenger as text; ``read_challenger`` gives the same one."""
        head = f"slope {self.slope!r}\nadded {self.added!r}"
        return _MARK.join([head, *(each.model_to_string() for each in self.boosted)])


def read_challenger(text: str) -> Challenger:
    """Return the challenger that a text holds."""
    head, *models = text.split(_MARK)
    slope, added = (float(line.split()[1]) for line in head.splitlines())
    return Challenger(tuple(lightgbm.Booster(model_str=each) for each in models), slope, added)


def fit_challenger(
    values: Floats, soft: Floats, labels: Floats, inputs: Sequence[Input], *, seed: int = 0, deep: bool = False
) -> Challenger:
    """Return the challenger of values ``(n, k)``, soft labels ``(n,)`` and labels ``(n,)``; ``deep`` as its teacher."""
    refuse_leaks([each.name for each in inputs])
    data = lightgbm.Dataset(values, SOFT_SHARE * soft + (1 - SOFT_SHARE) * labels, free_raw_data=False)
    settings = {**_SETTINGS, **(_DEEP if deep else {}), "monotone_constraints": [each.sign for each in inputs]}
    rounds = DEEP_ROUNDS if deep else ROUNDS
    return Challenger(tuple(lightgbm.train({**settings, "seed": seed + s}, data, rounds) for s in range(SEEDS)))
