"""The sources that a home can read: those that come with huoju, and the mappings it holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from huoju.core.errors import NothingFound
from huoju.services.home import Home
from huoju.services.locks import held
from huoju.sources import MAPPING, SourceDeclaration, find_mappings, find_sources, read_mapping


def declared(home: Home) -> Mapping[str, SourceDeclaration]:
    """Return every source by name. Raises ``DocumentError`` at the first malformed mapping."""
    return MappingProxyType({**find_sources(), **find_mappings(home.mappings)})


def source_of(home: Home, named: str) -> SourceDeclaration:
    """Return the source that is named, or that the mapping at a path declares; such a mapping is kept in the home.

    Raises ``NothingFound`` for a name or path that is not there.
    """
    if named.endswith((".yaml", ".yml")):
        return keep_mapping(home, Path(named))
    known = declared(home)
    if named not in known:
        raise NothingFound(
            f"No source {named}.", code="source-unknown", data={"source": named, "known": ", ".join(known)}
        )
    return known[named]


def keep_mapping(home: Home, path: Path) -> SourceDeclaration:
    """Keep a mapping as the one of its name in the home and return it; another one of that name is kept beside it."""
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    given = read_mapping(path.absolute())
    target = home.mappings / given.name / MAPPING
    with held(home.locks / "mappings"):
        before = target.read_bytes() if target.is_file() else b""
        if before == path.read_bytes():
            return read_mapping(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if before:
            target.with_name(f"{MAPPING}.{hashlib.sha256(before).hexdigest()[:8]}").write_bytes(before)
        temporary = target.with_name(f".{MAPPING}.{os.getpid()}")
        temporary.write_bytes(path.read_bytes())
        temporary.replace(target)
    return read_mapping(target)
