"""The order in which sources are believed, variable by variable, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import read_document
from huoju.core.errors import DocumentError
from huoju.core.variable import variables


@cache
def belief_order() -> Mapping[str, tuple[str, ...]]:
    """Return for each variable its sources, first believed first. Raises ``DocumentError`` at an unknown variable."""
    document = read_document(Path(__file__).parent / "belief.yaml")
    for name in document.keys():
        if name not in variables():
            raise DocumentError(f"{document.at(name)}: {name} is not in the vocabulary.")
    return MappingProxyType({name: document.texts(name) for name in document.keys()})
