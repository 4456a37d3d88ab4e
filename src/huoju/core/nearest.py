"""The nearest names to one that is not known, for messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return at most ``count`` known names that look most like ``name``, the nearest first.

    >>> nearest("staf", ["staff", "cash"])
    ('staff',)
    """
    return tuple(get_close_matches(name, list(known), n=count, cutoff=0.4))
