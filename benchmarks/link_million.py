"""1,000,000 records, 500,000 x 500,000: ours with names taken apart, beside Splink 5 with names already apart; JSON.

The names are recombined: region, city and address of one real registration, 字号 of a second, 行业 of a third, form of
a fourth, the day of founding of a fifth, each drawn with replacement from the given list; codes are new and valid.
Then the first recipe of link_recipe.py is laid over them. The rate of homonyms is told beside scale.md 1.2 (9.7 %).
Also: one record against the register of 1,000,000, and the same delivery in 10 random splits.
``--size N``, records a list (50,000; the promise is measured with 500,000) ``--no-peer`` ``--keep DIR`` (lists are
made once and kept there).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from link import HERE, _quality, _rates, best_by_right, with_parts
from link_recipe import ALPHABET, Benchmark, Recipe, make_benchmark, registered
from measured import peak_mb, peers_python

from huoju.fusion.blocking import build_index
from huoju.fusion.linker import fit_linker, fit_with_index
from huoju.fusion.parsing import parse_names
from huoju.fusion.reading_links import read_links
from huoju.fusion.records import prepare

SEED = 5
ASKED, SPLITS = 500, 10


def main() -> None:
    """Print one JSON object."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--size", type=int, default=50_000)
    asked.add_argument("--no-peer", action="store_true")
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = options.keep or Path(place)
        made, homonyms = _made(folder, options.size)
        told: dict[str, object] = {
            "benchmark": f"linking {options.size:,} x {options.size:,}, names recombined",
            "rows": [made.left.num_rows, made.right.num_rows],
            "share of firms whose brand and trade another has (scale.md 1.2: .097)": homonyms,
        }
        told["huoju, names taken apart in the time"] = _child("batch", folder) | _quality(
            made, pq.read_table(folder / "links.parquet")
        )
        told["one record against all"] = _child("single", folder)
        told["10 random splits"] = _child("splits", folder)
        peer = peers_python()
        if peer and not options.no_peer:
            told["splink, names taken apart beforehand"] = _splink(peer, made, folder)
        else:
            told["splink"] = "left out: no environment with requirements/bench.txt; `make bench` makes one"
    print(json.dumps(told, indent=1, ensure_ascii=False))


def _made(folder: Path, size: int) -> tuple[Benchmark, float]:
    files = {side: folder / f"{side}.parquet" for side in ("left", "right", "truth")}
    if not files["truth"].exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = make_benchmark(size, SEED, Recipe(), recombined(2 * size))
        truth = pa.table({"label": pa.array(made.label, pa.string()), "parent": pa.array(made.parent, pa.string())})
        for side, table in (("left", made.left), ("right", made.right), ("truth", truth)):
            pq.write_table(table, files[side])
    left, right, truth = (pq.read_table(files[side]) for side in ("left", "right", "truth"))
    cores = pc.value_counts(parse_names(left["name"])["core"])
    counts = pc.struct_field(cores, [1]).to_numpy()
    made = Benchmark(left, right, truth["label"].to_pylist(), truth["parent"].to_pylist(), {})
    return made, float(counts[counts > 1].sum() / left.num_rows)


def recombined(n: int) -> pa.Table:
    """Return ``n`` and some more registrations made of the parts of real ones."""
    rng = np.random.default_rng(SEED)
    real = registered()
    forms = pc.match_substring_regex(real["name"], "(有限公司|有限责任公司|股份有限公司)$")
    real = real.filter(pc.and_(forms, pc.equal(pc.utf8_length(real["uscc"]), 18))).combine_chunks()
    parts = parse_names(real["name"]).combine_chunks()
    region = pc.struct_field(pc.extract_regex(real["name"], r"^(?P<r>\p{Han}{2,3}省?\p{Han}{0,3}[市县区]?)"), [0])
    head = [
        name[: max(0, folded.find(core))] if core and core in folded else (r or "")
        for name, folded, core, r in zip(
            *(c.to_pylist() for c in (real["name"], parts["folded"], parts["core"], region)), strict=True
        )
    ]
    many = n + n // 10
    place, brand, trade, form, day = (rng.integers(0, len(real), many) for _ in range(5))
    written = [pa.array(head).take(pa.array(place))]
    written += [
        parts[c].combine_chunks().take(pa.array(rows))
        for c, rows in (("brand", brand), ("trade", trade), ("form", form))
    ]
    address = real["address"].combine_chunks().take(pa.array(place))
    room = pa.array(rng.integers(1, 3000, many)).cast(pa.string())
    return pa.table(
        {
            "name": pc.binary_join_element_wise(*written, ""),
            "uscc": new_codes(rng, many),
            "founded": real["founded"].combine_chunks().take(pa.array(day)),
            "province": real["province"].combine_chunks().take(pa.array(place)),
            "city": real["city"].combine_chunks().take(pa.array(place)),
            "address": pc.binary_join_element_wise(address, room, "室", ""),
        }
    )


def new_codes(rng: np.random.Generator, n: int) -> pa.Array:
    """Return codes with right check characters; the odd repeat is dropped later."""
    digits = rng.integers(0, 10, (n, 6))
    body = np.concatenate(
        [np.tile([9, 1], (n, 1)), digits, np.tile([ALPHABET.index("M"), 10], (n, 1)), rng.integers(0, 31, (n, 7))],
        axis=1,
    )
    weights = np.array([pow(3, place, 31) for place in range(17)])
    whole = np.concatenate([body, (-(body @ weights) % 31)[:, None]], axis=1)
    letters = np.frombuffer(ALPHABET.encode(), np.uint8)[whole]
    return pa.array([row.tobytes().decode() for row in letters])


def _child(what: str, folder: Path) -> dict[str, object]:
    run = [sys.executable, __file__, "--child", what, str(folder)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def batch(folder: Path) -> dict[str, object]:
    """Link both lists, names taken apart in the time."""
    start = time.perf_counter()
    left, right = (prepare(pq.read_table(folder / f"{side}.parquet")) for side in ("left", "right"))
    prepared = time.perf_counter() - start
    linker, index = fit_with_index(left, right)
    fitted = time.perf_counter() - start
    links = read_links(linker.pairs(left, right, index))
    seconds = time.perf_counter() - start
    pq.write_table(links, folder / "links.parquet")
    return {
        "seconds": seconds,
        "names apart": prepared,
        "fitting": fitted - prepared,
        "cpu seconds": time.process_time(),
        "peak_mb": peak_mb(),
    }


def single(folder: Path) -> dict[str, object]:
    """Ask for single records against a register of both lists together."""
    table = pa.concat_tables(pq.read_table(folder / f"{side}.parquet") for side in ("left", "right"))
    register = prepare(table)
    linker = fit_linker(register, register.rows(0, 0))
    start = time.perf_counter()
    index, _ = build_index(register, linker.frozen)
    built = time.perf_counter() - start
    rows = np.random.default_rng(1).integers(0, len(table), ASKED)
    linker.pairs(register, prepare(table.slice(0, 1)), index)
    took, busy = [], []
    for row in rows:
        record = table.slice(int(row), 1)
        start, processor = time.perf_counter(), time.process_time()
        read_links(linker.pairs(register, prepare(record), index))
        took.append((time.perf_counter() - start) * 1000)
        busy.append((time.process_time() - processor) * 1000)
    p50, p95, p99 = np.percentile(took, [50, 95, 99])
    return {
        "register": len(table),
        "asked": ASKED,
        "index built in": built,
        "ms p50": p50,
        "ms p95": p95,
        "ms p99": p99,
        "ms of processor p95": float(np.percentile(busy, 95)),
    }


def splits(folder: Path) -> dict[str, object]:
    """Link 20,000 records of the right list against 100,000 of the left, whole and in 10 random splits."""
    left = prepare(pq.read_table(folder / "left.parquet").slice(0, 100_000))
    table = pq.read_table(folder / "right.parquet").slice(0, 20_000)
    linker, index = fit_with_index(left, prepare(table))
    whole = read_links(linker.pairs(left, prepare(table), index))
    rng = np.random.default_rng(2)
    equal = 0
    for _ in range(SPLITS):
        part = rng.integers(0, int(rng.integers(2, 40)), len(table))
        pairs = [
            linker.pairs(left, prepare(table.filter(pa.array(part == p))), index)
            for p in rng.permutation(part.max() + 1)
        ]
        equal += read_links(pa.concat_tables(pairs)).equals(whole)
    return {"splits": SPLITS, "equal to the whole": equal, "links": len(whole)}


def _splink(python: Path, made: Benchmark, folder: Path) -> dict[str, object]:
    for side, table in (("left", made.left), ("right", made.right)):
        pq.write_table(with_parts(table), folder / f"{side}_parts.parquet")
    files = [str(folder / name) for name in ("left_parts.parquet", "right_parts.parquet", "pairs.parquet")]
    done = subprocess.run(
        [str(python), str(HERE / "peers" / "splink_link.py"), "million", *files],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]}
    best = best_by_right(pq.read_table(folder / "pairs.parquet"))
    figures: dict[str, object] = dict(json.loads(done.stdout.strip().splitlines()[-1]))
    figures["best per B, p >= .5"] = _rates(made, {b: a for b, (a, p) in best.items() if p >= 0.5})
    return figures


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps({"batch": batch, "single": single, "splits": splits}[sys.argv[2]](Path(sys.argv[3]))))
    else:
        main()
