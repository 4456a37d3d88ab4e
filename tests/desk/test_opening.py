"""The desk: one file with full safety, brought up to date once, refused when newer or damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

from huoju.core.errors import HomeError
from huoju.desk.opening import close_desk, open_desk, transaction

A_DAY = date(2024, 6, 30)


@pytest.fixture
def desk(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """Give an open desk in a file of its own."""
    file = tmp_path / "huoju.sqlite"
    with django_db_blocker.unblock():
        open_desk(file)
        yield file
        close_desk()


def row(**changed: object) -> dict[str, object]:
    told = {"sha256": "a" * 64, "state": "accepted", "source": "patents", "file": "a.csv", "who": "owner"}
    return {**told, "known": A_DAY, "imported_on": A_DAY, **changed}


def asked(question: str) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(question).fetchone()[0]


def test_the_desk_is_written_ahead_with_full_safety_and_checks_its_keys(desk: Path) -> None:
    assert asked("PRAGMA journal_mode") == "wal"
    assert asked("PRAGMA synchronous") == 2
    assert asked("PRAGMA foreign_keys") == 1


def test_a_transaction_takes_the_lock_at_once(desk: Path) -> None:
    with transaction(), closing(sqlite3.connect(desk, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
        other.execute("BEGIN IMMEDIATE")


def test_what_a_transaction_did_is_gone_when_it_fails(desk: Path) -> None:
    from huoju.desk.models import Delivery

    def fails() -> None:
        with transaction():
            Delivery.objects.create(**row())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert Delivery.objects.count() == 0


def test_the_same_bytes_are_accepted_once_and_may_be_refused_often(desk: Path) -> None:
    from huoju.desk.models import Delivery

    for _ in range(2):
        Delivery.objects.create(**row(state="refused"))
    Delivery.objects.create(**row())
    with pytest.raises(IntegrityError):
        Delivery.objects.create(**row())


def test_models_and_migrations_agree(desk: Path) -> None:
    from django.apps import apps

    loader = MigrationLoader(connection)
    with translation.override(None):  # as makemigrations does: the words of a language are no change
        found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    assert not found


def test_opening_again_changes_nothing(desk: Path) -> None:
    before = asked("SELECT count(*) FROM django_migrations")
    open_desk(desk)
    assert asked("SELECT count(*) FROM django_migrations") == before


def test_one_process_can_open_two_desks_in_turn(desk: Path, tmp_path: Path) -> None:
    from huoju.desk.models import Delivery

    Delivery.objects.create(**row())
    open_desk(tmp_path / "other.sqlite")
    assert Delivery.objects.count() == 0
    open_desk(desk)
    assert Delivery.objects.count() == 1


def test_a_desk_of_a_newer_version_is_refused_and_left_as_it_is(desk: Path) -> None:
    close_desk()
    with closing(sqlite3.connect(desk)) as other, other:
        other.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '9999_tomorrow', '2030-01-01')"
        )
    before = desk.read_bytes()
    with pytest.raises(HomeError) as refused:
        open_desk(desk)
    assert refused.value.code == "home-newer"
    close_desk()
    assert desk.read_bytes() == before


def test_a_file_that_is_no_database_is_said_to_be_damaged(desk: Path) -> None:
    close_desk()
    desk.write_bytes(b"not a database at all" * 100)
    with pytest.raises(HomeError) as refused:
        open_desk(desk)
    assert refused.value.code == "home-damaged"
