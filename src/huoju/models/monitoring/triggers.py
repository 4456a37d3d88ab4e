"""The triggers of ``triggers.yaml``: which quantity, which way, at what steps, and what each step is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import Document, read_document
from huoju.models.monitoring.signals import SIGNALS

SHOWN = ("whole", "number", "share", "change")

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """A threshold and the points that reaching it adds."""

    at: float
    points: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger; ``above`` says whether it fires at or above its steps or below them."""

    name: str
    label: Mapping[str, str]
    meaning: Mapping[str, str]  # with a blank {value}
    signal: str
    window: int
    above: bool
    shown: str
    steps: tuple[Step, ...]

    def points(self, values: Floats) -> Whole:
        """Return the points of each value; ``(n,)``, 0 where unknown: silence is no alarm."""
        total = np.zeros(len(values), dtype=np.int64)
        for step in self.steps:
            reached = values >= step.at if self.above else values < step.at
            total += np.where(np.isnan(values), False, reached) * step.points
        return total


@dataclass(frozen=True, slots=True)
class Triggers:
    """All triggers in the order of the file, and the points at which an alarm is raised."""

    alarm_at: int
    each: tuple[Trigger, ...]


@cache
def triggers() -> Triggers:
    """Return the triggers. Raises ``DocumentError`` where the file is malformed or names an unknown signal."""
    document = read_document(Path(__file__).parent / "triggers.yaml")
    document.allow("alarm_at", "triggers")
    blocks = document.child("triggers")
    return Triggers(document.integer("alarm_at"), tuple(_trigger(name, blocks.child(name)) for name in blocks.keys()))


def _trigger(name: str, block: Document) -> Trigger:
    block.allow("label", "meaning", "signal", "window", "direction", "shown", "steps")
    return Trigger(
        name=name,
        label=block.languages("label"),
        meaning=block.languages("meaning"),
        signal=block.choice("signal", tuple(SIGNALS)),
        window=block.integer("window"),
        above=block.choice("direction", ("above", "below")) == "above",
        shown=block.choice("shown", SHOWN),
        steps=tuple(Step(float(step.number("at")), step.integer("points")) for step in block.children("steps")),
    )
