"""Each hostile file is refused within a second, the parent does not grow, and the reader stays alive."""

import time
from pathlib import Path

import pytest
from tests.faults import hostile
from tests.faults.test_hostile_files import TODAY

from huoju.core.errors import RefusedDelivery
from huoju.sources import delivery as delivering
from huoju.sources import open_delivery, read

GROWTH = 64 << 20  # bytes that the parent may grow by over all of them
SECONDS = 1.0


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def refused_in(path: Path) -> float:
    began = time.monotonic()
    with pytest.raises(RefusedDelivery):
        read_or_raise(path)
    return time.monotonic() - began


def read_or_raise(path: Path) -> None:
    reading = read("electricity", open_delivery(path), TODAY)
    if reading.rows < 1:
        raise RefusedDelivery("too few rows")


def worker() -> int | None:
    child = delivering._WORKER._child
    return child.pid if child is not None and child.poll() is None else None


@pytest.mark.slow  # opens every hostile file
def test_hostile_files_are_refused_in_time_without_growth_and_the_worker_lives(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    hostile.good_csv(good)
    read_or_raise(good)
    alive, before, slow = worker(), resident(), {}
    for number, (name, (_, build)) in enumerate(hostile.REFUSED.items()):
        path = tmp_path / f"{number}.xlsx"
        build(path)
        seconds = refused_in(path)
        if seconds > SECONDS:  # the machine may have been busy: what is slow is slow again
            seconds = refused_in(path)
        if seconds > SECONDS:
            slow[name] = seconds
        path.unlink()
    assert slow == {}
    assert worker() == alive is not None
    assert resident() - before < GROWTH
    read_or_raise(good)
