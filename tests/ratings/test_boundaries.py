"""Nobody who stands exactly on a threshold of growth lies in the wrong band; in floats a quarter and a third do."""

import importlib.util
from pathlib import Path
from types import ModuleType

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "rate_boundaries.py"


def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rate_boundaries", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nobody_on_a_threshold_of_growth_lies_in_the_wrong_band(deep: bool) -> None:
    rows = 200_000 if deep else 10_000
    for name, found in benchmark().audit(rows).items():
        assert found["exactly_on_threshold_of_1000"] == 1000, name
        assert found["ours_in_the_wrong_band"] == 0, name
        assert found["floats_in_the_wrong_band"] > rows / 5, name
