"""The bench scheme through the bulk plan, in a process of its own: seconds, memory and differences; JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
from rate_bench import GRADES, INDICATORS, POINTS, STAGES, WHOLE_WEIGHT, thresholds, weight

from huoju.core import rule, variable
from huoju.core.fact import EntityId
from huoju.core.panel import Column, Panel
from huoju.core.period import Period
from huoju.core.view import View
from huoju.ratings import scheme
from huoju.ratings.bulk import rate_version
from huoju.ratings.plain_steps import is_compiled
from huoju.ratings.plan import Plan
from huoju.ratings.rated import Rated

YEAR = Period.year(2025)
WORDS = MappingProxyType({"zh": "基准", "en": "Bench"})


def main(folder: Path, *, compiled: bool, threads: int = 1, times: int = 9) -> None:
    """Rate the data of a folder several times and print the best time, the peak and what differs."""
    with tempfile.TemporaryDirectory() as vocabulary:
        _declare(Path(vocabulary))
    rows = len(np.load(folder / "age.npy", mmap_mode="r"))
    entities = (EntityId("made"),) * rows
    plan = Plan(bench_version())
    warm = _view(folder, entities, 64)
    rate_version(plan, warm, compiled=compiled)
    _forget_peak()
    before = _memory("VmRSS")
    view = _view(folder, entities, rows)
    seconds, cpu = [], []
    rated, grade = None, None
    for _ in range(times):
        rated, grade = None, None
        start, begun = time.perf_counter(), time.process_time()
        rated = rate_version(plan, view, compiled=compiled, threads=threads)
        grade = rated.grade
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - begun)
    if rated is None or grade is None:
        raise SystemExit("nothing was rated")
    peak = _memory("VmHWM") - before
    data = sum(column.values.nbytes + column.known.nbytes // 8 for column in view.panel.columns.values())
    print(
        json.dumps(
            {
                "seconds": min(seconds),
                "median_seconds": sorted(seconds)[len(seconds) // 2],
                "cpu_seconds": min(cpu),
                "threads": threads,
                "compiled": compiled and is_compiled(),
                "peak_mb": peak / 1024,
                "data_mb": data / 2**20,
                "peak_over_data": peak * 1024 / data,
                **differences(rated, grade, folder),
            }
        )
    )


def _declare(folder: Path) -> None:
    """Let the vocabulary be that of the bench, before anybody has read it."""
    block = "  dtype: {dtype}\n  unit: ''\n  rhythm: year\n  label: {{zh: 基准, en: Bench}}\n  source: made\n"
    names = {"age": "count", "revenue": "number", **{f"x{n:02}": "number" for n in range(INDICATORS)}}
    text = "".join(f"{name}:\n{block.format(dtype=dtype)}" for name, dtype in names.items())
    (folder / "enterprise.yaml").write_text(text, encoding="utf-8")
    variable.VOCABULARY = folder
    variable.variables()


def bench_version() -> scheme.Version:
    """Return the bench scheme as a version."""
    basis = scheme.Basis()
    young, small = rule.Fact("age"), rule.Fact("revenue")
    first = rule.All((_compare("at_most", young, 3), _compare("less_than", small, 500)))
    second = rule.Any((_compare("at_most", young, 10), _compare("less_than", small, 5_000)))
    items = tuple(
        scheme.Item(
            id=f"x{number:02}",
            label=WORDS,
            part="all",
            points=_step(number),
            weight={name: Fraction(weight(number, stage), WHOLE_WEIGHT) for stage, name in enumerate(STAGES)},
            applies_if=None,
            not_applicable=None,
            missing="zero",
            basis=basis,
        )
        for number in range(INDICATORS)
    )
    grades = tuple(scheme.Grade(name, scheme.Limit("at_least", Fraction(line))) for name, line in GRADES)
    return scheme.Version(
        scheme="bench",
        id="1",
        document=scheme.Source("", "", "", None, "", "derived", None),
        effective=None,
        expiry=None,
        note=WORDS,
        parameters={},
        judgements={},
        values={},
        stages=tuple(scheme.Stage(name, WORDS, when) for name, when in zip(STAGES, (first, second, None), strict=True)),
        gates=(),
        vetoes=(),
        parts=(scheme.Part("all", WORDS, None, None, basis),),
        items=items,
        total=scheme.Total(),
        routes=(),
        grades=(*grades, scheme.Grade("D", None)),
        checks=(),
        transitions=(),
        ranking=None,
        omitted=(),
    )


def _compare(operation: rule.Comparison, left: rule.Number, right: int) -> rule.Compare:
    return rule.Compare(operation, left, rule.Constant(Fraction(right)))


def _step(number: int) -> scheme.Step:
    pairs = zip(reversed(thresholds(number)), reversed(POINTS[1:]), strict=True)
    bands = tuple(scheme.Band(scheme.Limit("at_least", at), Fraction(give)) for at, give in pairs)
    return scheme.Step(rule.Fact(f"x{number:02}"), bands, Fraction(0))


def _view(folder: Path, entities: tuple[EntityId, ...], rows: int) -> View:
    nobody = np.broadcast_to(np.int64(-1), rows)
    all_known = np.ones(rows, dtype=bool)
    columns = {}
    for name in ("age", "revenue"):
        columns[name, YEAR] = Column(np.load(folder / f"{name}.npy")[:rows], all_known, nobody)
    for number in range(INDICATORS):
        values, known = np.load(folder / f"x{number:02}.npy")[:rows], np.load(folder / f"known{number:02}.npy")[:rows]
        columns[f"x{number:02}", YEAR] = Column(values, known, nobody)
    return View(Panel(date(2026, 6, 1), entities[:rows], columns), 2025)


def differences(rated: Rated, grade: np.ndarray, folder: Path) -> dict[str, int]:
    """Return how many totals, grades and codes differ from whole numbers."""
    codes, total, grades = (np.load(folder / f"{name}.npy") for name in ("codes", "totals", "grades"))
    found = rated.total.points.low.numerators()
    if found is None:
        raise SystemExit("the totals have no common denominator")
    above, below = found
    wrong = 0
    for number in range(INDICATORS):
        ours = rated.items[f"x{number:02}"].codes
        expected = np.array([0, 6, 12, 18, 24, 4], dtype=np.uint8)[codes[:, number]]
        wrong += int((ours != expected).sum())
    return {
        "differing_totals": int((above * WHOLE_WEIGHT != total * below).sum()) + int((~rated.total.scored).sum()),
        "differing_grades": int((grade != grades).sum()),
        "differing_codes": wrong,
        "rows": len(rated),
    }


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _memory(what: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 1
        main(Path(sys.argv[1]), compiled=sys.argv[2] == "compiled", threads=wanted)
