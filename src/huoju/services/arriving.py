"""What arrives at a place: a file, the files of a folder, or a table of a database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huoju.core.errors import NothingFound
from huoju.sources import SourceDeclaration
from huoju.sources.database import is_address, is_database, take_table


@contextmanager
def arrived(source: SourceDeclaration, place: Path | str) -> Iterator[Sequence[Path]]:
    """Give the files at a place for the length of a block, in the order of their names.

    A database gives one file: the table that the source names, as it stands now. Raises ``NothingFound`` where
    nothing is there, ``RefusedDelivery`` where a database can't be read.
    """
    address = str(place)
    if source.table and (is_address(address) or is_database(Path(address))):
        with tempfile.TemporaryDirectory(prefix="huoju-") as folder:
            yield [take_table(address, source.table, Path(folder))]
        return
    path = Path(address)
    if is_address(address) or not path.exists():
        raise NothingFound(f"Nothing at {address}.", code="file-absent", data={"path": _without_password(address)})
    yield sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]


def _without_password(address: str) -> str:
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else address
