"""What can change within 12 months: how an input is told, how far it may move and what each step costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import Document, read_document
from huoju.core.errors import malformed

DEFAULT = Path(__file__).parent / "changes.yaml"
MOST_STEPS = 1_000
_KEYS = ("scale", "to", "within", "step", "cost", "fixed", "facts", "unit", "how", "source")
Turn = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a quantity that people know is held as an input of the model, and back."""

    held: Turn
    told: Turn
    is_share: bool = False


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "plain": Scale(float, float),
        "share": Scale(float, float, is_share=True),
        "count": Scale(math.log1p, lambda held: float(round(math.expm1(held)))),
        "months": Scale(math.log1p, math.expm1),
        "growth": Scale(math.log1p, math.expm1, is_share=True),
        "days": Scale(lambda days: days / 30, lambda held: float(round(held * 30))),
        "amount": Scale(lambda yuan: math.log10(yuan + 10_000), lambda held: 10**held - 10_000),
        "amount_month": Scale(lambda yuan: math.log10(yuan + 1_000), lambda held: 10**held - 1_000),
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """How one input may change; steps, bounds and costs in the quantity that people know. ``to`` None: no such end.

    ``facts`` names what it rests on: of those with the same name at most one changes; empty where it is alone.
    """

    name: str
    scale: str
    step: Fraction
    within: Fraction
    cost: Fraction
    fixed: Fraction = Fraction(0)
    to: Fraction | None = None
    facts: str = ""
    unit: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def told(self, held: float) -> float:
        """Return an input in the quantity that people know."""
        return SCALES[self.scale].told(held)

    def options(self, held: float, upwards: bool) -> list[tuple[float, Fraction]]:
        """Return what the input may become one way, each with its cost, the cheapest first; from any known value."""
        scale, start = SCALES[self.scale], self.told(held)
        if not math.isfinite(start):
            return []
        step = float(self.step) * (abs(start) if self.scale.startswith("amount") else 1)
        count, found = min(int(self.within / self.step), MOST_STEPS), []
        for number in range(1, count + 1 if step else 0):
            moved = start + number * step if upwards else start - number * step
            at_end = self.to is not None and (moved >= self.to if upwards else moved <= self.to)
            value = float(self.to) if at_end and self.to is not None else moved
            if value == start or (value > start) is not upwards:
                break
            found.append((scale.held(value), self.fixed + number * self.cost))
            if at_end:
                break
        return found


@dataclass(frozen=True, slots=True)
class Changes:
    """What a file says: changes by input, why others are left alone, and the cost of supplying what is unknown."""

    by_input: Mapping[str, Change]
    held: Mapping[str, Mapping[str, str]]
    document: Fraction
    cost_unit: Mapping[str, str]
    source: str


def read_changes(path: Path = DEFAULT, known: Collection[str] = ()) -> Changes:
    """Return what a file of changes says; where ``known`` inputs are named, it may speak of no others.

    Raises ``DocumentError`` with file and line where it is malformed.
    """
    document = read_document(path)
    document.allow("source", "cost_unit", "document", "changes", "held")
    source, block, left = document.text("source"), document.child("changes"), document.child("held")
    if known:
        block.allow(*known)
        left.allow(*known)
    for name in left.keys():
        if name in block:
            raise malformed(left.key_place(name), "id-twice", f"{name} is changed and held.", what=name)
    return Changes(
        {name: _change(name, block.child(name), source) for name in block.keys()},
        {name: left.languages(name) for name in left.keys()},
        document.number("document"),
        document.languages("cost_unit"),
        source,
    )


def _change(name: str, block: Document, source: str) -> Change:
    block.allow(*_KEYS)
    step, within, cost = block.number("step"), block.number("within"), block.number("cost")
    for key, value in (("step", step), ("within", within)):
        if value <= 0:
            raise malformed(block.at(key), "not-above-0", f"{key} must be above 0.", key=key)
    fixed = block.number("fixed") if "fixed" in block else Fraction(0)
    for key, value in (("cost", cost), ("fixed", fixed)):
        if value < 0:
            raise malformed(block.at(key), "below-0", f"{key} may not be below 0.", key=key)
    return Change(
        name=name,
        scale=block.choice("scale", tuple(SCALES)),
        step=step,
        within=within,
        cost=cost,
        fixed=fixed,
        to=block.optional_number("to"),
        facts=block.text("facts", ""),
        unit=block.languages("unit", required=False),
        how=block.languages("how"),
        source=block.text("source", source),
    )
