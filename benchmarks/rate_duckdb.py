"""The bench scheme in DuckDB SQL over its own table, result as Arrow, in a process of its own; JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from rate_bench import GRADES, INDICATORS, MICRO, POINTS, WHOLE_WEIGHT, thresholds, weight

TIMES = 7


def main(folder: Path) -> None:
    """Print the best time of DuckDB and how far it is from whole numbers."""
    columns = {name: pa.array(np.load(folder / f"{name}.npy")) for name in ("age", "revenue")}
    for number in range(INDICATORS):
        known = np.load(folder / f"known{number:02}.npy")
        columns[f"x{number:02}"] = pa.array(np.load(folder / f"x{number:02}.npy"), mask=~known)
    connection = duckdb.connect()
    connection.register("given", pa.table(columns))
    connection.execute("create table enterprise as select * from given")
    seconds, cpu = [], []
    for _ in range(TIMES):
        start, begun = time.perf_counter(), time.process_time()
        found = connection.execute(sql()).to_arrow_table()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - begun)
    totals, grades = np.load(folder / "totals.npy"), np.load(folder / "grades.npy")
    threads = connection.execute("select current_setting('threads')").fetchone()
    figures = {
        "seconds": min(seconds),
        "median_seconds": sorted(seconds)[TIMES // 2],
        "cpu_seconds": min(cpu),
        "threads": threads[0] if threads else None,
        "version": duckdb.__version__,
        "differing_totals": int((found["total"].to_numpy() != totals).sum()),
        "differing_grades": int((found["grade"].to_numpy() != grades).sum()),
    }
    print(json.dumps(figures))


def sql() -> str:
    """Return the bench scheme as one query."""
    codes, worths = [], []
    for number in range(INDICATORS):
        name, ends = f"x{number:02}", [int(end * MICRO) for end in thresholds(number)]
        cases = " ".join(f"when {name} >= {ends[place]} then {place + 1}" for place in (3, 2, 1, 0))
        codes.append(f"(case {cases} when {name} is null then 5 else 0 end)::utinyint as code{number:02}")
        points = " ".join(f"when {code} then {POINTS[code]}" for code in range(1, 5))
        weights = " ".join(f"when {stage} then {weight(number, stage)}" for stage in range(3))
        worths.append(f"(case code{number:02} {points} else 0 end) * (case stage {weights} end)")
    stage = f"case when age <= 3 and revenue < {500 * MICRO} then 0 "
    stage += f"when age <= 10 or revenue < {5_000 * MICRO} then 1 else 2 end"
    lines = " ".join(f"when total >= {line * WHOLE_WEIGHT} then {place}" for place, (_, line) in enumerate(GRADES))
    coded = f"select {stage} as stage, {', '.join(codes)} from enterprise"
    kept = ", ".join(f"code{number:02}" for number in range(INDICATORS))
    added = f"select ({' + '.join(worths)})::bigint as total, {kept} from ({coded})"
    return f"select total, (case {lines} else 3 end)::utinyint as grade, {kept} from ({added})"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
