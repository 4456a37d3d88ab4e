"""The kinds of delivery that huoju can read."""

from __future__ import annotations

from huoju.services.declared import declared
from huoju.services.home import Home
from huoju.sources import SourceDeclaration, find_sources


def list_sources(*, home: Home | None = None) -> tuple[SourceDeclaration, ...]:
    """Return every source as it declares itself, by name; with a home, its mappings too."""
    return tuple((find_sources() if home is None else declared(home)).values())
