"""How right links are, against a truth that is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of links: right, wrong, and missing ones of all that should be."""

    right: int
    wrong: int
    missing: int

    @property
    def precision(self) -> float | None:
        """Right links among those made; None where none was made."""
        made = self.right + self.wrong
        return self.right / made if made else None

    @property
    def recall(self) -> float | None:
        """Right links among those that should be; None where none should."""
        due = self.right + self.missing
        return self.right / due if due else None


def link_quality(links: Mapping[str, str], truth: Mapping[str, str | None]) -> Quality:
    """Return how links (subject to enterprise) compare with the truth; None there means it is no one's."""
    right = sum(truth.get(subject) == canonical for subject, canonical in links.items())
    due = sum(canonical is not None for canonical in truth.values())
    return Quality(right, len(links) - right, due - right)
