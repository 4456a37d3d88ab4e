"""What an import writes is read by Spark as by DuckDB: same rows, same sums, to the fen."""

import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from huoju.services.home import opened, store_of


def has_java() -> bool:
    java = shutil.which("java")
    if java is None:
        return False
    return 'version "17' in subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr


pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,  # starts Spark
    pytest.mark.xdist_group("zone"),
    pytest.mark.skipif(not has_java(), reason="Java 17 is not installed"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="requirements/spark.txt is not installed"),
    pytest.mark.filterwarnings("ignore"),
]

WINNERS = """
    select entity, count(*) as invoices, sum(amount) as fen from (
        select *, row_number() over (partition by entity, key order by known desc, source, delivery, record) as place
        from {table} where known <= date '2024-06-30') as claims
    where place = 1 and voided = 0 group by entity order by entity
"""


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    bare = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.host": "127.0.0.1"}
    builder = SparkSession.builder.master("local[2]")
    for name, value in {**bare, "spark.driver.bindAddress": "127.0.0.1", "spark.driver.memory": "1g"}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_reads_what_an_import_wrote(spark: Any, zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        files = [str(file) for file in store_of(home).event_files("sales_invoice")]
    assert files
    spark.read.parquet(*files).createOrReplaceTempView("invoices")
    there = [tuple(row) for row in spark.sql(WINNERS.format(table="invoices")).collect()]
    here = duckdb.sql(WINNERS.format(table=f"read_parquet({files})")).fetchall()
    assert len(here) > 50
    assert there == here
