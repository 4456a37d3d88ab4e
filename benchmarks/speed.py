"""A million enterprises x 34 inputs scored with their four worst reasons on one core, and one enterprise; JSON.

The data are random and the points table is made crudely here (edges at quantiles, random monotone points): this
measures speed and memory, nothing else. EBM, optbinning and LightGBM with SHAP are fitted on 8,739 of the rows in the
environment of requirements/bench.txt and score the same rows, each in a process of its own, beside us in the same run;
SHAP is measured on 10,000 rows and scaled, which is marked. ``peak_mb`` is above the process before it read the data;
``seconds`` are by the clock and ``cpu_seconds`` by the processor, which others on the machine do not lengthen.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from measured import peak_mb

from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.default_risk.table_scoring import Scorer

INPUTS, BINS, ROWS, TRAIN, SINGLE = 34, 12, 1_000_000, 8_739, 10_000
HERE = Path(__file__).parent
PEERS_PYTHON = HERE.parent / ".venv-bench" / "bin" / "python"
PEERS = ("ebm", "optbinning", "lightgbm")
QUIET = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Make the data, let everyone score them, and print the figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _make(folder)
        ours = _run(sys.executable, str(Path(__file__)), place)
        peers = {}
        if PEERS_PYTHON.exists():
            peers = {name: _run(str(PEERS_PYTHON), str(HERE / "peers" / "speed.py"), place, name) for name in PEERS}
        else:
            print("left out: the libraries of requirements/bench.txt; `make bench` sets them up", file=sys.stderr)
    print(
        json.dumps(
            {
                "benchmark": f"{ROWS:,} x {INPUTS} scored on one core, with reasons where the peer has them",
                "input_mb": ROWS * INPUTS * 8 / 1e6,
                "huoju points table": ours,
                **{f"{name} (bench.txt)": found for name, found in peers.items()},
            },
            indent=1,
        )
    )


def _make(folder: Path) -> None:
    random = np.random.default_rng(0)
    values = random.normal(0, 2, (ROWS, INPUTS))
    values.ravel()[random.integers(0, values.size, values.size // 12)] = np.nan
    np.save(folder / "values.npy", values)
    known = np.nan_to_num(values[:TRAIN])
    chance = 1 / (1 + np.exp(3 - 0.4 * known @ np.resize([1.0, -1.0, 0.5], INPUTS)))
    np.save(folder / "outcome.npy", (random.random(TRAIN) < chance).astype(np.int64))


def ours(folder: Path) -> dict[str, object]:
    """Return the figures of a points table, measured in this process."""
    scorer = Scorer.of(_table(np.load(folder / "values.npy", mmap_mode="r")[:TRAIN]))
    before = peak_mb()
    values = np.load(folder / "values.npy")
    seconds, busy = [], []
    for _ in range(3):
        start, begun = time.perf_counter(), time.process_time()
        found = scorer.batch(values)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - begun)
    peak = peak_mb() - before
    rows = values[:SINGLE].tolist()
    single = []
    for place, row in enumerate(rows):
        start = time.perf_counter()
        one = scorer.one(row)
        single.append(time.perf_counter() - start)
        assert (one.score, one.reasons) == (found.score[place], tuple(found.reasons[place].tolist()))
    digest = hashlib.sha256(b"".join(part.tobytes() for part in (found.score, found.probability, found.reasons)))
    return {
        "seconds": min(seconds),
        "cpu_seconds": min(busy),
        "seconds_each_time": seconds,
        "reasons": "the four worst, and exact points of all inputs for one enterprise",
        "peak_mb": peak,
        "peak_over_input": peak * 2**20 / values.nbytes,
        "one_ms_p50": float(np.median(single)) * 1e3,
        "one_ms_p99": float(np.quantile(single, 0.99)) * 1e3,
        "one_equals_batch_on": SINGLE,
        "sha256": digest.hexdigest(),
    }


def _table(train: np.ndarray) -> PointsTable:
    random = np.random.default_rng(1)
    parts = []
    for place in range(INPUTS):
        sign = (1, -1, 0)[place % 3]
        edges = np.unique(np.nanquantile(train[:, place], np.arange(1, BINS) / BINS))
        steps = random.exponential(0.1, BINS) if sign else random.normal(0, 0.1, BINS)
        cells = np.append((sign or 1) * (np.cumsum(steps) - steps.sum() / 2), 0.0)
        low, high = np.quantile(cells, (0.05, 0.95))
        parts.append(Binned(f"x_{place}", "made", sign, place, edges, cells, float(low), float(high)))
    return PointsTable("columns", -3.0, tuple(parts))


def _run(*command: str) -> dict[str, object]:
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **QUIET}, text=True
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(ours(Path(sys.argv[1]))))
    else:
        main()
