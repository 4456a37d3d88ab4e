"""The model of a link: one weight for each level of each comparison; their sum is the log-odds of a pair.

Its explanation is the model itself: every line of it is one comparison, and the lines add up to the log-odds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import read_document
from huoju.core.errors import DocumentError
from huoju.core.money import MICRO
from huoju.fusion.comparing import COMPARISONS, UNKNOWN, Levels

Floats = NDArray[np.float64]
SIZES = tuple(len(levels) for levels in COMPARISONS.values())
OFFSETS = np.concatenate([[0], np.cumsum(SIZES)])
CELLS = int(OFFSETS[-1])
CODE = list(COMPARISONS).index("code")


@dataclass(frozen=True, slots=True)
class LinkModel:
    """Weights in natural log-odds, kept x 10^6 as whole numbers so that every machine adds them alike.

    ``weights`` is ``(CELLS,)``, the cells of all comparisons end to end; unknown levels weigh 0. ``base`` is the
    log-odds of a candidate of which nothing is known.
    """

    base: int
    weights: NDArray[np.int64]
    taught: Mapping[str, int]  # what it was fitted on: pairs by codes, labels, rounds

    def scores(self, levels: Levels) -> NDArray[np.int64]:
        """Return the log-odds x 10^6 of pairs with ``levels`` ``(p, comparisons)``, ``(p,)``."""
        result = np.full(len(levels), self.base, np.int64)
        for place in range(len(SIZES)):
            result += self.weights[OFFSETS[place] + levels[:, place]]
        return result

    def lines(self, levels: Sequence[int]) -> list[tuple[str, str, float]]:
        """Return (comparison, level, weight) of one pair, most telling first; with ``base`` they make its score."""
        found = [
            (name, COMPARISONS[name][level], int(self.weights[OFFSETS[place] + level]) / MICRO)
            for place, (name, level) in enumerate(zip(COMPARISONS, levels, strict=True))
            if level != UNKNOWN
        ]
        return sorted(found, key=lambda line: (-abs(line[2]), line[0]))

    def told(self) -> dict[str, object]:
        """Return the model as plain data, for storing."""
        cells = {
            name: {level: int(self.weights[OFFSETS[place] + at]) for at, level in enumerate(levels) if at != UNKNOWN}
            for place, (name, levels) in enumerate(COMPARISONS.items())
        }
        return {"base": self.base, "weights": cells, "taught": dict(self.taught)}


def model_from(told: Mapping[str, object]) -> LinkModel:
    """Return the model that ``told`` describes. Raises ``KeyError`` where a level is lacking."""
    cells = told["weights"]
    if not isinstance(cells, Mapping):
        raise KeyError("weights")
    weights = np.zeros(CELLS, np.int64)
    for place, (name, levels) in enumerate(COMPARISONS.items()):
        for at, level in enumerate(levels):
            if at != UNKNOWN:
                weights[OFFSETS[place] + at] = int(cells[name][level])
    taught = told.get("taught")
    return LinkModel(
        int(str(told["base"])), weights, MappingProxyType(dict(taught) if isinstance(taught, Mapping) else {})
    )


@cache
def first_model() -> LinkModel:
    """Return the weights that fitting starts from: design, shipped as data."""
    document = read_document(Path(__file__).with_name("link_weights.yaml"))
    cells = document.child("weights")
    told: dict[str, dict[str, int]] = {}
    for name, levels in COMPARISONS.items():
        child = cells.child(name)
        if tuple(child.keys()) != levels[1:]:
            raise DocumentError(f"link_weights.yaml, {name}: expected the levels {', '.join(levels[1:])}.")
        told[name] = {level: round(float(child.text(level)) * MICRO) for level in child.keys()}
    return model_from({"base": round(float(document.text("base")) * MICRO), "weights": told, "taught": {}})
