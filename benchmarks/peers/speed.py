"""A peer that scores ``values.npy`` of a folder after a fit on its first rows, in the environment of bench.txt.

Prints one line of JSON: seconds, memory above the process before the data, and one row. Nothing of huoju is imported.
Settings: credit.md 4.2 (EBM without interactions, optbinning with a monotone trend of its choice, LightGBM 400 rounds).
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

SHAP_ROWS, SINGLE = 10_000, 100


def main(folder: Path, name: str) -> None:
    """Fit, score and print."""
    warnings.filterwarnings("ignore")
    outcome = np.load(folder / "outcome.npy")
    train = pd.DataFrame(np.array(np.load(folder / "values.npy", mmap_mode="r")[: len(outcome)])).rename(
        columns=lambda place: f"x_{place}"
    )
    start = time.perf_counter()
    score, one, told = PEERS[name](train, outcome)
    fitted = time.perf_counter() - start
    before = peak_mb()
    values = np.load(folder / "values.npy")
    frame = pd.DataFrame(values, columns=train.columns, copy=False)
    seconds = score(frame)
    peak = peak_mb() - before
    single = []
    for place in range(SINGLE):
        row = frame.iloc[place : place + 1]
        start = time.perf_counter()
        one(row)
        single.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                **seconds,
                "reasons": told,
                "fit_seconds": fitted,
                "peak_mb": peak,
                "peak_over_input": peak * 2**20 / values.nbytes,
                "one_ms_p50": float(np.median(single)) * 1e3,
            }
        )
    )


Score = Callable[[pd.DataFrame], Mapping[str, object]]
Peer = tuple[Score, Callable[[pd.DataFrame], object], str]


def _timed(work: Callable[[], object]) -> dict[str, float]:
    start, begun = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - begun}


def _ebm(train: pd.DataFrame, outcome: np.ndarray) -> Peer:
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(interactions=0, n_jobs=1, random_state=1, outer_bags=8).fit(train, outcome)

    def reasons(frame: pd.DataFrame) -> None:
        terms = model.eval_terms(frame)
        _ = 1 / (1 + np.exp(-(terms.sum(axis=1) + model.intercept_[0])))
        np.argpartition(terms, -4, axis=1)[:, -4:]

    def score(frame: pd.DataFrame) -> Mapping[str, object]:
        alone = _timed(lambda: model.predict_proba(frame))
        return {**_timed(lambda: reasons(frame)), "score_only": alone}

    return score, reasons, "exact terms, the four highest by argpartition"


def _optbinning(train: pd.DataFrame, outcome: np.ndarray) -> Peer:
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    process = BinningProcess(list(train.columns), max_n_bins=12)
    card = Scorecard(
        process,
        LogisticRegression(C=0.1, max_iter=1000),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": 20, "odds": 50, "scorecard_points": 600},
    ).fit(train, outcome)
    return lambda frame: _timed(lambda: card.score(frame)), card.score, "none: the score alone"


def _lightgbm(train: pd.DataFrame, outcome: np.ndarray) -> Peer:
    import lightgbm

    parameters = {
        "objective": "binary",
        "learning_rate": 0.02,
        "num_leaves": 15,
        "min_data_in_leaf": 20,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5,
        "num_threads": 1,
        "verbose": -1,
    }
    model = lightgbm.train(parameters, lightgbm.Dataset(train.to_numpy(), outcome), 400)

    def score(frame: pd.DataFrame) -> Mapping[str, object]:
        few = frame.to_numpy()[:SHAP_ROWS]
        shap = _timed(lambda: model.predict(few, pred_contrib=True))
        alone = _timed(lambda: model.predict(few))
        scaled = {name: value * len(frame) / SHAP_ROWS for name, value in shap.items()}
        only = {name: value * len(frame) / SHAP_ROWS for name, value in alone.items()}
        return {**scaled, "scaled_from_rows": SHAP_ROWS, "score_only": only}

    return score, lambda row: model.predict(row.to_numpy(), pred_contrib=True), "SHAP, scaled from 10,000 rows"


def peak_mb() -> float:
    """Return the high-water mark of this process's memory in MB (Linux)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no VmHWM.")


PEERS: dict[str, Callable[[pd.DataFrame, np.ndarray], Peer]] = {
    "ebm": _ebm,
    "optbinning": _optbinning,
    "lightgbm": _lightgbm,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
