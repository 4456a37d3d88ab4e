"""The versions that engines were seen to work in still work together: the day the resolver drifts, this fails."""

from importlib.metadata import PackageNotFoundError, version

import ibis
import pyarrow as pa
import pytest

AT_MOST = {"duckdb": (2,), "sqlglot": (30, 18), "pandas": (3,), "ibis-framework": (13,)}


def release(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version(package).split(".")[:3] if part.isdigit())


@pytest.mark.parametrize("package", AT_MOST)
def test_an_installed_version_is_below_the_one_that_breaks(package: str) -> None:
    assert release(package) < AT_MOST[package]


def test_spark_is_the_line_that_ibis_takes() -> None:
    try:
        found = release("pyspark")
    except PackageNotFoundError:
        pytest.skip("requirements/spark.txt is not installed")
    assert found == (4, 0, 5)


def test_what_breaks_first_works() -> None:
    """Tables from memory, Arrow out, a window: with duckdb 2 or sqlglot 30.18 one of these fails."""
    connection = ibis.duckdb.connect()
    table = connection.create_table("made", ibis.memtable(pa.table({"a": [1, 1, 2], "b": [3, 4, 5]})), temp=True)
    window = ibis.window(group_by="a", order_by=ibis.desc("b"))
    ranked = table.mutate(place=ibis.row_number().over(window)).order_by("b")
    assert connection.to_pyarrow(ranked).to_pydict() == {"a": [1, 1, 2], "b": [3, 4, 5], "place": [1, 0, 0]}
    connection.disconnect()
