"""The kinds of delivery that huoju can read."""

from __future__ import annotations

from huoju.sources import SourceDeclaration, find_sources


def list_sources() -> tuple[SourceDeclaration, ...]:
    """Return every source as it declares itself, by name."""
    return tuple(find_sources().values())
