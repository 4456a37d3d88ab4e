"""Names taken apart and codes checked: how fast, and how many parts right, beside the peers in the same run.

    python benchmarks/names.py [--peers /path/to/python/of/the/bench/environment]

Names and codes: ../shared/data/names/registered_220k.parquet; labels: names_labels.csv beside this file, whose head
says how they were made. Set 3 was never used for tuning. Speeds are of one thread, the best of five, by processor
time (other loads do not count) and by the clock. Peers need requirements/bench.txt; they get and give files.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measured import peers_python

from huoju.core.uscc import ALPHABET, are_valid, are_valid_inside
from huoju.fusion.codes import decode_codes, repairs
from huoju.fusion.gazetteer import region_names, short_form
from huoju.fusion.parsing import parse_names

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared/data/names/registered_220k.parquet"
PARTS = ("region", "brand", "trade", "form", "branch")
_KIND_OF_PLACE = re.compile(
    "省|市|县|区|州|自治|满族|地区|地"
)  # the parser gives short forms, the labels what is written
PEER = """
import json, sys, time
asked = json.load(open(sys.argv[1], encoding="utf-8"))
from stdnum.cn import uscc
start = time.process_time()
valid = [uscc.is_valid(code) for code in asked["codes"]]
code_s = time.process_time() - start
import companynameparser
companynameparser.parse("苏州澄芯科技有限公司")
start = time.process_time()
names = [companynameparser.parse(name) for name in asked["names"]]
found = {"valid": valid, "code_s": code_s, "names": names, "name_s": time.process_time() - start}
json.dump(found, open(sys.argv[2], "w"))
"""


def main() -> None:
    """Measure and print JSON."""
    if not DATA.exists():
        print(f"skipped: the real names are not there ({DATA.parent.name}/{DATA.name})", file=sys.stderr)
        raise SystemExit(0)
    table = pq.read_table(DATA, columns=["name", "uscc"])
    names, codes = table["name"], table["uscc"]
    million = pa.chunked_array([chunk for _ in range(5) for chunk in codes.chunks])
    parse_names(names[:100])
    results: dict[str, object] = {
        "names": len(names),
        "names_per_s": _speed(lambda: parse_names(names), len(names)),
        "codes": len(million),
        "codes_per_s": _speed(lambda: are_valid(million), len(million)),
        "inner_checks_per_s": _speed(lambda: are_valid_inside(million), len(million)),
        "codes_decoded_per_s": _speed(lambda: decode_codes(codes), len(codes)),
        "valid": int(are_valid(codes).sum()),
        "inner_holds_of_valid": round(float(are_valid_inside(codes)[are_valid(codes)].mean()), 6),
        "parts_right": {f"set {number}": parts_right(names, number) for number in (1, 2, 3)},
        "places": places_right(pq.read_table(DATA, columns=["name", "province"])),
        "brand_right_on_companynameparser_500": brands_right(DATA.with_name("companynameparser_500.txt")),
        "repair": repaired(codes.to_pylist()),
    }
    peers = peers_python()
    results["peers"] = "left out: no environment of peers" if peers is None else beside_peers(str(peers), names, codes)
    results["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(results, ensure_ascii=False, indent=2))


def _speed(work: Callable[[], object], count: int) -> dict[str, int]:
    processor, clock = [], []
    for _ in range(5):
        start, at = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - at)
    return {"by_processor": round(count / min(processor)), "by_clock": round(count / min(clock))}


def labels(number: int) -> list[tuple[int, list[str]]]:
    """Return row and spans of the labelled names of a set."""
    with (HERE / "names_labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(line for line in file if not line.startswith("#")))[1:]
    return [(int(row[1]), row[2:]) for row in rows if int(row[0]) == number]


def right_parts(folded: str, spans: list[str]) -> dict[str, str]:
    """Return the parts of a folded name by its labelled spans."""
    pieces = [folded[slice(*map(int, span.split("-")))] if span else "" for span in spans]
    return dict(zip(PARTS, pieces, strict=True))


def parts_right(names: pa.ChunkedArray, number: int) -> dict[str, float]:
    """Return the share of parts that are exactly as labelled; places are compared without what kind they are."""
    known = labels(number)
    rows = parse_names(names.take(pa.array([row for row, _ in known]))).to_pylist()
    right = dict.fromkeys(PARTS, 0)
    whole = 0
    for (_, spans), row in zip(known, rows, strict=True):
        wanted = right_parts(row["folded"], spans)
        same = {part: row[part] == wanted[part] for part in PARTS}
        same["region"] = _KIND_OF_PLACE.sub("", row["region"]) == _KIND_OF_PLACE.sub("", wanted["region"])
        right = {part: right[part] + same[part] for part in PARTS}
        whole += all(same.values())
    shares = {part: round(count / len(known), 4) for part, count in right.items()}
    every = round(sum(right.values()) / len(known) / len(PARTS), 4)
    return {"names": len(known), "all_parts": every, "whole_names": round(whole / len(known), 4), **shares}


def places_right(table: pa.Table) -> dict[str, float]:
    """Return how many names of no branch say a place, and how many of those the province they are registered in."""
    provinces = {short_form(name): code // 10000 for code, name in region_names().items() if code % 10000 == 0}
    parsed = parse_names(table["name"])
    columns = (parsed["branch"].to_pylist(), parsed["region_codes"].to_pylist(), table["province"].to_pylist())
    rows = [
        (codes, provinces[place])
        for branch, codes, place in zip(*columns, strict=True)
        if not branch and place in provinces
    ]
    said = [(codes, province) for codes, province in rows if codes]
    right = sum(province in {code // 10000 for code in codes} for codes, province in said)
    return {"names": len(rows), "say_a_place": round(len(said) / len(rows), 4), "right": round(right / len(said), 5)}


def brands_right(path: Path) -> dict[str, float]:
    """Return the share of brands as that list has them: names as people type them, by rules of its own."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    brands = parse_names(pa.array([line[0] for line in lines]))["brand"].to_pylist()
    right = [brand == (line[1] if len(line) > 1 else "") for brand, line in zip(brands, lines, strict=True)]
    return {"names": len(lines), "brand": round(float(np.mean(right)), 4)}


def repaired(codes: list[str]) -> dict[str, float]:
    """Return how often the right code is suggested first for one wrong character or one swap of neighbours."""
    rng = np.random.default_rng(7)
    register = set(codes)
    right = [codes[int(row)] for row in rng.integers(0, len(codes), 4000)]
    first = {"with_register": 0, "without": 0}
    suggested = 0
    for code in right:
        written = _mistyped(code, rng)
        alone = repairs(written)
        suggested += len(alone)
        first["without"] += bool(alone) and alone[0].code == code
        among = repairs(written, register)
        first["with_register"] += bool(among) and among[0].code == code
    shares = {f"right_first_{kind}": round(count / len(right), 4) for kind, count in first.items()}
    return {"codes": len(right), **shares, "mean_suggestions": round(suggested / len(right), 2)}


def _mistyped(code: str, rng: np.random.Generator) -> str:
    while True:
        place = int(rng.integers(0, 17))
        if rng.random() < 0.5:
            written = code[:place] + ALPHABET[int(rng.integers(31))] + code[place + 1 :]
        else:
            written = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if written != code:
            return written


def beside_peers(python: str, names: pa.ChunkedArray, codes: pa.ChunkedArray) -> dict[str, object]:
    """Run python-stdnum on 50,000 codes and companynameparser on set 3, in their environment."""
    known = labels(3)
    some = names.take(pa.array([row for row, _ in known])).to_pylist()
    ours = parse_names(pa.array(some)).to_pylist()
    with tempfile.TemporaryDirectory() as folder:
        given, got, script = (Path(folder, name) for name in ("given.json", "got.json", "peer.py"))
        script.write_text(PEER, encoding="utf-8")
        given.write_text(json.dumps({"codes": codes[:50_000].to_pylist(), "names": some}), encoding="utf-8")
        subprocess.run([python, str(script), str(given), str(got)], check=True, capture_output=True)
        found = json.loads(got.read_text(encoding="utf-8"))
    wanted = [right_parts(row["folded"], spans) for row, (_, spans) in zip(ours, known, strict=True)]
    pairs = list(zip(found["names"], wanted, strict=True))
    return {
        "stdnum_codes_per_s": round(50_000 / found["code_s"]),
        "stdnum_disagrees": int((are_valid(codes[:50_000]) != np.array(found["valid"])).sum()),
        "companynameparser_names_per_s": round(len(some) / found["name_s"], 1),
        "companynameparser_brand_right": round(float(np.mean([p["brand"] == w["brand"] for p, w in pairs])), 4),
        "companynameparser_trade_right": round(float(np.mean([p["trade"] == w["trade"] for p, w in pairs])), 4),
    }


if __name__ == "__main__":
    main()
