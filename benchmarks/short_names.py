"""Short names to legal ones: recall at 1 and 5 among 200,000 registered names, ours beside character TF-IDF.

    python benchmarks/short_names.py [--distractors 200000] [--folds 5]

Pairs: ../shared/data/names/szse_short_full_half.csv.gz, distractors: registered_220k.parquet. Weights are fitted on
four fifths of the pairs and measured on the other fifth; ideas are left out one by one. Prints JSON.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from huoju.fusion.folding import fold
from huoju.fusion.short_names import FEATURES, PRIOR, ShortNames, clean_short, fit

DATA = Path(__file__).parents[2] / "shared/data/names"
IDEAS = {
    "all": (),
    "no joint_stock": ("joint_stock",),
    "nothing of the form": ("joint_stock", "form_said"),
    "letters and joint_stock only": tuple(
        name for name in FEATURES if name not in ("overlap", "rare_letters", "rare_pairs", "joint_stock")
    ),
    "no alignment": ("in_order", "runs"),
    "no place in the name": ("begins_brand", "begins_name", "whole"),
    "no place letter": ("place_letter",),
    "no parts of the name": ("begins_brand", "brand_said", "core_said", "place_letter", "form_said", "joint_stock"),
    "letters only": tuple(name for name in FEATURES if name not in ("overlap", "rare_letters", "rare_pairs")),
}
Group = tuple[NDArray[np.float64], int, int]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--distractors", type=int, default=200_000)
    asked.add_argument("--folds", type=int, default=5)
    options = asked.parse_args()
    if not DATA.is_dir():
        print(f"skipped: the real names are not there ({DATA.name})", file=sys.stderr)
        raise SystemExit(0)
    with gzip.open(DATA / "szse_short_full_half.csv.gz", "rt", encoding="utf-8") as file:
        pairs = [(row["short"], row["full"]) for row in csv.DictReader(file)]
    legal = pq.read_table(DATA / "registered_220k.parquet", columns=["name"])["name"][: options.distractors].to_pylist()
    names = list(dict.fromkeys([*(full for _, full in pairs), *legal]))
    right = [names.index(full) for _, full in pairs]
    results: dict[str, object] = {"pairs": len(pairs), "names": len(names), "tfidf": tfidf(pairs, names, right)}
    start = time.perf_counter()
    index = ShortNames(pa.array(names))
    built = time.perf_counter() - start
    groups = [_group(index, short, row) for (short, _), row in zip(pairs, right, strict=True)]
    results["build_s"] = round(built, 1)
    results["ms_per_short_name"] = round((time.perf_counter() - start - built) / len(pairs) * 1000, 2)
    results["right_among_candidates"] = round(float(np.mean([right >= 0 for _, right, _ in groups])), 4)
    results["prior weights, nothing fitted"] = recalls([_rank(group, PRIOR) for group in groups])
    for idea, without in IDEAS.items():
        results[f"cross-validated, {idea}"] = cross_validated(groups, without, options.folds)
    results["weights"] = dict(zip(FEATURES, fit([g[:2] for g in groups if g[1] >= 0]).round(2).tolist(), strict=True))
    results["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(results, ensure_ascii=False, indent=2))


def tfidf(pairs: list[tuple[str, str]], names: list[str], right: list[int]) -> dict[str, float]:
    """Measure character TF-IDF of one and two letters, sublinear, on cleaned short names and folded legal ones."""
    start = time.perf_counter()
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, lowercase=False)
    matrix = vectors.fit_transform([fold(name) for name in names]).T.tocsr()
    asked = vectors.transform([clean_short(short) for short, _ in pairs])
    ranks = []
    for row, wanted in enumerate(right):
        score = (asked[row] @ matrix).toarray().ravel()
        ranks.append(int((score > score[wanted]).sum()) + int((score[:wanted] == score[wanted]).sum()))
    return {**recalls(ranks), "s": round(time.perf_counter() - start, 1)}


def _group(index: ShortNames, short: str, right: int) -> Group:
    cleaned = clean_short(short)
    rows, overlap = index.candidates(cleaned)
    place = np.flatnonzero(rows == right)
    return index.features(cleaned, rows, overlap), int(place[0]) if place.size else -1, len(rows)


def _rank(group: Group, weights: NDArray[np.float64]) -> int:
    values, right, size = group
    if right < 0:
        return size
    score = values @ weights
    return int((score > score[right]).sum()) + int((score[:right] == score[right]).sum())


def cross_validated(groups: list[Group], without: tuple[str, ...], folds: int) -> dict[str, float]:
    """Fit on all folds but one, rank on that one; features named in ``without`` are put to 0."""
    keep = np.array([name not in without for name in FEATURES], float)
    used = [(values * keep, right, size) for values, right, size in groups]
    fold_of = np.random.default_rng(0).permutation(len(used)) % folds
    ranks = []
    for number in range(folds):
        train = [g[:2] for g, at in zip(used, fold_of, strict=True) if at != number and g[1] >= 0]
        weights = fit(train)
        ranks += [_rank(g, weights) for g, at in zip(used, fold_of, strict=True) if at == number]
    return recalls(ranks)


def recalls(ranks: list[int]) -> dict[str, float]:
    """Return the shares of ranks that are first, and among the first five."""
    return {f"recall@{most}": round(float(np.mean(np.array(ranks) < most)), 4) for most in (1, 5)}


if __name__ == "__main__":
    main()
