"""The bench scheme in Polars, DuckDB SQL and OpenFisca-Core, each in a process of its own; JSON.

Every peer reads the files that ours reads. Polars and DuckDB compare whole numbers, as ours does; OpenFisca-Core has
its float32. Polars is asked in three ways, and the fastest counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rate_bench import GRADES, INDICATORS, MICRO, POINTS, WHOLE_WEIGHT, reference, thresholds, weight

TIMES = 7


def main(name: str, folder: Path) -> None:
    """Run one peer and print its best time and how far it is from whole numbers."""
    print(json.dumps({"polars": polars, "duckdb": duckdb, "openfisca": openfisca}[name](folder)))


def _best(run: Callable[[], object]) -> tuple[dict[str, float], object]:
    seconds, cpu = [], []
    for _ in range(TIMES):
        start, begun = time.perf_counter(), time.process_time()
        found = run()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - begun)
    return {"seconds": min(seconds), "median_seconds": sorted(seconds)[TIMES // 2], "cpu_seconds": min(cpu)}, found


def _ends(indicator: int) -> list[int]:
    return [int(end * MICRO) for end in thresholds(indicator)]


def polars(folder: Path) -> dict[str, object]:
    """Return the figures of Polars' lazy engine, on as many threads as it takes."""
    import polars as pl

    columns = {}
    for number in range(INDICATORS):
        values, known = np.load(folder / f"x{number:02}.npy"), np.load(folder / f"known{number:02}.npy")
        nothing = pl.Series([None], dtype=pl.Int64).extend_constant(None, len(values) - 1)
        columns[f"x{number:02}"] = pl.Series(values).zip_with(pl.Series(known), nothing)
    frame = pl.DataFrame({**columns, **{name: np.load(folder / f"{name}.npy") for name in ("age", "revenue")}})
    figures = {}
    for name, (codes, worths) in _polars_ways(pl).items():
        figures[name], found = _best(_polars_query(pl, frame, codes, worths).collect)
    best = min(figures, key=lambda name: figures[name]["seconds"])
    table = found.select("total", "grade").to_numpy()
    return {
        **figures[best],
        "way": best,
        "ways": {name: told["seconds"] for name, told in figures.items()},
        "threads": pl.thread_pool_size(),
        "version": pl.__version__,
        **_differences(folder, table[:, 0], table[:, 1]),
    }


def _polars_ways(pl) -> dict[str, tuple[list, list]]:
    stage = pl.col("stage")
    several = range(INDICATORS)

    def when(number: int, gives: tuple[int, ...], unknown: int):
        column, ends = pl.col(f"x{number:02}"), _ends(number)
        chain = pl.when(column >= ends[3]).then(gives[4])
        for place in (2, 1, 0):
            chain = chain.when(column >= ends[place]).then(gives[place + 1])
        return chain.when(column.is_null()).then(unknown).otherwise(gives[0])

    def added(number: int):
        column, ends = pl.col(f"x{number:02}"), _ends(number)
        return sum(((column >= end).cast(pl.UInt8) for end in ends[1:]), (column >= ends[0]).cast(pl.UInt8))

    def weighed(number: int):
        chain = pl.when(stage == 0).then(weight(number, 0)).when(stage == 1).then(weight(number, 1))
        return chain.otherwise(weight(number, 2)).cast(pl.Int64)

    def looked_up(number: int):
        table = [(*POINTS, 0)[code] * weight(number, one) for one in range(3) for code in range(6)]
        place = (stage * 6 + pl.col(f"code{number:02}")).cast(pl.UInt32)
        return pl.lit(pl.Series(table, dtype=pl.Int64)).gather(place)

    chained = [when(n, (0, 1, 2, 3, 4), 5).cast(pl.UInt8).alias(f"code{n:02}") for n in several]
    summed = [added(n).fill_null(5).alias(f"code{n:02}") for n in several]
    multiplied = [when(n, POINTS, 0).cast(pl.Int64) * weighed(n) for n in several]
    gathered = [looked_up(n) for n in several]
    return {
        "when, times weight": (chained, multiplied),
        "when, table": (chained, gathered),
        "sum of bands, table": (summed, gathered),
    }


def _polars_query(pl, frame, codes, worths):
    age, revenue, total = pl.col("age"), pl.col("revenue"), pl.col("total")
    stage = pl.when((age <= 3) & (revenue < 500 * MICRO)).then(0)
    stage = stage.when((age <= 10) | (revenue < 5_000 * MICRO)).then(1).otherwise(2).cast(pl.UInt8).alias("stage")
    grade = pl.when(total >= GRADES[0][1] * WHOLE_WEIGHT).then(0)
    for place, (_, line) in enumerate(GRADES[1:], 1):
        grade = grade.when(total >= line * WHOLE_WEIGHT).then(place)
    counted = frame.lazy().with_columns(stage).with_columns(codes)
    counted = counted.with_columns(pl.sum_horizontal(worths).alias("total"))
    kept = ["total", "grade", *(f"code{number:02}" for number in range(INDICATORS))]
    return counted.with_columns(grade.otherwise(3).cast(pl.UInt8).alias("grade")).select(kept)


def duckdb(folder: Path) -> dict[str, object]:
    """Return the figures of DuckDB SQL over an Arrow table, result as Arrow."""
    import duckdb as duck
    import pyarrow as pa

    columns = {name: pa.array(np.load(folder / f"{name}.npy")) for name in ("age", "revenue")}
    for number in range(INDICATORS):
        known = np.load(folder / f"known{number:02}.npy")
        columns[f"x{number:02}"] = pa.array(np.load(folder / f"x{number:02}.npy"), mask=~known)
    connection = duck.connect()
    connection.register("given", pa.table(columns))
    connection.execute("create table enterprise as select * from given")
    figures, found = _best(lambda: connection.execute(_sql()).to_arrow_table())
    threads = connection.execute("select current_setting('threads')").fetchone()
    return {
        **figures,
        "threads": threads[0] if threads else None,
        "version": duck.__version__,
        **_differences(folder, found["total"].to_numpy(), found["grade"].to_numpy()),
    }


def _sql() -> str:
    codes, worths = [], []
    for number in range(INDICATORS):
        name, ends = f"x{number:02}", _ends(number)
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


def openfisca(folder: Path) -> dict[str, object]:
    """Return the figures of OpenFisca-Core, whose numbers are float32 and know no unknown."""
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    company = entities.Entity("company", "companies", "A company", "")
    system = taxbenefitsystems.TaxBenefitSystem([company])
    yearly = {"value_type": float, "entity": company, "definition_period": periods.DateUnit.YEAR}
    inputs = [f"x{number:02}" for number in range(INDICATORS)] + ["age", "revenue"]
    for name in inputs:
        system.add_variable(type(name, (variables.Variable,), dict(yearly)))

    def stage(company, period):
        age, revenue = company("age", period), company("revenue", period)
        return np.where((age <= 3) & (revenue < 500), 0, np.where((age <= 10) | (revenue < 5_000), 1, 2))

    def banded(number: int):
        ends = [float(end) for end in thresholds(number)]

        def formula(company, period):
            value = company(f"x{number:02}", period)
            return np.select([value >= end for end in reversed(ends)], POINTS[:0:-1], 0)

        return formula

    def total(company, period):
        own, added = company("stage", period).astype(int), 0
        for number in range(INDICATORS):
            weights = np.array([weight(number, one) / WHOLE_WEIGHT for one in range(3)], dtype=np.float32)
            added = added + company(f"points{number:02}", period) * weights[own]
        return added

    def grade(company, period):
        value = company("total", period)
        return np.select([value >= line for _, line in GRADES], range(3), 3)

    formulas = {"stage": stage, "total": total, "grade": grade}
    formulas |= {f"points{number:02}": banded(number) for number in range(INDICATORS)}
    for name, formula in formulas.items():
        system.add_variable(type(name, (variables.Variable,), {**yearly, "formula": formula}))
    age = np.load(folder / "age.npy")
    scale = {name: 1 if name == "age" else MICRO for name in inputs}
    data = {name: (np.load(folder / f"{name}.npy") / scale[name]).astype(np.float32) for name in inputs}

    def run() -> tuple[np.ndarray, np.ndarray]:
        simulation = simulations.SimulationBuilder().build_default_simulation(system, count=len(age))
        for name, values in data.items():
            simulation.set_input(name, "2025", values)
        return simulation.calculate("total", "2025"), simulation.calculate("grade", "2025")

    figures, found = _best(run)
    _, exact, grades = reference(folder)
    totals = exact / WHOLE_WEIGHT
    return {
        **figures,
        "threads": 1,
        "largest_error": float(np.abs(found[0] - totals).max()),
        "differing_grades": int((found[1] != grades).sum()),
    }


def _differences(folder: Path, total: np.ndarray, grade: np.ndarray) -> dict[str, int]:
    _, totals, grades = reference(folder)
    return {"differing_totals": int((total != totals).sum()), "differing_grades": int((grade != grades).sum())}


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(sys.argv[1], Path(sys.argv[2]))
