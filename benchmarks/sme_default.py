"""Default of the 123 labelled real enterprises from their invoices: 10 x 5-fold cross-validation, peers beside; JSON.

The outcome is the bank's undated flag, so this is cross-validation and no back-test. Whatever a fit chooses (ridge,
slope, bins) it chooses within its own training part. ``--quick`` runs two repeats and leaves the libraries out.

Ranks are taken two ways. ``auc`` pools the probabilities of all folds, each table anchored to one stated share over
the features of all 123. ``auc_in_population`` pools where each score stands among the 425 enterprises of the data,
whose features, not outcomes, every fold may see: a frozen, named population, as the product takes percentiles.

All see the same deduplicated panel; the one variable is also shown with duplicates kept, as the bar was measured.
The libraries of ``requirements/bench.txt`` run in an environment of their own, on the same features and folds, and
meet ours by files; where `make bench` has not made that environment, they are left out and it is said.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measures import ranking
from numpy.typing import NDArray
from real_invoices import DATA, LAST_DAY, labels, real_store
from scipy.special import expit, logit
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from huoju.facts.cutting import Belief, cut_panel
from huoju.models.default_risk.calibrating import log_odds_of, shift
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.model import fit_matrix
from huoju.models.population import Population

REPEATS, FOLDS, DRAWS = 10, 5, 2000
PEERS_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
PEERS_SCRIPT = Path(__file__).parent / "peers" / "default.py"
LAST_SALE = [feature.name for feature in features()].index("last_sale")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Features of all enterprises ``(n, k)``, which rows have an outcome ``(m,)``, and the outcomes ``(m,)``."""

    features: Floats
    rows: NDArray[np.int64]
    outcome: Floats

    @property
    def labelled(self) -> Floats:
        """The features of the enterprises with an outcome; ``(m, k)``."""
        return self.features[self.rows]

    @property
    def share(self) -> float:
        """The stated share that every fold is anchored to."""
        return float(self.outcome.mean())


Answers = dict[str, tuple[Floats, Floats]]  # by peer: probability and place in the population, out of fold


def main() -> None:
    """Print the figures of ours and of the peers from one run."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--quick", action="store_true")
    quick = asked.parse_args().quick
    flags = labels()
    with real_store() as store:
        panel = cut_panel(store, LAST_DAY, Belief.plain())
    rows = np.array([row for row, entity in enumerate(panel.entities) if entity in flags])
    outcome = np.array([flags[panel.entities[row]] for row in rows], dtype=float)
    data = Data(matrix(panel), rows, outcome)
    sizes = {
        distinct: _log_total_sales([panel.entities[row] for row in rows], distinct=distinct)
        for distinct in (True, False)
    }
    repeats = [_repeat(data, sizes[True], seed) for seed in range(2 if quick else REPEATS)]
    folds = np.array([found for found, _ in repeats])
    found = {name: [answers[name] for _, answers in repeats] for name in repeats[0][1]}
    print(
        json.dumps(
            {
                "benchmark": "default of 123 real enterprises from invoices, 5 folds, pooled out of fold",
                "repeats": len(repeats),
                "defaults": int(outcome.sum()),
                **{name: _summary(outcome, runs) for name, runs in found.items()},
                **({} if quick else _libraries(data.labelled, outcome, folds)),
                "-log(total sales), no fit, duplicates counted once": _alone(outcome, -sizes[True]),
                "-log(total sales), no fit, duplicates kept": _alone(outcome, -sizes[False]),
                "points table less -log(total sales), AUC in population": _paired(outcome, found, -sizes[True]),
            },
            indent=1,
        )
    )


def _repeat(data: Data, size: Floats, seed: int) -> tuple[NDArray[np.int64], Answers]:
    """Return the fold of each enterprise and what each model answers out of fold."""
    answers: Answers = {}
    folds = np.zeros(len(data.rows), dtype=np.int64)
    for fold, (train, test) in enumerate(
        StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(data.labelled, data.outcome)
    ):
        folds[test] = fold
        for name, (probability, place) in _fold(data, size, train).items():
            pooled = answers.setdefault(name, (np.zeros(len(folds)), np.zeros(len(folds))))
            pooled[0][test], pooled[1][test] = probability[test], place[test]
    return folds, answers


def _fold(data: Data, size: Floats, train: NDArray[np.int64]) -> Answers:
    """Return probability and place of all 123 by each model fitted on ``train``."""
    found = {}
    for name, code in (
        ("points table", "undated-flags"),
        ("points table, with days since last sale", "dated-defaults"),
    ):
        risk = fit_matrix(data.labelled[train], data.outcome[train], code=code, tendency=data.share)
        assert risk is not None
        odds = log_odds_of(risk.table, data.features)
        anchored = expit(odds[data.rows] + shift(odds[data.rows], data.share))
        found[name] = anchored, _place(-risk.table.unbounded(data.features).astype(float))[data.rows]
        if code == "undated-flags":
            odds = risk.challenger.log_odds(data.features)
            anchored = expit(odds[data.rows] + shift(odds[data.rows], data.share))
            found["challenger (monotone boosted trees)"] = anchored, _place(odds)[data.rows]
    alone = LogisticRegression(C=1.0).fit(size[train, None], data.outcome[train])
    odds = alone.decision_function(size[:, None])
    found["logit on log(total sales)"] = expit(odds + shift(odds, data.share)), _place(odds)
    filled = np.nan_to_num(data.features, nan=0.0)
    trees = ExtraTreesClassifier(300, min_samples_leaf=3, max_features=0.4, random_state=0)
    chance = trees.fit(filled[data.rows][train], data.outcome[train]).predict_proba(filled)[:, 1]
    odds = logit(np.clip(chance, 1e-3, 1 - 1e-3))
    found["ExtraTrees, the same inputs"] = (
        expit(odds[data.rows] + shift(odds[data.rows], data.share)),
        _place(odds)[data.rows],
    )
    return found


def _place(risk: Floats) -> Floats:
    """Return where each stands among all, 0 to 1, equals by half."""
    return Population.of("the enterprises of the data", risk).percentile(risk)


def _summary(outcome: Floats, runs: list[tuple[Floats, Floats]]) -> dict[str, object]:
    """Return mean and deviation of each measure over the repeats, and the interval of the AUC over enterprises."""
    measured = [
        {**ranking(outcome, probability), "auc_in_population": float(roc_auc_score(outcome, place))}
        for probability, place in runs
    ]
    return {**_over(measured), "auc_in_population_95": _interval(outcome, [place for _, place in runs])}


def _over(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {"mean": float(np.mean([r[name] for r in runs])), "sd": float(np.std([r[name] for r in runs]))}
        for name in runs[0]
    }


def _interval(outcome: Floats, runs: list[Floats], less: Floats | None = None) -> list[float]:
    """Return the 95 % interval of the mean AUC over the repeats, enterprises drawn anew, each kind apart.

    With ``less``, that of the difference from the AUC of ``less``, both on the same draws.
    """
    bad, good = np.flatnonzero(outcome == 1), np.flatnonzero(outcome == 0)
    draws, found = np.random.default_rng(0), []
    wins = np.mean([_wins(run[bad], run[good]) for run in runs], axis=0)
    if less is not None:
        wins = wins - _wins(less[bad], less[good])
    for _ in range(DRAWS):
        one, other = draws.integers(len(bad), size=len(bad)), draws.integers(len(good), size=len(good))
        found.append(wins[one][:, other].mean())
    return [float(q) for q in np.quantile(found, (0.025, 0.975))]


def _wins(bad: Floats, good: Floats) -> Floats:
    """Return for each pair 1 where the one that defaulted ranks as riskier, a half for equals; its mean is the AUC."""
    return (bad[:, None] > good) + 0.5 * (bad[:, None] == good)


def _alone(outcome: Floats, risk: Floats) -> dict[str, object]:
    return {"auc": float(roc_auc_score(outcome, risk)), "auc_95": _interval(outcome, [risk])}


def _paired(outcome: Floats, found: dict[str, list[tuple[Floats, Floats]]], size: Floats) -> dict[str, object]:
    ours = [place for _, place in found["points table"]]
    mean = float(np.mean([roc_auc_score(outcome, place) for place in ours]) - roc_auc_score(outcome, size))
    return {"mean": mean, "interval_95": _interval(outcome, ours, less=size)}


def _libraries(features: np.ndarray, outcome: np.ndarray, folds: np.ndarray) -> dict[str, object]:
    """Return the figures of each library of bench.txt, from its own environment; none where it is not there."""
    if not PEERS_PYTHON.exists():
        print("left out: the libraries of requirements/bench.txt; `make bench` sets them up", file=sys.stderr)
        return {}
    with tempfile.TemporaryDirectory() as place:
        columns = {f"x_{at}": features[:, at] for at in range(features.shape[1]) if not np.isnan(features[:, at]).all()}
        given = {**columns, "outcome": outcome.astype(np.int64), **{f"fold:{r}": f for r, f in enumerate(folds)}}
        pq.write_table(pa.table(given), Path(place) / "cases.parquet")
        command = [str(PEERS_PYTHON), str(PEERS_SCRIPT), place]
        subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "OMP_NUM_THREADS": "1"})
        answers = pq.read_table(Path(place) / "answers.parquet")
    runs: dict[str, list[dict[str, float]]] = {}
    for name in answers.column_names:
        runs.setdefault(name.split(":")[0], []).append(ranking(outcome, answers[name].to_numpy()))
    return {f"{name} (bench.txt)": _over(each) for name, each in runs.items()}


def _log_total_sales(entities: list[str], *, distinct: bool) -> np.ndarray:
    """Return the log of sales over the whole span, by SQL on the raw files and by no code of ours."""
    what = "distinct *" if distinct else "*"
    rows = duckdb.sql(
        f"select 企业代号, sum(价税合计) from (select {what} from '{DATA}/inv_123_output.parquet') "
        "where 发票状态 not like '%作废%' group by 1"
    ).fetchall()
    total = {f"cumcm2020c:{name}": amount for name, amount in rows}
    return np.log(np.array([max(total.get(entity, 0.0), 1.0) for entity in entities]))


if __name__ == "__main__":
    main()
