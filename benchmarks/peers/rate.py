"""The bench scheme in Polars and OpenFisca-Core, each in a process of its own, in the environment of bench.txt; JSON.

Both read the files that ours reads, and the rule and the right answers beside them. Polars compares whole numbers, as
ours does; OpenFisca-Core has its float32. Polars is asked in three ways, and the fastest counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

TIMES = 7
MICRO = 1_000_000


def main(name: str, folder: Path) -> None:
    """Run one peer and print its best time and how far it is from whole numbers."""
    print(json.dumps({"polars": polars, "openfisca": openfisca}[name](folder)))


class Rule:
    """The rule of a folder: whole thresholds, points and weights by indicator and stage, lines of grades."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "rule.json").read_text(encoding="utf-8"))
        self.thresholds: list[list[int]] = told["thresholds"]
        self.points: list[int] = told["points"]
        self.weights: list[list[int]] = told["weights"]
        self.lines: list[int] = told["lines"]
        self.whole: int = told["whole"]
        self.several = range(len(self.thresholds))


def _best(run: Callable[[], object]) -> tuple[dict[str, float], object]:
    seconds, cpu = [], []
    for _ in range(TIMES):
        start, begun = time.perf_counter(), time.process_time()
        found = run()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - begun)
    return {"seconds": min(seconds), "median_seconds": sorted(seconds)[TIMES // 2], "cpu_seconds": min(cpu)}, found


def polars(folder: Path) -> dict[str, object]:
    """Return the figures of Polars' lazy engine, on as many threads as it takes."""
    import polars as pl

    rule, columns = Rule(folder), {}
    for number in rule.several:
        values, known = np.load(folder / f"x{number:02}.npy"), np.load(folder / f"known{number:02}.npy")
        nothing = pl.Series([None], dtype=pl.Int64).extend_constant(None, len(values) - 1)
        columns[f"x{number:02}"] = pl.Series(values).zip_with(pl.Series(known), nothing)
    frame = pl.DataFrame({**columns, **{name: np.load(folder / f"{name}.npy") for name in ("age", "revenue")}})
    figures = {}
    for name, (codes, worths) in _polars_ways(pl, rule).items():
        figures[name], found = _best(_polars_query(pl, rule, frame, codes, worths).collect)
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


def _polars_ways(pl, rule: Rule) -> dict[str, tuple[list, list]]:
    stage, several = pl.col("stage"), rule.several

    def when(number: int, gives: tuple[int, ...], unknown: int):
        column, ends = pl.col(f"x{number:02}"), rule.thresholds[number]
        chain = pl.when(column >= ends[3]).then(gives[4])
        for place in (2, 1, 0):
            chain = chain.when(column >= ends[place]).then(gives[place + 1])
        return chain.when(column.is_null()).then(unknown).otherwise(gives[0])

    def added(number: int):
        column, ends = pl.col(f"x{number:02}"), rule.thresholds[number]
        return sum(((column >= end).cast(pl.UInt8) for end in ends[1:]), (column >= ends[0]).cast(pl.UInt8))

    def weighed(number: int):
        chain = pl.when(stage == 0).then(rule.weights[number][0]).when(stage == 1).then(rule.weights[number][1])
        return chain.otherwise(rule.weights[number][2]).cast(pl.Int64)

    def looked_up(number: int):
        table = [(*rule.points, 0)[code] * rule.weights[number][one] for one in range(3) for code in range(6)]
        place = (stage * 6 + pl.col(f"code{number:02}")).cast(pl.UInt32)
        return pl.lit(pl.Series(table, dtype=pl.Int64)).gather(place)

    chained = [when(n, (0, 1, 2, 3, 4), 5).cast(pl.UInt8).alias(f"code{n:02}") for n in several]
    summed = [added(n).fill_null(5).alias(f"code{n:02}") for n in several]
    multiplied = [when(n, tuple(rule.points), 0).cast(pl.Int64) * weighed(n) for n in several]
    gathered = [looked_up(n) for n in several]
    return {
        "when, times weight": (chained, multiplied),
        "when, table": (chained, gathered),
        "sum of bands, table": (summed, gathered),
    }


def _polars_query(pl, rule, frame, codes, worths):
    age, revenue, total = pl.col("age"), pl.col("revenue"), pl.col("total")
    stage = pl.when((age <= 3) & (revenue < 500 * MICRO)).then(0)
    stage = stage.when((age <= 10) | (revenue < 5_000 * MICRO)).then(1).otherwise(2).cast(pl.UInt8).alias("stage")
    grade = pl.when(total >= rule.lines[0]).then(0)
    for place, line in enumerate(rule.lines[1:], 1):
        grade = grade.when(total >= line).then(place)
    counted = frame.lazy().with_columns(stage).with_columns(codes)
    counted = counted.with_columns(pl.sum_horizontal(worths).alias("total"))
    kept = ["total", "grade", *(f"code{number:02}" for number in rule.several)]
    return counted.with_columns(grade.otherwise(3).cast(pl.UInt8).alias("grade")).select(kept)


def openfisca(folder: Path) -> dict[str, object]:
    """Return the figures of OpenFisca-Core, whose numbers are float32 and know no unknown."""
    rule = Rule(folder)
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    company = entities.Entity("company", "companies", "A company", "")
    system = taxbenefitsystems.TaxBenefitSystem([company])
    yearly = {"value_type": float, "entity": company, "definition_period": periods.DateUnit.YEAR}
    inputs = [f"x{number:02}" for number in rule.several] + ["age", "revenue"]
    for name in inputs:
        system.add_variable(type(name, (variables.Variable,), dict(yearly)))

    def stage(company, period):
        age, revenue = company("age", period), company("revenue", period)
        return np.where((age <= 3) & (revenue < 500), 0, np.where((age <= 10) | (revenue < 5_000), 1, 2))

    def banded(number: int):
        ends = [end / MICRO for end in rule.thresholds[number]]

        def formula(company, period):
            value = company(f"x{number:02}", period)
            return np.select([value >= end for end in reversed(ends)], rule.points[:0:-1], 0)

        return formula

    def total(company, period):
        own, added = company("stage", period).astype(int), 0
        for number in rule.several:
            weights = np.array([rule.weights[number][one] / rule.whole for one in range(3)], dtype=np.float32)
            added = added + company(f"points{number:02}", period) * weights[own]
        return added

    def grade(company, period):
        value = company("total", period)
        return np.select([value >= line / rule.whole for line in rule.lines], range(3), 3)

    formulas = {"stage": stage, "total": total, "grade": grade}
    formulas |= {f"points{number:02}": banded(number) for number in rule.several}
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
    totals, grades = np.load(folder / "totals.npy") / rule.whole, np.load(folder / "grades.npy")
    return {
        **figures,
        "threads": 1,
        "largest_error": float(np.abs(found[0] - totals).max()),
        "differing_grades": int((found[1] != grades).sum()),
    }


def _differences(folder: Path, total: np.ndarray, grade: np.ndarray) -> dict[str, int]:
    totals, grades = np.load(folder / "totals.npy"), np.load(folder / "grades.npy")
    return {"differing_totals": int((total != totals).sum()), "differing_grades": int((grade != grades).sum())}


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(sys.argv[1], Path(sys.argv[2]))
