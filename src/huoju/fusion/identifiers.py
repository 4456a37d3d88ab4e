"""Codes as delivered: folded, and which known codes a mistyped one may have been."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from huoju.core.uscc import ALPHABET


def fold_code(code: str) -> str:
    """Return a code folded for comparing: half width, upper case, without blanks and hyphens."""
    return unicodedata.normalize("NFKC", code).upper().replace(" ", "").replace("-", "")


def keys_of_one_error(code: str) -> tuple[str, ...]:
    """Return keys that a code shares with every code one substitution or one swap of neighbours away.

    Each key blanks one place, or sorts two neighbours; two codes one such error apart share a key.
    """
    blanks = [f"{code[:i]}?{code[i + 1 :]}" for i in range(len(code))]
    swaps = [f"{code[:i]}<{''.join(sorted(code[i : i + 2]))}>{code[i + 2 :]}" for i in range(len(code) - 1)]
    return (*blanks, *swaps)


def repair_index(codes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return which known codes each key of one error stands for."""
    found: dict[str, dict[str, None]] = {}
    for code in codes:
        for key in keys_of_one_error(code):
            found.setdefault(key, {})[code] = None
    return {key: tuple(known) for key, known in found.items()}


def suggestions(code: str, index: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the known codes one error away from ``code``; a suggestion to weigh, never a repair.

    >>> suggestions("9135O", repair_index(["91350", "12345"]))
    ('91350',)
    """
    folded = fold_code(code)
    found = {known: None for key in keys_of_one_error(folded) for known in index.get(key, ())}
    return tuple(sorted(found, key=lambda known: (sum(c not in ALPHABET for c in folded), known)))
