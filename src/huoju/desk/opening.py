"""Opening the desk of a home: point at its file, bring it up to date, and give one transaction."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections
from django.db import transaction as django_transaction
from django.db.migrations.executor import MigrationExecutor

from huoju.core.errors import HomeError


def open_desk(file: Path) -> None:
    """Make ``file`` the desk of this process, its tables as this version wants them.

    Raises ``HomeError`` where a newer version wrote it, it is no database, or it can't be written. The door has named
    the settings before.
    """
    if not apps.ready:
        django.setup()
    connection = connections["default"]
    if connection.settings_dict["NAME"] != str(file) or not file.exists():
        connection.close()
        connection.settings_dict["NAME"] = str(file)
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:  # a full disk, a missing permission: the file itself may be well
        connection.close()
        raise HomeError(f"{file}: {error}.", code="home-desk-closed", data={"file": str(file)}) from error
    except DatabaseError as error:
        connection.close()
        raise HomeError(f"{file}: {error}.", code="home-damaged", data={"file": str(file)}) from error
    targets = executor.loader.graph.leaf_nodes()
    unknown = [
        name for app, name in executor.loader.applied_migrations if (app, name) not in executor.loader.graph.nodes
    ]
    if unknown:
        raise HomeError(f"{file} was written by a newer version.", code="home-newer", data={"file": str(file)})
    if executor.migration_plan(targets):
        call_command("migrate", verbosity=0, interactive=False)


def close_desk() -> None:
    """Let go of the desk's file."""
    connections["default"].close()


def transaction() -> AbstractContextManager[None]:
    """Return one transaction of the desk: all of it or nothing."""
    return django_transaction.atomic()
