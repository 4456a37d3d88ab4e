"""Annual statements one to three years ahead beside LightGBM quantile + conformal and others; JSON.

Protocol of credit.md 4.4 on ../shared/data/us_bankruptcy: fitted on train firms with outcomes to 2011, measured on
validation firms at origins from 2011 with two statements or more. Our conformal step and the peer's are fitted alike,
on train firms held out. ``--rehearse`` fits on train firms with outcomes to 2007 and measures on others from 2008:
there the settings were chosen. ``--quick`` takes one year ahead only.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm
import numpy as np
from measures import CRPS_LEVELS, coverage, crps
from numpy.typing import NDArray
from us_statements import Split, read_split

from huoju.core.assessment import LEVELS
from huoju.models import annual

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_]
_COLUMNS = [LEVELS.index(level) for level in CRPS_LEVELS]
_SIZE = 18  # the place of ln total assets among the features
_PEER = {
    "objective": "quantile",
    "learning_rate": 0.04,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 0,
    "num_threads": 1,
    "verbose": -1,
}


def main() -> None:
    """Print CRPS, coverage and the ratio to the peer of each target and year ahead."""
    rehearse = "--rehearse" in sys.argv
    train = read_split("train")
    test = train if rehearse else read_split("validation")
    found = {
        f"{target}, h={ahead}": _compare(train, test, target, ahead, rehearse)
        for target in ("ebitda", "revenue")
        for ahead in ((1,) if "--quick" in sys.argv else (1, 2, 3))
    }
    print(json.dumps({"benchmark": "annual statements" + (" (rehearsal)" if rehearse else ""), **found}, indent=1))


def _compare(train: Split, test: Split, target: str, ahead: int, rehearse: bool) -> dict[str, object]:
    fitted, asked = rows_of(train, test, target, ahead, rehearse)
    rows, outcome = train.statements.features()[fitted], train.targets[target, ahead][fitted]
    firm, size = train.statements.firm[fitted], rows[:, _SIZE]
    new, truth = test.statements.features()[asked], test.targets[target, ahead][asked]
    ours = annual.fit(rows, outcome, firm, size).quantiles(new, new[:, _SIZE])[:, _COLUMNS]
    raw = _peer(rows, outcome, new)
    given = {
        "huoju annual": ours,
        "LightGBM quantile + conformal": _conformal(raw, new[:, _SIZE], rows, outcome, firm),
        "LightGBM quantile": raw,
        "pooled random walk by size": _by_size(size, outcome, new[:, _SIZE]),
    }
    third = np.digitize(new[:, _SIZE], np.quantile(size, [1 / 3, 2 / 3]))
    figures: dict[str, object] = {
        name: {
            "crps": crps(truth, quantiles),
            "coverage": coverage(truth, quantiles),
            "by size third": [coverage(truth[third == k], quantiles[third == k]) for k in range(3)],
        }
        for name, quantiles in given.items()
    }
    ratio = crps(truth, ours) / crps(truth, given["LightGBM quantile + conformal"])
    return {"fitted on": len(outcome), "n": len(truth), "crps over the peer's": ratio, **figures}


def rows_of(train: Split, test: Split, target: str, ahead: int, rehearse: bool) -> tuple[Rows, Rows]:
    """Return which statements are fitted on and which are measured."""
    known, there = ~np.isnan(train.targets[target, ahead]), ~np.isnan(test.targets[target, ahead])
    seasoned = test.statements.earlier() >= 1
    if not rehearse:
        return known & (train.year + ahead <= 2011), there & (test.year >= 2011) & seasoned
    names, place = np.unique(train.statements.firm, return_inverse=True)
    apart = (np.random.default_rng(5).random(len(names)) < 0.5)[place]
    return known & (train.year + ahead <= 2007) & ~apart, there & (test.year >= 2007) & seasoned & apart


def _peer(rows: Floats, outcome: Floats, new: Floats) -> Floats:
    data = lightgbm.Dataset(rows, outcome, free_raw_data=False)
    fitted = [lightgbm.train({**_PEER, "alpha": level}, data, 160).predict(new) for level in CRPS_LEVELS]
    return np.sort(np.stack(fitted, axis=1), axis=1)


def _conformal(raw: Floats, new_size: Floats, rows: Floats, outcome: Floats, firm: NDArray[np.int64]) -> Floats:
    """Return the peer's quantiles moved as credit.md 3.6 says, by size third, from train firms held out."""
    names, place = np.unique(firm, return_inverse=True)
    fold = np.random.default_rng(0).integers(0, 3, len(names))[place]
    held_out = np.zeros((len(outcome), len(CRPS_LEVELS)))
    for k in range(3):
        held_out[fold == k] = _peer(rows[fold != k], outcome[fold != k], rows[fold == k])
    cuts = np.quantile(rows[:, _SIZE], [1 / 3, 2 / 3])
    third, width = np.digitize(rows[:, _SIZE], cuts), held_out[:, 10] - held_out[:, 2] + 0.001
    missed = (outcome[:, None] - held_out) / width[:, None]
    moves = np.array(
        [[np.quantile(missed[third == k, i], level) for i, level in enumerate(CRPS_LEVELS)] for k in range(3)]
    )
    return np.sort(raw + (raw[:, 10] - raw[:, 2] + 0.001)[:, None] * moves[np.digitize(new_size, cuts)], axis=1)


def _by_size(size: Floats, outcome: Floats, new_size: Floats) -> Floats:
    cuts = np.quantile(size, [1 / 3, 2 / 3])
    third = np.digitize(size, cuts)
    pooled = np.array([np.quantile(outcome[third == k], CRPS_LEVELS) for k in range(3)])
    return pooled[np.digitize(new_size, cuts)]


if __name__ == "__main__":
    main()
