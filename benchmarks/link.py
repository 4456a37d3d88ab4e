"""Linking two lists: ours beside Splink 5 in one run, on the recipe of scale.md 1.4 and on a second one; JSON.

The peer runs in ``.venv-bench``, or in the Python that ``HUOJU_PEERS`` names; without one it is left out and said
so. Weights and settings were looked at on the tuning set only (first recipe, seed 11); figures are of others.
``--size N`` (20,000) ``--seeds K`` (3, first recipe; the second has as many).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from link_recipe import NAMES, SECOND, Benchmark, Recipe, make_benchmark
from measured import peak_mb, peers_python

from huoju.fusion.choosing import shares
from huoju.fusion.link_model import LinkModel
from huoju.fusion.linker import Linker, fit_linker, fit_with_index
from huoju.fusion.parsing import parse_names
from huoju.fusion.reading_links import IDENTITY, read_links
from huoju.fusion.records import prepare

TUNING_SEED, LABELS = 11, 500
THRESHOLDS = (0.01, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
HERE = Path(__file__).parent
Links = Mapping[str, str]


def main() -> None:
    """Print one JSON object."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--size", type=int, default=20_000)
    asked.add_argument("--seeds", type=int, default=3)
    options = asked.parse_args()
    labelled = _labelled_model(min(10_000, options.size))
    told: dict[str, object] = {
        "benchmark": "linking two lists",
        "names": "real registrations" if NAMES.exists() else "invented (sandbox)",
        "tuning": f"first recipe, seed {TUNING_SEED}",
    }
    for recipe in (Recipe(), SECOND):
        for seed in range(1, 1 + options.seeds):
            made = make_benchmark(options.size, seed, recipe)
            told[f"{recipe.name} recipe, seed {seed}"] = _one(made, labelled, with_peer=seed == 1)
    print(json.dumps(told, indent=1, ensure_ascii=False))


def _one(made: Benchmark, labelled: LinkModel, *, with_peer: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        pq.write_table(made.left, folder / "left.parquet")
        pq.write_table(made.right, folder / "right.parquet")
        found = {
            "rows": [made.left.num_rows, made.right.num_rows],
            "shares of operations": {name: round(share, 4) for name, share in made.shares.items()},
            "huoju, no labels": {**_ours(folder), **_quality(made, _read(folder))},
            f"huoju, {LABELS} labels of the tuning set": _quality(made, _with(made, labelled)),
            "huoju, no labels and no codes in either list": _quality(made, _without_codes(made)),
        }
        peer = peers_python()
        if with_peer and peer:
            for mode in ("textbook", "components"):
                found[f"splink {mode}, no labels"] = _splink(peer, mode, made, folder)
        elif with_peer:
            found["splink"] = "left out: no environment with requirements/bench.txt; `make bench` makes one"
    return found


def _ours(folder: Path) -> dict[str, float]:
    """Run ours in a process of its own, from the files to the links, and return seconds and peak memory."""
    run = [sys.executable, __file__, "--child", str(folder)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def child(folder: Path) -> None:
    """Link the lists of a folder with nothing but what they hold."""
    start = time.perf_counter()
    left, right = (prepare(pq.read_table(folder / f"{side}.parquet")) for side in ("left", "right"))
    prepared = time.perf_counter() - start
    linker, index = fit_with_index(left, right)
    fitted = time.perf_counter() - start
    links = read_links(linker.pairs(left, right, index))
    pq.write_table(links, folder / "links.parquet")
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {"seconds": seconds, "taking names apart": prepared, "fitting": fitted - prepared, "peak_mb": peak_mb()}
        )
    )


def _read(folder: Path) -> pa.Table:
    return pq.read_table(folder / "links.parquet")


def _labelled_model(size: int) -> LinkModel:
    """Return weights taught by the labels of the ``LABELS`` tuning pairs of which the plain model is least sure."""
    made = make_benchmark(size, TUNING_SEED)
    left, right = prepare(made.left), prepare(made.right)
    plain = fit_linker(left, right)
    pairs = plain.pairs(left, right)
    pairs = pairs.filter(pc.is_in(pairs["relation"], pa.array(IDENTITY)))
    rows = pairs["right_id"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int32)
    doubt = np.abs(shares(pairs["score"].to_numpy(), rows, np.zeros(len(rows), bool)) - 0.5)
    asked = pairs.take(pa.array(np.argsort(doubt, kind="stable")[:LABELS]))
    truth = dict(zip(made.right["id"].to_pylist(), made.label, strict=True))
    labels = {
        (one, other): truth[other] == one
        for one, other in zip(asked["left_id"].to_pylist(), asked["right_id"].to_pylist(), strict=True)
    }
    return fit_linker(left, right, labels=labels).model


def _with(made: Benchmark, model: LinkModel) -> pa.Table:
    left, right = prepare(made.left), prepare(made.right)
    linker = fit_linker(left, right, start=model)
    return read_links(linker.pairs(left, right))


def _without_codes(made: Benchmark) -> pa.Table:
    left, right = (prepare(table.drop_columns(["uscc"])) for table in (made.left, made.right))
    linker: Linker = fit_linker(left, right)
    return read_links(linker.pairs(left, right))


def _quality(made: Benchmark, links: pa.Table) -> dict[str, object]:
    rows = links.to_pylist()
    same = {row["right_id"]: row["left_id"] for row in rows if row["relation"] in IDENTITY}
    ids = made.right["id"].to_pylist()
    parents = {name: parent for name, parent in zip(ids, made.parent, strict=True) if parent is not None}
    branches = {row["right_id"]: row["left_id"] for row in rows if row["relation"] == "branch_of"}
    return {
        **_rates(made, same),
        "branches merged": sum(name in parents for name in same),
        "branches linked branch_of": sum(branches.get(n) == p for n, p in parents.items()) / max(1, len(parents)),
        "wrong branch_of": sum(parents.get(n) != p for n, p in branches.items()),
    }


def _rates(made: Benchmark, links: Links) -> dict[str, float]:
    truth = {n: label for n, label in zip(made.right["id"].to_pylist(), made.label, strict=True) if label is not None}
    right = sum(truth.get(name) == left for name, left in links.items())
    precision, recall = right / max(1, len(links)), right / len(truth)
    return {"P": precision, "R": recall, "F1": 2 * precision * recall / max(1e-9, precision + recall)}


def _splink(python: Path, mode: str, made: Benchmark, folder: Path) -> dict[str, object]:
    """Run the peer on the same rows; names are taken apart for it beforehand and that is not timed."""
    for side, table in (("left", made.left), ("right", made.right)):
        pq.write_table(table if mode == "textbook" else with_parts(table), folder / f"{side}_{mode}.parquet")
    files = [str(folder / name) for name in (f"left_{mode}.parquet", f"right_{mode}.parquet", "pairs.parquet")]
    done = subprocess.run(
        [str(python), str(HERE / "peers" / "splink_link.py"), mode, *files], check=False, capture_output=True, text=True
    )
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]}
    best = best_by_right(pq.read_table(folder / "pairs.parquet"))
    figures: dict[str, object] = dict(json.loads(done.stdout.strip().splitlines()[-1]))
    for name, at_least in (("best per B, p >= .5", 0.5), ("best per B, threshold tuned on the truth", None)):
        thresholds = THRESHOLDS if at_least is None else (at_least,)
        tried = [_rates(made, {b: a for b, (a, p) in best.items() if p >= t}) for t in thresholds]
        figures[name] = max(tried, key=lambda rates: rates["F1"])
    parents = {name for name, parent in zip(made.right["id"].to_pylist(), made.parent, strict=True) if parent}
    figures["branches merged"] = sum(b in parents and p >= 0.5 for b, (_, p) in best.items())
    return figures


def with_parts(table: pa.Table) -> pa.Table:
    """Return a list with the parts of names that Splink compares: folded, core, head, last_four, region, branch."""
    parts = parse_names(table["name"])
    core = parts["core"]
    columns = {
        "folded": parts["folded"],
        "core": pc.if_else(pc.equal(core, ""), None, core),
        "head": pc.if_else(pc.greater_equal(pc.utf8_length(core), 2), pc.utf8_slice_codeunits(core, 0, 2), None),
        "last_four": pc.utf8_slice_codeunits(parts["folded"], -4),
        "region": pc.if_else(pc.equal(parts["region"], ""), None, parts["region"]),
        "branch": parts["branch"],
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def best_by_right(pairs: pa.Table) -> dict[str, tuple[str, float]]:
    """Return for each right record its likeliest left one."""
    best: dict[str, tuple[str, float]] = {}
    columns = (pairs[name].to_pylist() for name in ("unique_id_l", "unique_id_r", "match_probability"))
    for one, other, p in zip(*columns, strict=True):
        left, right = (one, other) if str(one).startswith("A") else (other, one)
        if right not in best or p > best[right][1]:
            best[right] = (left, p)
    return best


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]))
    else:
        main()
