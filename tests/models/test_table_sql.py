"""The points table as SQL gives what the table gives, in DuckDB and in PostgreSQL, on every edge and unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.models.made_tables import made_table, made_values
from tests.postgres import running_server

from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.default_risk.table_sql import part_columns, to_sql

FULL, SHARE = 1_000_000, 20_000


def in_duckdb(table: PointsTable, values: np.ndarray) -> pa.Table:
    """Return the view over values, of which every other unknown is NULL and the others NaN."""
    null = np.isnan(values) & (np.arange(len(values)) % 2 == 0)[:, None]
    columns = [pa.array(column, mask=mask) for column, mask in zip(values.T, null.T, strict=True)]
    with duckdb.connect() as connection:
        given = pa.table([pa.array(np.arange(len(values))), *columns], names=["id", *table.names])
        connection.register("inputs", given)
        connection.execute(to_sql(table))
        return connection.execute("SELECT * FROM scores ORDER BY id").to_arrow_table()


def check(table: PointsTable, values: np.ndarray, told: pa.Table) -> None:
    assert told.column_names == ["id", *part_columns(table), "score", "default_probability"]
    assert told.num_rows == len(values)
    addends = table.addends(values)
    for place, column in enumerate(part_columns(table)):
        assert (told[column].to_numpy() == addends[:, place]).all(), column
    assert (told["score"].to_numpy() == table.score(values)).all()
    assert np.abs(told["default_probability"].to_numpy() - table.probability(values)).max() <= 1e-9


def test_duckdb_gives_the_same_points_and_probability(deep: bool) -> None:
    table = made_table(5, inputs=34, bins=12, pairs=4)
    values = made_values(table, FULL if deep else SHARE)
    check(table, values, in_duckdb(table, values))


@settings(max_examples=25)
@given(some.integers(0, 10_000))
def test_any_table_gives_the_same(seed: int) -> None:
    table = made_table(seed, inputs=1 + seed % 4, bins=1 + seed % 5, pairs=seed % 3 if seed % 4 else 0)
    values = made_values(table, 60, seed)
    check(table, values, in_duckdb(table, values))


def test_scores_end_at_both_ends_of_the_scale() -> None:
    part = Binned("one", "growth", 1, 0, np.array([0.0]), np.array([-30.0, 30.0, 0.0]), -30.0, 30.0)
    values = np.array([[-1.0], [1.0], [np.nan]])
    table = PointsTable("columns", 0.0, (part,))
    assert table.score(values)[:2].tolist() == [1000, 0]
    check(table, values, in_duckdb(table, values))


AWKWARD = ('a "quoted" name', "资产负债率", "Select", "x; DROP TABLE inputs; --", "很" * 20)


def named(table: PointsTable) -> PointsTable:
    inputs = tuple(replace(part, name=name) for part, name in zip(table.inputs, AWKWARD, strict=True))
    return replace(table, inputs=inputs)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def test_names_are_as_written() -> None:
    table = named(made_table(2))
    values = made_values(table, 50)
    check(table, values, in_duckdb(table, values))
    assert all(len(column.encode()) <= 63 for column in part_columns(table))


def test_whole_numbers_and_decimals_are_read_as_the_table_reads_them() -> None:
    edge = 0.1 + 0.2  # just above 0.3
    part = Binned("one", "growth", 1, 0, np.array([0.3, edge]), np.array([0.0, 0.5, 1.0, 2.0]), 0.0, 1.0)
    table = PointsTable("columns", -3.0, (part,))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE inputs AS SELECT 1 AS id, 0.3 AS one UNION ALL SELECT 2, 0.30000000000000001")
        connection.execute(to_sql(table))
        told = connection.execute("SELECT one_points FROM scores").fetchall()
    assert told == [(0,), (0,)]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    yield from running_server()


@pytest.mark.slow  # starts a PostgreSQL server
@pytest.mark.parametrize("awkward", [False, True], ids=["large", "awkward names"])
def test_postgresql_gives_the_same_points_and_probability(postgres: str, deep: bool, awkward: bool) -> None:
    import psycopg

    table = named(made_table(2)) if awkward else made_table(5, inputs=34, bins=12, pairs=4)
    values = made_values(table, 100 if awkward else FULL if deep else SHARE)
    typed = ["id int", *(quoted(name) + " double precision" for name in table.names)]
    with psycopg.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE inputs ({', '.join(typed)})".encode())
        with cursor.copy("COPY inputs FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", *["float8"] * len(table.names)])
            for place, row in enumerate(values.tolist()):
                # every other unknown is NULL, the others NaN
                copy.write_row([place, *(None if np.isnan(each) and place % 2 else each for each in row)])
        cursor.execute(to_sql(table).encode())
        cursor.execute("SELECT * FROM scores ORDER BY id")
        names_told = [column.name for column in cursor.description or ()]
        told = dict(zip(names_told, zip(*cursor.fetchall(), strict=True), strict=True))
    check(table, values, pa.table({name: pa.array(column) for name, column in told.items()}))
