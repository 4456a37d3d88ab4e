"""Default on public US statements: points table, challenger and teacher beside libraries and Altman's Z; JSON.

``--train``, ``--validation`` and perhaps ``--test`` name files of firm-windows; without them the shared windows of
three and five years are run. ``--quick`` leaves the peers out. Every model is fitted on the training file and sees the
same inputs (Altman's Z its own five); peers stop on the validation file, ours takes its slope from it.

AUC, PR-AUC, KS and capture are of the file as it is. Probabilities are anchored to the stated central tendency over
the scored file, whose outcomes nothing but the measures sees (credit.md 2.2, 3.5): ours by slope and shift, peers by
shift. On the test file Brier and ECE are as it is; the validation file was collected by outcome, so there failures are
dropped at random to the tendency, the mean of 20 draws, and our slope is the one of the other folds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import expit
from sklearn.model_selection import StratifiedKFold

from huoju.models.default_risk.calibrating import shift, slope_of
from huoju.models.default_risk.measuring import intervals, measures, rehearsed
from huoju.models.default_risk.teacher import fit_teacher, log_odds
from huoju.models.scale import PER_LOG_ODDS
from huoju.services.case_files import Cases, read_cases
from huoju.services.fit_model import Students, fit_students, outcomes

DATA = Path(__file__).parents[2] / "shared" / "data" / "us_bankruptcy"
TENDENCY = 354 / 8739  # failures a firm-year of the three-year training windows, credit.md 3.5; also for five years
PEERS_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
PEERS_SCRIPT = Path(__file__).parent / "peers" / "us_bankruptcy.py"
OURS = ("points_table", "monotone_student")
Floats = np.ndarray
Odds = dict[str, dict[str, Floats]]  # by part of the data, by model: log-odds (n,)


def main() -> None:
    """Print the figures of one set of files, or of the shared three- and five-year windows."""
    parser = argparse.ArgumentParser()
    for name in ("train", "validation", "test"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--central-tendency", type=float, default=TENDENCY)
    parser.add_argument("--quick", action="store_true", help="leave the peers out")
    given = parser.parse_args()
    if given.train is not None:
        files = {name: path for name, path in vars(given).items() if isinstance(path, Path)}
        print(json.dumps(run(files, given.central_tendency, given.quick), indent=1))
        return
    found = {}
    for years in (3, 5):
        files = {part: DATA / f"{years}_{part}.csv.gz" for part in ("train", "validation")}
        found[f"W{years}"] = run(files, given.central_tendency, given.quick)
    print(json.dumps(found, indent=1))


def run(files: dict[str, Path], tendency: float, quick: bool) -> dict[str, object]:
    """Return the figures of every model on every part that is not the training file."""
    cases = {part: read_cases(path) for part, path in files.items()}
    train, parts = cases["train"], [part for part in cases if part != "train"]
    made, teacher = fit_students(train, replicates=0), fit_teacher(train.values, outcomes(train))
    odds = {
        part: {**_ours(made, cases[part]), "teacher": log_odds(teacher.probability(cases[part].values))}
        for part in parts
    }
    if not quick:
        for part, answers in _peers(files, cases).items():
            odds[part] |= answers
    found: dict[str, object] = {part: _measured(part, odds, cases, tendency) for part in parts}
    about = {"central_tendency": tendency, "train": files["train"].name, "inputs": len(train.inputs)}
    return {**found, "about": {**about, "auc_95": _auc_intervals(odds, cases, parts)}}


def _ours(made: Students, cases: Cases) -> dict[str, Floats]:
    return {
        "points_table": -made.table.unbounded(cases.values) / PER_LOG_ODDS,  # of whole points, as printed
        "monotone_student": made.challenger.log_odds(cases.values),
    }


def _measured(part: str, odds: Odds, cases: dict[str, Cases], tendency: float) -> dict[str, dict[str, float]]:
    labels, found = outcomes(cases[part]), {}
    for name, given in odds[part].items():
        bent = given
        if name in (*OURS, "teacher") and "validation" in odds:
            fitted = odds["validation"][name], outcomes(cases["validation"])
            bent = slope_of(*fitted) * given if part == "test" else _cross_fitted(*fitted)
        if part == "test":
            found[name] = dict(measures(labels, expit(bent + shift(bent, tendency))))
        else:
            weights = np.where(labels == 1, tendency / labels.mean(), (1 - tendency) / (1 - labels.mean()))
            anchored = expit(bent + shift(bent, tendency, weights))
            found[name] = {**measures(labels, expit(given)), **rehearsed(labels, anchored, tendency)}
    return found


def _cross_fitted(log_odds: Floats, labels: Floats) -> Floats:
    """Return log-odds times the slope of the other folds."""
    bent = np.empty_like(log_odds)
    for other, mine in StratifiedKFold(5, shuffle=True, random_state=0).split(log_odds, labels):
        bent[mine] = slope_of(log_odds[other], labels[other]) * log_odds[mine]
    return bent


def _auc_intervals(odds: Odds, cases: dict[str, Cases], parts: list[str]) -> dict[str, dict[str, list[float]]]:
    return {
        part: {n: list(intervals(outcomes(cases[part]), expit(o))["auc"]) for n, o in odds[part].items()}
        for part in parts
    }


def _peers(files: dict[str, Path], cases: dict[str, Cases]) -> Odds:
    """Return the log-odds of each library of bench.txt and of Altman's Z; none where their environment is not there."""
    if not PEERS_PYTHON.exists():
        print("left out: the libraries of requirements/bench.txt; `make bench` sets them up", file=sys.stderr)
        return {}
    with tempfile.TemporaryDirectory() as place:
        for part, each in cases.items():
            columns = {name.name: each.values[:, at] for at, name in enumerate(each.inputs)}
            given = {**columns, **_altman(files[part], each), "outcome": outcomes(each)}
            pq.write_table(pa.table(given), Path(place) / f"{part}.parquet")
        signs = {each.name: each.sign for each in cases["train"].inputs}
        (Path(place) / "signs.json").write_text(json.dumps(signs), encoding="utf-8")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
        command = [str(PEERS_PYTHON), str(PEERS_SCRIPT), place]
        subprocess.run(command, check=True, stdout=sys.stderr, env=environment)
        answers = {part: pq.read_table(Path(place) / f"{part}.answers.parquet") for part in cases if part != "train"}
    return {
        part: {name: log_odds(table[name].to_numpy()) for name in table.column_names} for part, table in answers.items()
    }


def _altman(path: Path, cases: Cases) -> dict[str, Floats]:
    """Return Altman's five ratios of the last year, read from the raw items and by no code of ours."""
    last = pd.read_csv(path).sort_values("fyear").groupby("cik").tail(1)
    last = last.assign(cik=last["cik"].astype(str)).set_index("cik").loc[list(cases.entities)]
    assets = last["total_assets"]
    ratios = {
        "z_wc": (last["current_assets"] - last["total_current_liabilities"]) / assets,
        "z_re": last["retained_earnings"] / assets,
        "z_ebit": last["ebit"] / assets,
        "z_mv": last["market_value"] / last["total_liabilities"],
        "z_sales": last["total_revenue"] / assets,
    }
    return {name: each.replace([np.inf, -np.inf], np.nan).to_numpy(dtype=float) for name, each in ratios.items()}


if __name__ == "__main__":
    main()
