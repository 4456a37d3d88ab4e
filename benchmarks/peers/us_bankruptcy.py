"""Peers of the US statements, in the environment of bench.txt: they meet ours by Parquet files in a folder.

``train``, ``validation`` and perhaps ``test`` hold the inputs, Altman's five ratios (``z_``) and the outcome;
``signs.json`` the declared directions. ``<part>.answers.parquet`` holds each peer's probability. Nothing of huoju is
imported here. Settings: credit.md 4.2; the boosted models stop on validation.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

SEED, THREADS = 0, 1
Parts = dict[str, pd.DataFrame]
Answers = dict[str, np.ndarray]


def main(folder: Path) -> None:
    """Read the parts of a folder and write what each peer answers."""
    parts = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    labels = {part: frame.pop("outcome").to_numpy() for part, frame in parts.items()}
    ratios = {part: frame[[c for c in frame if c.startswith("z_")]] for part, frame in parts.items()}
    inputs = {part: frame[[c for c in frame if not c.startswith("z_")]] for part, frame in parts.items()}
    signs = json.loads((folder / "signs.json").read_text(encoding="utf-8"))
    answers: dict[str, Answers] = {"altman_z": altman(ratios, labels)}
    for name, fit in PEERS.items():
        print(name, flush=True)
        answers[name] = fit(inputs, labels, signs)
    for part in parts:
        if part != "train":
            pd.DataFrame({name: each[part] for name, each in answers.items()}).to_parquet(
                folder / f"{part}.answers.parquet"
            )


def altman(parts: Parts, labels: dict[str, np.ndarray]) -> Answers:
    """Return the probabilities of a logistic of one variable: Z with its coefficients of 1968."""
    from sklearn.linear_model import LogisticRegression

    def score(frame: pd.DataFrame) -> np.ndarray:
        low, high = [-10, -10, -10, 0, 0], [10, 10, 10, 50, 10]
        return np.clip(frame.fillna(0).to_numpy(), low, high) @ np.array([1.2, 1.4, 3.3, 0.6, 1.0])

    model = LogisticRegression(C=1e6).fit(score(parts["train"])[:, None], labels["train"])
    return {part: model.predict_proba(score(frame)[:, None])[:, 1] for part, frame in parts.items()}


def optbinning(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the probabilities of WOE bins and a logistic; trends chosen by the library."""
    return _optbinning(parts, labels, {})


def optbinning_monotone(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the same with trends forced to the declared directions."""
    trend = {1: "ascending", -1: "descending"}
    return _optbinning(parts, labels, {n: {"monotonic_trend": trend[s]} for n, s in signs.items() if s})


def _optbinning(parts: Parts, labels: dict[str, np.ndarray], options: dict[str, dict[str, str]]) -> Answers:
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    binning = BinningProcess(list(parts["train"].columns), binning_fit_params=options, n_jobs=THREADS)
    weights = binning.fit_transform(parts["train"], labels["train"], metric="woe", metric_missing="empirical")
    model = LogisticRegression(C=0.1, max_iter=2000).fit(weights, labels["train"])
    return {
        part: model.predict_proba(binning.transform(frame, metric="woe", metric_missing="empirical"))[:, 1]
        for part, frame in parts.items()
    }


def ebm(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the probabilities of additive boosting without interactions."""
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(interactions=0, outer_bags=8, random_state=1, n_jobs=THREADS)
    model.fit(parts["train"], labels["train"])
    return {part: model.predict_proba(frame)[:, 1] for part, frame in parts.items()}


def catboost(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the probabilities of CatBoost, stopped on validation."""
    from catboost import CatBoostClassifier

    options = {"iterations": 1500, "learning_rate": 0.03, "depth": 6, "random_seed": SEED, "thread_count": THREADS}
    model = CatBoostClassifier(**options, verbose=False, allow_writing_files=False)
    held = (parts["validation"], labels["validation"])
    model.fit(parts["train"], labels["train"], eval_set=held, early_stopping_rounds=100)
    return {part: model.predict_proba(frame)[:, 1] for part, frame in parts.items()}


def lightgbm(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the probabilities of LightGBM, stopped on validation."""
    return _lightgbm(parts, labels, {})


def lightgbm_monotone(parts: Parts, labels: dict[str, np.ndarray], signs: dict[str, int]) -> Answers:
    """Return the same held to the declared directions."""
    directions = [signs[name] for name in parts["train"]]
    return _lightgbm(parts, labels, {"monotone_constraints": directions, "monotone_constraints_method": "basic"})


def _lightgbm(parts: Parts, labels: dict[str, np.ndarray], options: dict[str, object]) -> Answers:
    from lightgbm import LGBMClassifier, early_stopping

    settings = {"learning_rate": 0.02, "num_leaves": 15, "min_child_samples": 20, "colsample_bytree": 0.5}
    bagging = {"subsample": 0.8, "subsample_freq": 1, "reg_lambda": 5.0, "n_estimators": 2000}
    model = LGBMClassifier(**settings, **bagging, **options, random_state=SEED, n_jobs=THREADS, verbose=-1)
    stop = [early_stopping(100, verbose=False)]
    held = [(parts["validation"], labels["validation"])]
    model.fit(parts["train"], labels["train"], eval_set=held, eval_metric="auc", callbacks=stop)
    return {part: model.predict_proba(frame)[:, 1] for part, frame in parts.items()}


Peer = Callable[[Parts, dict[str, np.ndarray], dict[str, int]], Answers]
PEERS: dict[str, Peer] = {
    "optbinning": optbinning,
    "optbinning_monotone": optbinning_monotone,
    "ebm": ebm,
    "catboost": catboost,
    "lightgbm": lightgbm,
    "lightgbm_monotone": lightgbm_monotone,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]))
