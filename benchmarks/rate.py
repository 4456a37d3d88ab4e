"""The bench scheme over 1,000,000 enterprises: ours beside Polars, DuckDB SQL and OpenFisca-Core in one run; JSON.

18 indicators of 5 bands, 3 stages, 3 % unknown, grade and per-item codes, the same rule and files for everybody. Each
engine runs in a process of its own, in turn, several rounds; its best time counts. Ours runs on one thread unless the
name says otherwise. Peers live in ``.venv-bench``; without it they are left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measured import peers_python
from rate_bench import write_data

ROWS, ROUNDS = 1_000_000, 3
HERE = Path(__file__).parent
OURS = Path(sys.executable)
ONE_THREAD = {"POLARS_MAX_THREADS": "1"}


def main(rows: int) -> None:
    """Print the figures of all engines and what they come to."""
    with tempfile.TemporaryDirectory() as place:
        write_data(Path(place), rows)
        found = _rounds(Path(place))
    shipped = _run(OURS, ["rate_shipped.py", "run"], {})
    print(
        json.dumps(
            {"benchmark": "rating of all", "rows": rows, **_ratios(found), **found, "shipped": shipped}, indent=1
        )
    )


def _rounds(folder: Path) -> dict[str, dict[str, object]]:
    data = str(folder)
    engines: dict[str, tuple[Path, list[str], dict[str, str]]] = {
        "ours": (OURS, ["rate_ours.py", data, "compiled"], {}),
        "ours_all_cores": (OURS, ["rate_ours.py", data, "compiled", str(os.cpu_count())], {}),
        "ours_without_numba": (OURS, ["rate_ours.py", data, "plain"], {}),
        "duckdb": (OURS, ["rate_duckdb.py", data], {}),
    }
    peers = peers_python()
    if peers is not None:
        engines["polars"] = (peers, ["peers/rate.py", "polars", data], {})
        engines["polars_one_thread"] = (peers, ["peers/rate.py", "polars", data], ONE_THREAD)
        engines["openfisca"] = (peers, ["peers/rate.py", "openfisca", data], {})
    else:
        print("left out: Polars and OpenFisca; `make bench` sets them up", file=sys.stderr)
    found: dict[str, dict[str, object]] = {}
    for _ in range(ROUNDS):
        for name, (python, arguments, variables) in engines.items():
            told = _run(python, arguments, variables)
            if name not in found or _number(told, "seconds") < _number(found[name], "seconds"):
                found[name] = told
    return found


def _run(python: Path, arguments: list[str], variables: dict[str, str]) -> dict[str, object]:
    command = [str(python), "-W", "ignore", str(HERE / arguments[0]), *arguments[1:]]
    paths = os.pathsep.join([str(HERE), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]).strip(os.pathsep)
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths, **variables}
    )
    return dict(json.loads(done.stdout))


def _ratios(found: dict[str, dict[str, object]]) -> dict[str, object]:
    ours = found["ours"]
    exact = all(ours[key] == 0 for key in ("differing_totals", "differing_grades", "differing_codes"))
    ratios = {"peak_over_data": ours["peak_over_data"], "is_exact": exact}
    if "polars" not in found:
        return ratios
    polars, single = _number(found["polars"], "seconds"), _number(found["polars_one_thread"], "seconds")
    return {
        "ratio_to_polars": _number(found["ours_all_cores"], "seconds") / polars,
        "ratio_to_polars_by_way": {
            way: _number(found["ours_all_cores"], "seconds") / told for way, told in _ways(found)
        },
        "ratio_to_polars_one_thread_each": _number(ours, "seconds") / single,
        "ratio_to_polars_cpu_seconds": _number(ours, "cpu_seconds") / _number(found["polars"], "cpu_seconds"),
        "ratio_to_polars_without_numba": _number(found["ours_without_numba"], "seconds") / polars,
        **ratios,
    }


def _ways(found: dict[str, dict[str, object]]) -> list[tuple[str, float]]:
    ways = found["polars"]["ways"]
    return [(way, float(told)) for way, told in ways.items()] if isinstance(ways, dict) else []


def _number(figures: dict[str, object], key: str) -> float:
    return float(str(figures[key]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
