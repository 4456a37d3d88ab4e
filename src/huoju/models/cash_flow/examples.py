"""Examples to learn from: an enterprise at a past month, and what came some months after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.models.cash_flow.forecast import AHEAD
from huoju.models.cash_flow.history import HISTORY, LEAST_MONTHS, SIDES, History

Floats = NDArray[np.float64]
EXAMPLES, EACH = 12_000, 100  # at most in all, and for an enterprise: its months are much alike


@dataclass(frozen=True, slots=True)
class Example:
    """Rows of the past: ``features`` ``(n, k)``; ``scale``, ``ahead``, the target's ``month`` and ``targets`` ``(n,)``.

    ``own`` holds for each side the quantiles of the enterprise's own smoothing, all in units of ``scale``.
    """

    features: Floats
    scale: Floats
    ahead: NDArray[np.int64]
    month: NDArray[np.int64]
    targets: Mapping[str, Floats]
    own: Mapping[str, Floats]

    def target(self, side: str) -> Floats:
        """Return what came, in units of scale."""
        return self.targets[side]


def draw_examples(history: History, rng: np.random.Generator) -> Example:
    """Return up to ``EXAMPLES`` rows, alike from every pair of a past month and a distance that the past allows."""
    pairs = [(month, ahead) for month in range(LEAST_MONTHS - 1, HISTORY - 1) for ahead in _aheads(month)]
    enough = {month: history.enough(month) for month in range(HISTORY)}
    eligible = {
        (month, ahead): np.flatnonzero(enough[month] & ~np.isnan(history.net[:, month + ahead]))
        for month, ahead in pairs
    }
    most = min(EXAMPLES, EACH * len(history.net))
    quota = max(most // max(sum(len(rows) > 0 for rows in eligible.values()), 1), 1)
    parts = []
    for month in range(LEAST_MONTHS - 1, HISTORY - 1):
        drawn = {ahead: _some(eligible[month, ahead], quota, rng) for ahead in _aheads(month)}
        rows = np.unique(np.concatenate(list(drawn.values())))
        if len(rows):
            parts.append(_at(history, month, rows, drawn))
    return _together(parts)


def _aheads(month: int) -> range:
    return range(1, min(AHEAD, HISTORY - 1 - month) + 1)


def _some(rows: NDArray[np.int64], quota: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rows if len(rows) <= quota else np.sort(rng.choice(rows, quota, replace=False))


def _at(history: History, month: int, rows: NDArray[np.int64], drawn: Mapping[int, NDArray[np.int64]]) -> Example:
    """Return the examples that start from one month."""
    past = history.past(month, rows)
    features = past.features()
    parts = []
    for ahead, chosen in drawn.items():
        place = np.searchsorted(rows, chosen)
        target = month + ahead
        period = history.months[target]
        parts.append(
            Example(
                past.ahead(features, ahead, period)[place],
                past.scale[place],
                np.full(len(place), ahead),
                np.full(len(place), 12 * period.start.year + period.start.month - 1),
                {side: history.side(side)[chosen, target] / past.scale[place] for side in SIDES},
                {side: past.state(side).take(place).quantiles(np.full(len(place), float(ahead))) for side in SIDES},
            )
        )
    return _together(parts)


def _together(parts: list[Example]) -> Example:
    if not parts:
        nothing = np.zeros(0)
        empty = dict.fromkeys(SIDES, nothing)
        return Example(nothing[:, None], nothing, nothing.astype(np.int64), nothing.astype(np.int64), empty, empty)
    return Example(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.scale for part in parts]),
        np.concatenate([part.ahead for part in parts]),
        np.concatenate([part.month for part in parts]),
        {side: np.concatenate([part.targets[side] for part in parts]) for side in SIDES},
        {side: np.concatenate([part.own[side] for part in parts]) for side in SIDES},
    )
