"""Names of a public register, cut by hand: the share of parts that the parser finds."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data/names/registered_220k.parquet"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_names", ROOT / "benchmarks/names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.append(str(ROOT / "benchmarks"))  # where the script finds its neighbours
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop()
    return module


@pytest.mark.real
@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data/names")
@pytest.mark.parametrize(("number", "names"), [(1, 340), (2, 320), (3, 309)])
def test_98_of_100_parts_are_as_cut_by_hand(benchmark: ModuleType, number: int, names: int) -> None:
    right = benchmark.parts_right(pq.read_table(DATA, columns=["name"])["name"], number)
    assert right["names"] == names
    assert right["all_parts"] >= 0.98
    assert right["branch"] == right["form"] == 1
