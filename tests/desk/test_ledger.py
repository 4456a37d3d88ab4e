"""The ledger: a chain in which every edit, insertion, removal, reordering and cut is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from huoju.desk.opening import close_desk, open_desk, transaction

BEGAN = datetime(2024, 7, 15, 9, 30, tzinfo=timezone(timedelta(hours=8)))
LENGTH = 12


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """Give an open desk whose ledger holds a dozen entries."""
    file = tmp_path / "huoju.sqlite"
    open_desk(file)
    write(LENGTH)
    yield file
    close_desk()


def write(count: int) -> None:
    from huoju.desk.ledger import append

    for place in range(count):
        with transaction():
            append(
                at=BEGAN + timedelta(minutes=place),
                account="owner",
                organisation="zone",
                action="read-profile",
                purpose="zone_service",
                subject=f"uscc:{place}",
                details={"snapshot": "ab", "中": place},
            )


def flaws(*heads: Any) -> list[tuple[int, str]]:
    from huoju.desk.ledger import verify

    return [(flaw.sequence, flaw.code) for flaw in verify(heads)]


def tamper(file: Path, *statements: str) -> None:
    """Do to the file what somebody with its bytes and no scruples could: the triggers taken off first."""
    with closing(sqlite3.connect(file)) as other:
        for name in ("ledger_no_update", "ledger_no_delete"):
            other.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            other.execute(statement)
        other.commit()


def test_what_is_written_is_whole_and_holds_its_order(desk: Path) -> None:
    from huoju.desk.ledger import head

    assert head().sequence == LENGTH
    assert flaws(head()) == []


def test_an_entry_is_written_in_the_transaction_of_its_act(desk: Path) -> None:
    from huoju.desk.ledger import append, head

    with pytest.raises(RuntimeError, match="transaction"):
        append(at=BEGAN, account="a", organisation="zone", action="read-profile", purpose="credit")

    def fails() -> None:
        with transaction():
            append(at=BEGAN, account="a", organisation="zone", action="read-profile", purpose="credit")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert head().sequence == LENGTH


@pytest.mark.parametrize("statement", ["UPDATE desk_entry SET purpose = 'x'", "DELETE FROM desk_entry"])
def test_the_database_itself_refuses_to_change_an_entry(desk: Path, statement: str) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


FIELDS = ("at", "account", "organisation", "action", "subject", "purpose", "mandate", "details", "previous", "hash")


@given(some.sampled_from(FIELDS), some.integers(1, LENGTH), some.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_every_edit_is_found(desk: Path, name: str, sequence: int, data: some.DataObject) -> None:
    with closing(sqlite3.connect(desk)) as other:
        (before,) = other.execute(f"SELECT {name} FROM desk_entry WHERE sequence = {sequence}").fetchone()
    after = '{"other": 1}' if name == "details" else data.draw(some.text("0123456789abcdef", min_size=64, max_size=64))
    tamper(desk, f"UPDATE desk_entry SET {name} = '{after}' WHERE sequence = {sequence}")
    found = flaws()
    tamper(desk, f"UPDATE desk_entry SET {name} = '{before}' WHERE sequence = {sequence}")
    assert found
    assert flaws() == []


@given(some.sets(some.integers(1, LENGTH), min_size=1, max_size=LENGTH))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
def test_every_removal_is_found_with_the_head_that_was_noted(desk: Path, gone: set[int]) -> None:
    from huoju.desk.ledger import head

    noted, copy = head(), desk.read_bytes()
    tamper(desk, "PRAGMA wal_checkpoint(TRUNCATE)")
    copy = desk.read_bytes()
    tamper(desk, f"DELETE FROM desk_entry WHERE sequence IN ({', '.join(map(str, gone))})")
    found = flaws(noted)
    close_desk()
    for left in desk.parent.glob("huoju.sqlite-*"):
        left.unlink()
    desk.write_bytes(copy)
    open_desk(desk)
    assert found
    assert flaws(noted) == []


def test_a_cut_tail_is_seen_by_the_noted_head_alone(desk: Path) -> None:
    from huoju.desk.ledger import head

    noted = head()
    tamper(desk, f"DELETE FROM desk_entry WHERE sequence > {LENGTH - 3}")
    assert flaws() == []
    assert flaws(noted) == [(LENGTH, "cut")]


def test_an_inserted_and_a_swapped_entry_are_found(desk: Path) -> None:
    tamper(
        desk,
        "INSERT INTO desk_entry SELECT 99, at, account, organisation, action, subject, purpose, mandate, details, "
        "'other', 'hash' FROM desk_entry WHERE sequence = 4",
    )
    assert {code for _, code in flaws()} >= {"gap", "edited"}
    tamper(
        desk,
        "DELETE FROM desk_entry WHERE sequence = 99",
        "UPDATE desk_entry SET sequence = 1000 WHERE sequence = 3",
        "UPDATE desk_entry SET sequence = 3 WHERE sequence = 4",
        "UPDATE desk_entry SET sequence = 4 WHERE sequence = 1000",
    )
    assert (3, "broken") in flaws()


def test_a_tail_written_anew_does_not_match_the_noted_head(desk: Path) -> None:
    from huoju.desk.ledger import head

    noted = head()
    tamper(desk, f"DELETE FROM desk_entry WHERE sequence > {LENGTH - 2}")
    write(2)
    assert flaws() == []
    assert flaws(noted) == [(LENGTH, "other-head")]
