"""Polish year 5, 10 folds: teacher, monotone student and points table beside libraries; mean and sd of AUC; JSON.

The explained student is the monotone boosted challenger: its log-odds add up exactly over its inputs
(``pred_contrib``), and it keeps the declared directions. It and the table learn, in each fold, from out-of-fold
probabilities of a teacher that saw nothing of that fold. ``--hiding`` also measures the table in which an unknown may
get more points than the mean. ``--quick`` leaves the peers out, ``--folds`` runs the first few.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.io import arff
from sklearn.model_selection import StratifiedKFold

from huoju.core.document import read_document
from huoju.models.default_risk.challenger import fit_challenger
from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.measuring import measures
from huoju.models.default_risk.table_fit import fit_table
from huoju.models.default_risk.teacher import fit_teacher, soft_labels

FILE = Path(__file__).parents[2] / "shared" / "data" / "polish" / "5year.arff.gz"
PEERS_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
PEERS_SCRIPT = Path(__file__).parent / "peers" / "polish.py"
SIGNS = {"+": 1, "-": -1}
Floats = np.ndarray


def main() -> None:
    """Print mean and sd over folds of AUC, and the other measures of the pooled answers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help="leave the peers out")
    parser.add_argument("--hiding", action="store_true", help="also let an unknown pay")
    given = parser.parse_args()
    values, labels = read()
    folds = list(StratifiedKFold(10, shuffle=True, random_state=0).split(values, labels))[: given.folds]
    answers: dict[str, Floats] = {}
    for number, (train, test) in enumerate(folds):
        for name, found in _ours(values, labels, train, test, given.hiding).items():
            answers.setdefault(name, np.full(len(labels), np.nan))[test] = found
            print(f"fold {number}: {name} {measures(labels[test], found)['auc']:.4f}", file=sys.stderr, flush=True)
    if not given.quick:
        answers |= _peers(values, labels, folds)
    tests = [test for _, test in folds]
    found = {name: _summary(labels, each, tests) for name, each in answers.items()}
    print(json.dumps({"folds": len(folds), "directed": len(directions()), **found}, indent=1))


def read() -> tuple[Floats, Floats]:
    """Return the 64 ratios, NaN where missing, and the outcome."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        rows, _ = arff.loadarff(io.StringIO(file.read()))
    return np.array([list(row)[:64] for row in rows], dtype=float), np.array([row[64] == b"1" for row in rows], float)


def directions() -> dict[str, int]:
    """Return the declared directions by ratio."""
    declared = read_document(Path(__file__).with_suffix(".yaml")).child("directed")
    return {name: SIGNS[declared.text(name)] for name in declared.keys()}


def _ours(values: Floats, labels: Floats, train: Floats, test: Floats, hiding: bool) -> dict[str, Floats]:
    signs = directions()
    inputs = [Input(f"Attr{n}", "operations", signs.get(f"Attr{n}", 0)) for n in range(1, 65)]
    x, y = values[train], labels[train]
    soft = soft_labels(x, y, repeats=1, deep=True)
    table = fit_table(x, soft, inputs, catalogue="columns", replicates=0)
    found = {
        "teacher": fit_teacher(x, y, deep=True).probability(values[test]),
        "monotone_student": fit_challenger(x, soft, y, inputs, deep=True).probability(values[test]),
        "points_table": table.probability(values[test]),
    }
    if hiding:
        free = fit_table(x, soft, inputs, catalogue="columns", replicates=0, hiding_pays=True)
        found["points_table, hiding pays"] = free.probability(values[test])
    return found


def _peers(values: Floats, labels: Floats, folds: list[tuple[Floats, Floats]]) -> dict[str, Floats]:
    if not PEERS_PYTHON.exists():
        print("left out: the libraries of requirements/bench.txt; `make bench` sets them up", file=sys.stderr)
        return {}
    of = np.full(len(labels), -1)
    for number, (_, test) in enumerate(folds):
        of[test] = number
    with tempfile.TemporaryDirectory() as place:
        columns = {f"Attr{n + 1}": values[:, n] for n in range(64)}
        pq.write_table(pa.table({**columns, "outcome": labels, "fold": of}), Path(place) / "cases.parquet")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
        command = [str(PEERS_PYTHON), str(PEERS_SCRIPT), place]
        subprocess.run(command, check=True, stdout=sys.stderr, env=environment)
        answers = pq.read_table(Path(place) / "answers.parquet")
    return {name: answers[name].to_numpy() for name in answers.column_names}


def _summary(labels: Floats, answer: Floats, tests: list[Floats]) -> dict[str, float]:
    aucs = [measures(labels[test], answer[test])["auc"] for test in tests]
    pooled = np.concatenate(tests)
    rest = {name: value for name, value in measures(labels[pooled], answer[pooled]).items() if name != "auc"}
    return {"auc": float(np.mean(aucs)), "auc_sd": float(np.std(aucs)), **rest}


if __name__ == "__main__":
    main()
