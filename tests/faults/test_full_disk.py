"""A disk that fills up at any step of an import leaves what was there whole, nothing half, and says what to do."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError
from tests.services import files
from tests.services.test_import_delivery import take

from huoju.core.errors import HomeError
from huoju.services.home import Home, accepted, opened, store_of
from huoju.services.words import words_in

A = files.code(1)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def locked(*_: object, **__: object) -> None:
    raise DatabaseError("database or disk is full")


STEPS: dict[str, tuple[str, Callable[..., None]]] = {
    "writing a table": ("huoju.facts.writing._File._write", full),
    "making it last": ("huoju.facts.writing.sync_folder", full),
    "giving it its name": ("huoju.services.import_delivery.publish", full),
    "writing the row": ("huoju.desk.models.Delivery.objects.create", locked),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_keeps_nothing_of_the_import(
    step: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(home, files.invoices(tmp_path / "may.csv", [(A, 1, "2024-05-03", "1")]))
    before = store_of(home).snapshot
    june = files.invoices(tmp_path / "june.csv", [(A, 2, "2024-06-03", "1")])
    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step])
        with pytest.raises(HomeError) as error:
            take(home, june)
    assert error.value.code == "home-write-failed"
    for language in ("zh", "en"):
        assert "june.csv" in words_in(language).say("error.home-write-failed", error.value.data)
    assert store_of(home).snapshot == before
    assert {folder.name for folder in home.deliveries.iterdir()} == set(accepted(home))
    assert take(home, june).events == 1
    assert len(accepted(home)) == 2


@pytest.mark.slow  # starts a process for each limit
@pytest.mark.parametrize("limit", [2_000, 20_000, 60_000])
def test_a_process_that_may_write_no_more_says_so_and_leaves_the_home_whole(limit: int, tmp_path: Path) -> None:
    """The limit on the size of files stands for a full disk: each write beyond it fails, wherever it is."""
    place = tmp_path / "home"
    rows = [(files.code(n % 40), n, f"2024-06-{n % 28 + 1:02d}", f"{n}.25") for n in range(4_000)]
    june = files.invoices(tmp_path / "june.csv", rows)
    with opened(place, create=True) as home:
        take(home, files.invoices(tmp_path / "may.csv", [(A, 1, "2024-05-03", "1")]))
        before = store_of(home).snapshot

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    command = [sys.executable, "-m", "huoju.cli.main", "import", "vat_invoice", str(june), "--home", str(place)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings", "HUOJU_LANGUAGE": "en"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, preexec_fn=bounded)
    assert done.returncode in (3, 5), done.stderr
    assert "Traceback" not in done.stderr
    assert "room" in done.stderr, done.stderr
    assert "damaged" not in done.stderr
    with opened(place, create=False) as home:
        assert store_of(home).snapshot == before
        assert {folder.name for folder in home.deliveries.iterdir()} == set(accepted(home))
        assert take(home, june).events == 4_000
