"""Several processes at one home: each delivery counts once, whoever came first, and each is told in plain words."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.services import files
from tests.services.test_import_delivery import take

from huoju.services.deliveries import list_deliveries
from huoju.services.home import accepted, opened, owner, store_of

pytestmark = [pytest.mark.slow]  # starts processes
ROWS = 500


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings", "HUOJU_LANGUAGE": "en"}
    command = [sys.executable, "-m", "huoju.cli.main", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def made(folder: Path, number: int) -> Path:
    rows = [(files.code(at % 9), number * ROWS + at, "2024-06-03", f"{at + 1}.25") for at in range(ROWS)]
    return files.invoices(folder / f"{number}.csv", rows)


def whole(place: Path) -> tuple[set[str], int]:
    """Return what counts and how many events it holds, after checking that nothing else lies there."""
    with opened(place, create=True) as home:
        counting = set(accepted(home))
        assert {folder.name for folder in home.deliveries.iterdir()} == counting
        return counting, sum(len(pq.read_table(file)) for file in store_of(home).event_files("sales_invoice"))


def test_one_file_brought_by_several_under_two_names_counts_once(tmp_path: Path) -> None:
    place, first = tmp_path / "home", made(tmp_path, 1)
    other = Path(shutil.copy(first, tmp_path / "销项_another name.csv"))
    processes = [start("import", "vat_invoice", str(file), "--home", str(place)) for file in (first, other, first)]
    told = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert sum("gave" in out for out, _ in told) == 1
    assert sum("imported before" in out for out, _ in told) == 2
    assert whole(place) == (whole(place)[0], ROWS)
    assert len(whole(place)[0]) == 1


def test_different_files_at_once_all_count(tmp_path: Path) -> None:
    place = tmp_path / "home"
    given = [made(tmp_path, number) for number in (1, 2, 3)]
    processes = [start("import", "vat_invoice", str(file), "--home", str(place)) for file in given]
    assert [(process.communicate(timeout=300), process.returncode)[1] for process in processes] == [0, 0, 0]
    counting, events = whole(place)
    assert (len(counting), events) == (3, 3 * ROWS)


def test_two_who_undo_at_once_undo_once(tmp_path: Path) -> None:
    place, file = tmp_path / "home", made(tmp_path, 1)
    with opened(place, create=True) as home:
        take(home, file)
    processes = [start("undo", file.name, "--home", str(place)) for _ in range(2)]
    told = [process.communicate(timeout=300) for process in processes]
    assert sorted(process.returncode for process in processes) in ([0, 4], [0, 0]), told
    assert whole(place) == (set(), 0)
    with opened(place, create=False) as home:
        assert [item.state for item in list_deliveries(home=home, who=owner())] == ["undone"]


def test_killed_while_undoing_or_watching_nothing_is_lost_or_doubled(tmp_path: Path, deep: bool) -> None:
    chance, place, box = random.Random(4), tmp_path / "home", tmp_path / "box"
    with opened(place, create=True) as home:
        take(home, made(tmp_path / "out", 0))
    for number in range(1, 26 if deep else 5):
        file = made(box / "vat_invoice", number)
        undoing = number % 2 == 0
        before, _ = whole(place)
        if undoing:
            process = start("undo", sorted(before)[0], "--home", str(place))
        else:
            process = start("inbox", str(box), "--once", "--settle", "0.1", "--home", str(place))
        time.sleep(chance.uniform(0.2, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after, events = whole(place)
        assert events == ROWS * len(after)
        assert len(before - after) <= int(undoing)
        assert file.exists() or any((box / "done" / "vat_invoice").glob(f"*{number}*"))
    finished = start("inbox", str(box), "--once", "--settle", "0.1", "--home", str(place))
    assert finished.communicate(timeout=300)[1].count("Traceback") == 0
    assert finished.returncode == 0
    assert not any((box / "vat_invoice").iterdir())
    assert whole(place)[1] == ROWS * len(whole(place)[0])
