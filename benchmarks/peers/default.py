"""Peers of default risk, in the environment of bench.txt: they meet ours by two Parquet files in a folder.

``cases.parquet`` holds the features, the outcome and the fold of each repeat; ``answers.parquet`` the probability
that each peer gives each case out of fold, in a column ``<peer>:<repeat>``. Nothing of huoju is imported here.
Settings: credit.md 4.2 for few cases (LightGBM, EBM and optbinning as there for CUMCM; CatBoost stays shallow).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

SEED = 0
THREADS = 1
Fit = Callable[[pd.DataFrame, np.ndarray, pd.DataFrame], np.ndarray]


def main(folder: Path) -> None:
    """Read the cases of a folder and write what each peer answers."""
    cases = pl.read_parquet(folder / "cases.parquet")
    features = pd.DataFrame({name: cases[name].to_numpy() for name in cases.columns if name.startswith("x_")})
    outcome = cases["outcome"].to_numpy()
    answers = {}
    for name, fit in PEERS.items():
        for repeat in (column for column in cases.columns if column.startswith("fold:")):
            folds, found = cases[repeat].to_numpy(), np.zeros(len(outcome))
            for fold in np.unique(folds):
                test = folds == fold
                found[test] = fit(features[~test], outcome[~test], features[test])
            answers[f"{name}:{repeat.removeprefix('fold:')}"] = found
    pl.DataFrame(answers).write_parquet(folder / "answers.parquet")


def _lightgbm(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        learning_rate=0.05,
        num_leaves=7,
        min_child_samples=8,
        colsample_bytree=0.4,
        n_estimators=120,
        random_state=SEED,
        n_jobs=THREADS,
        verbose=-1,
    )
    return model.fit(train, outcome).predict_proba(test)[:, 1]


def _catboost(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(
        iterations=200,
        learning_rate=0.05,
        depth=3,
        random_seed=SEED,
        thread_count=THREADS,
        verbose=False,
        allow_writing_files=False,
    )
    return model.fit(train, outcome).predict_proba(test)[:, 1]


def _ebm(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(interactions=0, outer_bags=2, random_state=1, n_jobs=THREADS)
    return model.fit(train, outcome).predict_proba(test)[:, 1]


def _optbinning(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame) -> np.ndarray:
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    binning = BinningProcess(list(train.columns), n_jobs=THREADS)
    weights = binning.fit_transform(train, outcome, metric="woe", metric_missing="empirical")
    model = LogisticRegression(C=0.1).fit(weights, outcome)
    return model.predict_proba(binning.transform(test, metric="woe", metric_missing="empirical"))[:, 1]


PEERS: dict[str, Fit] = {"LightGBM": _lightgbm, "CatBoost": _catboost, "EBM": _ebm, "optbinning": _optbinning}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]))
