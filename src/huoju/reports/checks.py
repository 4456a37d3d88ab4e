"""What the drawings and sums of a report rest on: parts that add up, bounds that rise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def check_sum(points: Sequence[int | None], total: int | None) -> None:
    """Raise ``ValueError`` where addends don't sum to the total, or a total stands over an unknown addend."""
    known = [each for each in points if each is not None]
    if not points:
        return
    if total is None:
        if len(known) == len(points):
            raise ValueError(f"All {len(points)} parts are known and sum to {sum(known)}, but the total is unknown.")
    elif len(known) < len(points) or sum(known) != total:
        raise ValueError(f"The parts sum to {sum(known)} with {len(points) - len(known)} unknown; expected {total}.")


def check_order(what: str, values: Sequence[float | None]) -> None:
    """Raise ``ValueError`` where known values, given from low to high, do not rise."""
    known = [value for value in values if value is not None]
    if any(later < earlier for earlier, later in pairwise(known)):
        raise ValueError(f"The {what} must rise from low to high, got {known}.")
