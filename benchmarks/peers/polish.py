"""Peers of the Polish ratios, in the environment of bench.txt: they meet ours by two Parquet files in a folder.

``cases.parquet`` holds ratios, outcome and fold (-1: always in training); ``answers.parquet`` each peer's probability
out of fold. Settings: credit.md 4.2; boosted models stop on an inner tenth of the training part (4.1).
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

SEED, THREADS = 0, 1


def main(folder: Path) -> None:
    """Read the cases of a folder and write what each peer answers."""
    cases = pd.read_parquet(folder / "cases.parquet")
    fold, outcome = cases.pop("fold").to_numpy(), cases.pop("outcome").to_numpy()
    answers = {}
    for name, fit in PEERS.items():
        answers[name] = np.full(len(outcome), np.nan)
        for number in range(fold.max() + 1):
            print(name, number, flush=True)
            test = fold == number
            answers[name][test] = fit(cases[~test], outcome[~test], cases[test], number)
    pd.DataFrame(answers).to_parquet(folder / "answers.parquet")


def _optbinning(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame, number: int) -> np.ndarray:
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    binning = BinningProcess(list(train.columns), n_jobs=THREADS)
    weights = binning.fit_transform(train, outcome, metric="woe", metric_missing="empirical")
    model = LogisticRegression(C=0.1, max_iter=2000).fit(weights, outcome)
    return model.predict_proba(binning.transform(test, metric="woe", metric_missing="empirical"))[:, 1]


def _lightgbm(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame, number: int) -> np.ndarray:
    from lightgbm import LGBMClassifier, early_stopping

    inner = np.random.default_rng(number).random(len(train)) < 0.1
    settings = {"learning_rate": 0.05, "num_leaves": 31, "min_child_samples": 20, "colsample_bytree": 0.5}
    bagging = {"subsample": 0.8, "subsample_freq": 1, "reg_lambda": 5.0, "n_estimators": 2000}
    model = LGBMClassifier(**settings, **bagging, random_state=SEED, n_jobs=THREADS, verbose=-1)
    stop = [early_stopping(100, verbose=False)]
    held = [(train[inner], outcome[inner])]
    model.fit(train[~inner], outcome[~inner], eval_set=held, eval_metric="auc", callbacks=stop)
    return model.predict_proba(test)[:, 1]


def _catboost(train: pd.DataFrame, outcome: np.ndarray, test: pd.DataFrame, number: int) -> np.ndarray:
    from catboost import CatBoostClassifier

    inner = np.random.default_rng(number).random(len(train)) < 0.1
    options = {"iterations": 1500, "learning_rate": 0.03, "depth": 6, "random_seed": SEED, "thread_count": THREADS}
    model = CatBoostClassifier(**options, verbose=False, allow_writing_files=False)
    model.fit(train[~inner], outcome[~inner], eval_set=(train[inner], outcome[inner]), early_stopping_rounds=100)
    return model.predict_proba(test)[:, 1]


PEERS = {"optbinning": _optbinning, "lightgbm": _lightgbm, "catboost": _catboost}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]))
