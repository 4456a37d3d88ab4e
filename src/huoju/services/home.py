"""The home: one directory that holds everything, and who is asking."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from huoju.core.errors import HomeError
from huoju.core.link import Ruling
from huoju.facts import FactStore
from huoju.facts.engine import DUCKDB
from huoju.facts.opening import check_engine
from huoju.services.clock import day_of
from huoju.services.locks import held, tried
from huoju.services.who import Who, owner

__all__ = ["Home", "Who", "accepted", "open_home", "opened", "owner", "store_of"]

INCOMING = ".incoming-"
_PUBLISHED = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Home:
    """The directory with the deliveries, the desk, and a cache that may be deleted."""

    path: Path
    engine: str = DUCKDB  # where questions are answered

    @property
    def deliveries(self) -> Path:
        """Where the folder of each delivery stands, named by its hash."""
        return self.path / "deliveries"

    @property
    def cache(self) -> Path:
        """What can be computed again."""
        return self.path / "cache"

    @property
    def mappings(self) -> Path:
        """Where the mappings of the home stand, ``<name>/mapping.yaml`` each."""
        return self.path / "sources"

    @property
    def locks(self) -> Path:
        """Where the files stand that running imports hold."""
        return self.path / "locks"

    @property
    def desk(self) -> Path:
        """The file of the desk."""
        return self.path / "huoju.sqlite"


def open_home(path: Path, *, create: bool, engine: str = DUCKDB) -> Home:
    """Return the home at ``path``, its desk open and its left-overs swept.

    A folder with schemes of its own is a home, even before its first import. Raises ``HomeError`` where it is
    absent and not to be created, not writable, damaged, of a newer version, or holds deliveries whose desk is
    lost: without the desk nothing says which of them count. ``EngineError`` where ``engine`` names none.
    """
    home = Home(path.absolute(), check_engine(engine))
    if not home.desk.exists() and not create and not (home.path / "ratings").is_dir():
        raise HomeError(f"{path} holds no home.", code="home-absent", data={"path": str(path)})
    try:
        for folder in (home.deliveries, home.cache):
            folder.mkdir(parents=True, exist_ok=True)
        if not os.access(home.path, os.W_OK):
            raise PermissionError
    except OSError as error:
        raise HomeError(f"{path} can't be written.", code="home-not-writable", data={"path": str(path)}) from error
    if not home.desk.exists() and any(_PUBLISHED.fullmatch(folder.name) for folder in home.deliveries.iterdir()):
        raise HomeError(f"{home.desk} is lost.", code="home-desk-lost", data={"file": str(home.desk)})
    from huoju.desk.opening import open_desk

    with held(home.locks / "desk"):
        open_desk(home.desk)
    sweep(home)
    return home


def accepted(home: Home) -> tuple[str, ...]:
    """Return the hashes of the deliveries that count."""
    from huoju.desk.models import Delivery

    return tuple(Delivery.objects.filter(state="accepted").order_by("sha256").values_list("sha256", flat=True))


def store_of(home: Home) -> FactStore:
    """Return the facts and events of the deliveries that count, and what persons decided about who is whom."""
    return FactStore(home.deliveries, accepted(home), home.cache, rulings=rulings(), engine_name=home.engine)


def rulings() -> tuple[Ruling, ...]:
    """Return what persons decided about who is whom, of the home that is open; the earliest first."""
    from huoju.desk.models import LinkJudgement

    return tuple(
        Ruling(
            row.right_id,
            row.left_id,
            row.verdict == LinkJudgement.Verdict.ACCEPT,
            day_of(row.at),
            None if row.undone_at is None else day_of(row.undone_at),
        )
        for row in LinkJudgement.objects.order_by("at", "id")
    )


def sweep(home: Home) -> list[str]:
    """Remove folders that no row of the desk makes count and no running import holds; return their names."""
    swept = []
    for folder in left_overs(home):
        with tried(lock_file(home, folder.name.removeprefix(INCOMING)[:64])) as is_free:
            if is_free and folder.name not in accepted(home):
                shutil.rmtree(folder, ignore_errors=True)
                swept.append(folder.name)
    return swept


def left_overs(home: Home) -> list[Path]:
    """Return the folders of deliveries that no row of the desk makes count; what is not of our making is none."""
    counts = set(accepted(home))
    return [
        folder
        for folder in sorted(home.deliveries.iterdir())
        if _PUBLISHED.fullmatch(folder.name.removeprefix(INCOMING)[:64]) and folder.name not in counts
    ]


def lock_file(home: Home, sha256: str) -> Path:
    """Return the file that a running import of these bytes holds."""
    return home.locks / sha256


@contextmanager
def opened(path: Path, *, create: bool, engine: str = DUCKDB) -> Iterator[Home]:
    """Give the home for the length of a block and close its desk after."""
    from huoju.desk.opening import close_desk
    from huoju.services.anchors import anchor_head

    home = open_home(path, create=create, engine=engine)
    try:
        yield home
        anchor_head(home.path)
    finally:
        close_desk()
