"""What must hold for an entity to pass a version: parts, total, gates, vetoes, routes and grades as claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Literal

from huoju.ratings.gap.items import ItemsModel
from huoju.ratings.gap.levels import Level, Levels, Side, added, met
from huoju.ratings.gap.lines import ZERO, Logic, both, either
from huoju.ratings.gap.logic import Reader
from huoju.ratings.gap.model import Model
from huoju.ratings.plan import Plan
from huoju.ratings.scheme import Item, Limit, Part, Route, Stated, Words


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must hold: a gate, a clear veto, or one of the routes (``ids`` and ``labels`` of all)."""

    sort: Literal["gate", "veto", "route", "grade"]
    ids: tuple[str, ...]
    labels: tuple[Words, ...]
    logic: Logic


class Passing:
    """Everything that one entity needs to pass a version."""

    def __init__(self, plan: Plan, reader: Reader, model: Model) -> None:
        self.plan, self.reader, self.model = plan, reader, model
        self.levels = Levels(model)
        self.items = ItemsModel(plan, reader, self.levels)
        self._parts: dict[tuple[str, Side], Level | None] = {}
        self._totals: dict[Side, Level | None] = {}

    def needs(self) -> tuple[Need, ...]:
        """Return all that must hold at once."""
        version, reader = self.plan.version, self.reader
        found: list[Need] = []
        for gate in version.gates:
            exempt: list[Logic] = [] if gate.unless is None else [reader.claim(gate.unless)]
            found.append(Need("gate", (gate.id,), (gate.label,), either([reader.claim(gate.require), *exempt])))
        for veto in version.vetoes:
            found.append(Need("veto", (veto.id,), (veto.label,), reader.claim(veto.when, holds=False)))
        if version.routes:
            ids, labels = tuple(r.id for r in version.routes), tuple(r.label for r in version.routes)
            found.append(Need("route", ids, labels, either(self._route(route) for route in version.routes)))
        elif version.grades:
            ids = tuple(grade.id for grade in version.grades)
            found.append(Need("grade", ids, tuple({"zh": name, "en": name} for name in ids), self._graded()))
        return tuple(found)

    def _route(self, route: Route) -> Logic:
        wanted: list[Logic] = [] if route.when is None else [self.reader.claim(route.when)]
        if False in wanted:
            return False
        if route.total is not None:
            wanted.append(self._total_meets(route.total))
        for name, limit in route.parts.items():
            part = next(part for part in self.plan.version.parts if part.id == name)
            wanted.append(met(limit, self._bound(limit), partial(self.part, part)))
        return both(wanted)

    def _graded(self) -> Logic:
        """Return that one grade is reached for certain and every better one is missed for certain."""
        ways: list[Logic] = []
        better: list[Logic] = []
        for grade in self.plan.version.grades:
            reached: Logic = True if grade.total is None else self._total_meets(grade.total)
            ways.append(both([reached, *better]))
            better.append(False if grade.total is None else self._total_meets(grade.total, holds=False))
        return either(ways)

    def _total_meets(self, limit: Limit, *, holds: bool = True) -> Logic:
        return met(limit, self._bound(limit), self.total, holds=holds, round_to=self.plan.version.total.round)

    def _bound(self, limit: Limit) -> Stated:
        return limit.bound(self.reader.row.view.parameters)

    def part(self, part: Part, side: Side) -> Level | None:
        """Return a part's points with cap and floor; None where an item of it can't be scored."""
        if (part.id, side) not in self._parts:
            own = [item for item in self.plan.version.items if item.part == part.id]
            self._parts[part.id, side] = self._added(own, side, part.cap, part.floor)
        return self._parts[part.id, side]

    def total(self, side: Side) -> Level | None:
        """Return the total with cap and floor, not rounded; None where it can't be scored."""
        if side not in self._totals:
            self._totals[side] = self._total(side)
        return self._totals[side]

    def _total(self, side: Side) -> Level | None:
        version, total = self.plan.version, self.plan.version.total
        if not version.items:
            return None
        if total.combine == "sum":
            levels = [self.part(part, side) for part in version.parts]
            if not version.parts:
                levels = [self._added(version.items, side, None, None)]
            known = [level for level in levels if level is not None]
            return None if len(known) < len(levels) else self._held(added(known), side, total.cap, total.floor)
        levels = [self.items.item(item, side) for item in version.items if self.items.applies(item) is not False]
        known = [level for level in levels if level is not None]
        if len(known) < len(levels) or not known:
            return None
        pick = self.levels.least if total.combine == "worst" else self.levels.greatest
        return self._held(pick(known, side), side, total.cap, total.floor)

    def _added(self, own: Sequence[Item], side: Side, cap: Stated, floor: Stated) -> Level | None:
        levels = [self.items.item(item, side) for item in own]
        known = [level for level in levels if level is not None]
        if len(known) < len(levels):
            return None
        level = added(known)
        scaled = [i for i in own if i.not_applicable == "rescale" and self.items.applies(i) is not True]
        return self._held(self._rescaled(own, scaled, level, side) if scaled else level, side, cap, floor)

    def _rescaled(self, own: Sequence[Item], scaled: Sequence[Item], level: Level, side: Side) -> Level:
        stages = self.items.stages
        stage = stages[0] if len(stages) == 1 else None
        whole = sum((self.plan.full(item, stage) for item in own), ZERO)
        rest = whole - sum((self.plan.full(item, stage) for item in scaled), ZERO)
        if len(stages) > 1 or any(self.items.applies(item) is None for item in scaled):
            ends = [level, Level.of(ZERO if side == "low" else whole)]
            return self.levels.least(ends, side) if side == "low" else self.levels.greatest(ends, side)
        return level.by(whole / rest if rest else Fraction(0))

    def _held(self, level: Level, side: Side, cap: Stated, floor: Stated) -> Level:
        if cap is not None:
            level = self.levels.least([level, Level.of(cap)], side)
        if floor is not None:
            level = self.levels.greatest([level, Level.of(floor)], side)
        return level
