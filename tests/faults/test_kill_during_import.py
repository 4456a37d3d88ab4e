"""Killed at any moment, an import leaves the store as before or as after, never between."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.services import files

from huoju.services.home import accepted, opened, store_of
from huoju.sources import sha256_of

ROWS = 3_000


def start(home: Path, file: Path) -> subprocess.Popen[bytes]:
    """Start the import of one file as a person would."""
    command = [sys.executable, "-m", "huoju.cli.main", "import", "vat_invoice", str(file), "--home", str(home)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings"}
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def delivery(folder: Path, number: int) -> Path:
    rows = [
        (files.code(at % 40), number * ROWS + at, f"2024-0{at % 6 + 1}-1{at % 9}", f"{at + 1}.25") for at in range(ROWS)
    ]
    return files.invoices(folder / f"{number}.csv", rows)


def wait_for(home: Path, chance: random.Random, whole: float, *, watching: bool) -> None:
    """Wait a random part of an import's time, or until its folder appears and a little longer."""
    until = time.monotonic() + chance.uniform(0.3, 1.05) * whole
    if watching:
        while time.monotonic() < until + whole and not any((home / "deliveries").glob(".incoming-*")):
            time.sleep(0.0005)
        until = time.monotonic() + chance.uniform(0, 0.06)
    time.sleep(max(0.0, until - time.monotonic()))


def events_in(home: Path) -> tuple[set[str], int]:
    """Return which deliveries count and how many events they hold; left-overs are swept at this start."""
    with opened(home, create=True) as made:
        counting = set(accepted(made))
        assert {folder.name for folder in made.deliveries.iterdir()} == counting, "something torn was left"
        return counting, sum(len(pq.read_table(file)) for file in store_of(made).event_files("sales_invoice"))


@pytest.mark.slow  # starts a process for each import
def test_a_killed_import_is_whole_or_absent(tmp_path: Path, deep: bool) -> None:
    chance, home = random.Random(25), tmp_path / "home"
    began = time.monotonic()
    assert start(home, delivery(tmp_path, 0)).wait() == 0
    whole = time.monotonic() - began
    counting, events = events_in(home)
    assert (len(counting), events) == (1, ROWS)
    for number in range(1, 26 if deep else 6):
        file = delivery(tmp_path, number)
        process = start(home, file)
        wait_for(home, chance, whole, watching=number % 2 == 0)
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = counting
        counting, events = events_in(home)
        assert counting in (before, before | {sha256_of(file)})
        assert events == ROWS * len(counting)
    assert start(home, file).wait() == 0
    assert sha256_of(file) in events_in(home)[0]
