"""Tables and views of databases come in by a mapping as files do: SQLite, and PostgreSQL where one can be started."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.postgres import running_server
from tests.services import files
from tests.services.test_mappings import write_mapping
from tests.sources.test_mapped import HEAD

from huoju.core.errors import NothingFound, RefusedDelivery
from huoju.services.deliveries import undo_delivery
from huoju.services.home import Home, owner, store_of
from huoju.services.import_delivery import Receipt, import_folder

pytestmark = [pytest.mark.slow]  # starts a process that loads Ibis for each table

LAYOUT = """
  companies:
    namespace: made
    columns:
      id: {name: identifier, kind: text, required: true}
      capital: {variable: registered_capital, unit: 万元}
      founded: {variable: founded_on}
      shops: {variable: online_shops}
      told_at: {name: told_on, kind: day}
    known: told_on
"""
ROWS = [("A1", "100.5", "2015-03-01", 3, "2024-01-02 10:00:00"), ("A2", "7", "2016-02-29", None, "2024-01-02 23:30:00")]


def mapping(folder: Path, table: str) -> str:
    return str(write_mapping(folder, f"table: {table}\n" + HEAD + LAYOUT, "made_companies"))


def take(home: Home, source: str, place: str) -> tuple[list[Receipt], list[RefusedDelivery]]:
    return import_folder(home=home, who=owner(), source=source, path=place, known=None, today=files.TODAY)


def claims(home: Home) -> set[tuple[str, str, int, str]]:
    return {
        (row["entity"], row["variable"], row["number"], str(row["known"])) for row in store_of(home).facts().to_pylist()
    }


EXPECTED = {
    ("made:A1", "registered_capital", 100_500_000, "2024-01-02"),
    ("made:A1", "founded_on", 16_495, "2024-01-02"),
    ("made:A1", "online_shops", 3, "2024-01-02"),
    ("made:A2", "registered_capital", 7_000_000, "2024-01-02"),
    ("made:A2", "founded_on", 16_860, "2024-01-02"),
}


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    path = tmp_path / "office.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE companies (id TEXT, capital NUMERIC, founded TEXT, shops INTEGER, told_at TEXT)"
        )
        connection.executemany("INSERT INTO companies VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.execute("CREATE VIEW open_companies AS SELECT * FROM companies WHERE shops IS NOT NULL")
        endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
        connection.execute(f"CREATE VIEW endless AS {endless}")
        connection.commit()
    return path


def test_a_table_of_sqlite_comes_in_and_again_changes_nothing(home: Home, tmp_path: Path, sqlite: Path) -> None:
    source = mapping(tmp_path, "companies")
    receipts, refusals = take(home, source, str(sqlite))
    assert refusals == []
    assert (receipts[0].file, receipts[0].rows) == ("office.db.companies.parquet", 2)
    assert claims(home) == EXPECTED
    with closing(sqlite3.connect(sqlite)) as connection:  # the same rows in another order are the same delivery
        connection.execute("DELETE FROM companies")
        connection.executemany("INSERT INTO companies VALUES (?, ?, ?, ?, ?)", ROWS[::-1])
        connection.commit()
    assert take(home, "made_companies", f"sqlite://{sqlite}")[0][0].already


def test_a_table_is_undone_by_the_name_of_its_database(home: Home, tmp_path: Path, sqlite: Path) -> None:
    take(home, mapping(tmp_path, "companies"), str(sqlite))
    undone = undo_delivery(home=home, who=owner(), delivery=str(sqlite), today=files.TODAY)
    assert (undone.file, undone.state) == ("office.db.companies.parquet", "undone")


def test_a_view_comes_in_and_what_is_not_there_is_said(home: Home, tmp_path: Path, sqlite: Path) -> None:
    receipts, _ = take(home, mapping(tmp_path, "open_companies"), str(sqlite))
    assert receipts[0].rows == 1
    _, refusals = take(home, mapping(tmp_path / "b", "rumours"), str(sqlite))
    assert [finding.code for refusal in refusals for finding in refusal.findings] == ["database-without-table"]
    assert "companies" in str(refusals[0].findings[0].data["known"])
    with pytest.raises(NothingFound):
        take(home, mapping(tmp_path / "c", "companies"), str(tmp_path / "none.db"))


def test_a_view_without_end_is_stopped(tmp_path: Path, sqlite: Path) -> None:
    from huoju.sources import Limits
    from huoju.sources.database import take_table

    with pytest.raises(RefusedDelivery) as refusal:
        take_table(str(sqlite), "endless", tmp_path, Limits(seconds=5, memory=1 << 30))
    assert refusal.value.findings[0].code in {"file-takes-too-long", "file-needs-too-much-memory", "file-kills-parser"}


def test_a_password_is_never_said(home: Home, tmp_path: Path) -> None:
    source = mapping(tmp_path, "companies")
    _, refusals = take(home, source, "postgres://somebody:secret-word@127.0.0.1:9/office")
    assert [finding.code for refusal in refusals for finding in refusal.findings] == ["database-not-reached"]
    assert "secret-word" not in repr(refusals[0].findings) + str(refusals[0])


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Give the address of a server that was started for this module, or skip."""
    yield from running_server()


def test_tables_and_views_of_postgresql_come_in(home: Home, tmp_path: Path, postgres: str) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE companies (id text, capital numeric(18,4), founded date, shops int, told_at timestamptz)"
        )
        for name, capital, founded, shops, told in ROWS:
            values = (name, capital, founded, shops, f"{told}+08:00")
            connection.execute("INSERT INTO companies VALUES (%s, %s, %s, %s, %s)", values)
        connection.execute("CREATE VIEW old_companies AS SELECT * FROM companies WHERE shops IS NULL")
    for table, rows in (("companies", 2), ("old_companies", 1)):
        receipts, refusals = take(home, mapping(tmp_path / table, table), postgres)
        assert refusals == []
        assert receipts[0].rows == rows
        assert claims(home) == EXPECTED
