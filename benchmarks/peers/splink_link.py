"""Splink 5 on two prepared lists, in an environment of its own (requirements/bench.txt); meets ours by files.

``python splink_link.py textbook|components|million left.parquet right.parquet pairs.parquet``; one JSON line on stdout.
The settings are those of scale.md 1.5: textbook on raw columns, or with the parts of names that ours took apart;
``million`` has five blocks instead of eight.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_FEW = [
    block_on("folded"),
    block_on("core"),
    block_on("uscc"),
    block_on("legal_rep", "city"),
    block_on("head", "city"),
]
_ALL = [*_FEW, block_on("legal_rep", "head"), block_on("head", "last_four"), block_on("address")]


def main() -> None:
    """Train, predict, write the pairs, and tell seconds and peak memory."""
    mode, left, right, out = sys.argv[1:5]
    logging.disable(logging.WARNING)
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute("set threads=2; set preserve_insertion_order=false")
    tables = [pq.read_table(path).rename_columns({"id": "unique_id"}) for path in (left, right)]
    api = DuckDBAPI(connection)
    frames = [
        api.register(table, table_name=name) for table, name in zip(tables, ("left_list", "right_list"), strict=True)
    ]
    linker = Linker(frames, _textbook() if mode == "textbook" else _components(few_blocks=mode == "million"))
    rules = ["l.name = r.name", "l.uscc = r.uscc"] if mode == "textbook" else ["l.folded = r.folded", "l.uscc = r.uscc"]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    same_name = block_on("name") if mode == "textbook" else block_on("core")
    linker.training.estimate_parameters_using_expectation_maximisation(same_name)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("legal_rep", "city"))
    trained = time.perf_counter() - start
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    columns = "unique_id_l, unique_id_r, match_probability"
    found = connection.execute(f"select {columns} from {predicted.physical_name}").to_arrow_table()
    pq.write_table(found, out)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - start,
                "training": trained,
                "cpu seconds": time.process_time(),
                "pairs": found.num_rows,
                "peak_mb": _peak_mb(),
            }
        )
    )


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _textbook() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("name", [0.92, 0.85, 0.75]),
            comparisons.ExactMatch("uscc"),
            comparisons.ExactMatch("legal_rep").configure(term_frequency_adjustments=True),
            comparisons.JaroWinklerAtThresholds("address", [0.92, 0.8]),
            comparisons.ExactMatch("city").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("founded"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name"),
            block_on("uscc"),
            block_on("legal_rep", "city"),
            block_on("substr(name, 1, 4)"),
            block_on("address"),
        ],
        retain_matching_columns=False,
    )


def _components(*, few_blocks: bool) -> SettingsCreator:
    same_branch = "branch_l = branch_r"
    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("folded"),
            _level("folded_l = folded_r", "full name"),
            _level(f"core_l = core_r and {same_branch}", "core"),
            _level(f"damerau_levenshtein(core_l, core_r) <= 1 and {same_branch}", "one error"),
            _level(f"(starts_with(core_l, core_r) or starts_with(core_r, core_l)) and {same_branch}", "prefix"),
            _level(f"head_l = head_r and jaro_winkler_similarity(core_l, core_r) > 0.8 and {same_branch}", "head, .8"),
            _level(f"head_l = head_r and jaro_winkler_similarity(core_l, core_r) > 0.7 and {same_branch}", "head, .7"),
            levels.ElseLevel(),
        ],
    )
    region = comparisons.CustomComparison(
        output_column_name="region",
        comparison_levels=[
            levels.NullLevel("region"),
            levels.ExactMatchLevel("region"),
            _level("contains(region_l, region_r) or contains(region_r, region_l)", "one contains the other"),
            levels.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            name,
            region,
            comparisons.DamerauLevenshteinAtThresholds("uscc", [1]),
            comparisons.ExactMatch("legal_rep").configure(term_frequency_adjustments=True),
            comparisons.JaroWinklerAtThresholds("address", [0.92, 0.8]),
            comparisons.ExactMatch("city").configure(term_frequency_adjustments=True),
            comparisons.ExactMatch("founded"),
        ],
        blocking_rules_to_generate_predictions=_FEW if few_blocks else _ALL,
        retain_matching_columns=False,
    )


def _level(sql: str, label: str) -> dict[str, str]:
    return {"sql_condition": sql, "label_for_charts": label}


if __name__ == "__main__":
    main()
