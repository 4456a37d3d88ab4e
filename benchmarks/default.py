"""Default of the 123 labelled real enterprises: 10 x 5-fold cross-validation beside log sales alone; JSON.

The outcome is the bank's undated flag, so this is cross-validation and no back-test. Both see the same
deduplicated panel; the one variable is also shown with duplicates kept, as the bar was measured. The libraries of
``requirements/bench.txt`` run in an environment of their own, on the same features and folds, and meet ours by files;
where `make bench` has not made that environment, they are left out and it is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measured import peers_python
from measures import ranking
from real_invoices import DATA, LAST_DAY, labels, real_store
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from huoju.facts.cutting import Belief, cut_panel
from huoju.models.default_risk.features import matrix
from huoju.models.default_risk.model import fit_matrix

REPEATS, FOLDS = 10, 5
PEERS_SCRIPT = Path(__file__).parent / "peers" / "default.py"


def main() -> None:
    """Print the figures of ours and of the peer from one run."""
    flags = labels()
    with real_store() as store:
        panel = cut_panel(store, LAST_DAY, Belief.plain())
    rows = [row for row, entity in enumerate(panel.entities) if entity in flags]
    outcome = np.array([flags[panel.entities[row]] for row in rows], dtype=float)
    features = matrix(panel)[rows]
    size = _log_total_sales([panel.entities[row] for row in rows], distinct=True)
    ours, peer, folds = [], [], np.zeros((REPEATS, len(rows)), dtype=np.int64)
    for repeat in range(REPEATS):
        found, beside = np.zeros(len(rows)), np.zeros(len(rows))
        parts = StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(features, outcome)
        for fold, (train, test) in enumerate(parts):
            folds[repeat, test] = fold
            model = fit_matrix(features[train], outcome[train], code="undated-flags")
            assert model is not None
            found[test] = expit(model.log_odds(features[test]))
            alone = LogisticRegression(C=1.0).fit(size[train, None], outcome[train])
            beside[test] = alone.predict_proba(size[test, None])[:, 1]
        ours.append(ranking(outcome, found))
        peer.append(ranking(outcome, beside))
    raw = _log_total_sales([panel.entities[row] for row in rows], distinct=False)
    print(
        json.dumps(
            {
                "benchmark": "default of 123 real enterprises, 10 x 5 folds, pooled out-of-fold",
                "defaults": int(outcome.sum()),
                "huoju default_risk": _summary(ours),
                "logit on log(total sales)": _summary(peer),
                **_libraries(features, outcome, folds),
                "-log(total sales), no fit, duplicates counted once": {"auc": float(roc_auc_score(outcome, -size))},
                "-log(total sales), no fit, duplicates kept": {"auc": float(roc_auc_score(outcome, -raw))},
            },
            indent=1,
        )
    )


def _libraries(features: np.ndarray, outcome: np.ndarray, folds: np.ndarray) -> dict[str, object]:
    """Return the figures of each library of bench.txt, from its own environment; none where it is not there."""
    python = peers_python()
    if python is None:
        print("left out: the libraries of requirements/bench.txt; `make bench` sets them up", file=sys.stderr)
        return {}
    with tempfile.TemporaryDirectory() as place:
        columns = {f"x_{at}": features[:, at] for at in range(features.shape[1]) if not np.isnan(features[:, at]).all()}
        given = {**columns, "outcome": outcome.astype(np.int64), **{f"fold:{r}": f for r, f in enumerate(folds)}}
        pq.write_table(pa.table(given), Path(place) / "cases.parquet")
        command = [str(python), str(PEERS_SCRIPT), place]
        subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "OMP_NUM_THREADS": "1"})
        answers = pq.read_table(Path(place) / "answers.parquet")
    runs: dict[str, list[dict[str, float]]] = {}
    for name in answers.column_names:
        runs.setdefault(name.split(":")[0], []).append(ranking(outcome, answers[name].to_numpy()))
    return {f"{name} (bench.txt)": _summary(each) for name, each in runs.items()}


def _summary(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {
        name: {"mean": float(np.mean([r[name] for r in runs])), "sd": float(np.std([r[name] for r in runs]))}
        for name in runs[0]
    }


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
