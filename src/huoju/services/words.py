"""The words of the product, read once for each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from huoju.core.words import Words, read_words

LOCALE = Path(__file__).parents[1] / "locale"


@cache
def words_in(language: str) -> Words:
    """Return the words of ``zh`` or ``en``."""
    return read_words(LOCALE, language)
