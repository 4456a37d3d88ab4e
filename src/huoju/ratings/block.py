"""One block of rows through a version: stages, items, parts, total, gates, routes, outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from huoju.core.rule import Reading
from huoju.core.rule_columns import Columns, Rows
from huoju.core.spans import NEVER, Truths
from huoju.core.view import View
from huoju.ratings.combine_columns import (
    ZERO,
    Added,
    Counted,
    Stages,
    add_up,
    count_item,
    possible_stages,
    total_of,
)
from huoju.ratings.decide_columns import (
    FAILED,
    MET,
    PASSED,
    UNMET,
    Codes,
    Openness,
    first,
    gate_truth,
    outcomes,
    possible_grades,
    route_truth,
    states,
)
from huoju.ratings.piling import Pile
from huoju.ratings.plain_steps import PlainStep, PlainSteps, Sum, add_step
from huoju.ratings.plan import Plan
from huoju.ratings.points_columns import Coded, earned
from huoju.ratings.scheme import Item


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """One version made ready for the rows of a view."""

    plan: Plan
    view: View
    plain: PlainSteps
    refused: frozenset[str]
    shareless: frozenset[str]
    readings: tuple[Reading, ...]
    with_missing: bool
    is_compiled: bool


@dataclass(slots=True)
class Block:
    """Some rows of a view on their way through a version; what comes of them is added to ``pile``.

    ``latest`` reads the latest year that knows a fact. ``counted`` are the items counted one by one, ``sums`` what
    plain ones come to by part.
    """

    bulk: BulkPlan
    columns: Columns
    latest: Columns
    pile: Pile
    stages: Stages
    openness: Openness
    counted: dict[str, Counted] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)

    @classmethod
    def of(cls, bulk: BulkPlan, rows: Rows, pile: Pile) -> Block:
        """Return the block of some rows, with their stages."""
        columns = Columns(bulk.view, rows)
        stages = possible_stages(bulk.plan.version.stages, columns)
        return cls(bulk, columns, Columns(bulk.view, rows, last=True), pile, stages, Openness(columns))

    def rate(self) -> None:
        """Rate the rows and add what comes of it to the pile."""
        for name, possible in zip(self.stages.ids, self.stages.possible, strict=True):
            self.pile.put("stage", name, possible, len(self.columns))
        for item in self.bulk.plan.version.items:
            step = self.bulk.plain.steps.get(item.id)
            if step is not None and (self.stages.place is not None or not step.is_staged):
                self._plain(step)
            else:
                self._item(item)
        parts, total = self._added()
        for name, added in parts.items():
            self.pile.put_added("part", name, added, len(self.columns))
        self.pile.put_added("total", "", total, len(self.columns))
        self._decide(parts, total)

    def _item(self, item: Item) -> None:
        name, count = item.id, len(self.columns)
        applies = None if item.applies_if is None else self.columns.truth(item.applies_if)
        columns = self.latest if item.missing == "last" else self.columns
        share = None if name in self.bulk.shareless else earned(item.points, columns)
        scored = None if name in self.bulk.refused else share
        self.counted[name] = count_item(item, applies, scored, self.stages)
        if applies is not None:
            self.pile.put_truths("applies", name, applies, count)
        if isinstance(share, Coded):
            self.pile.put_codes(name, share.pairs(), share.table, count)
        elif share is not None:
            self.pile.put_spans("share", name, share, count)
        reads = self.bulk.plan.reads["item", name]
        if any(reading.sort == "judgement" for reading in reads):
            self.pile.put("person", name, self.openness.for_a_person(reads), count)

    def _plain(self, step: PlainStep) -> None:
        count = len(self.columns)
        part = step.item.part if self.bulk.plan.version.parts else ""
        if part not in self.sums:
            self.sums[part] = Sum(np.zeros(count, dtype=np.int64))
        columns = self.latest if step.item.missing == "last" else self.columns
        values, known = columns.fact(step.name, step.lag)
        codes = np.empty(count, dtype=np.uint8)
        add_step(step, values, known, self.stages.place, codes, self.sums[part], compiled=self.bulk.is_compiled)
        self.pile.put_codes(step.item.id, codes, step.table, count)

    def _added(self) -> tuple[dict[str, Added], Added]:
        version, several = self.bulk.plan.version, list(self.counted.values())
        begun = {name: total.spans(self.bulk.plain.denominator) for name, total in self.sums.items()}
        parts = {}
        for part in version.parts:
            own = [one for one in several if one.item.part == part.id]
            parts[part.id] = add_up(self.bulk.plan, part, own, begun.get(part.id, ZERO), self.stages)
        if not version.items:
            return parts, Added(ZERO, NEVER)
        whole = list(parts.values()) or [add_up(self.bulk.plan, None, several, begun.get("", ZERO), self.stages)]
        return parts, total_of(version.total, whole, several)

    def _decide(self, parts: Mapping[str, Added], total: Added) -> None:
        version, columns, count = self.bulk.plan.version, self.columns, len(self.columns)
        needed = {("gate", gate.id): gate_truth(gate, columns) for gate in version.gates}
        needed |= {("veto", veto.id): columns.truth(veto.when).inverse() for veto in version.vetoes}
        routes = {("route", route.id): route_truth(route, columns, total, parts) for route in version.routes}
        checks = {("check", check.id): columns.truth(check.when) for check in version.checks}
        found = {key: self._state(key, truth) for key, truth in (needed | routes | checks).items()}
        for (sort, name), codes in found.items():
            self.pile.put(sort, name, codes, count)
        grades = possible_grades(version.grades, total, columns.view.parameters, count)
        outcome = outcomes(list(needed.values()), list(routes.values()), grades if version.grades else None, count)
        self.pile.put("outcome", "", outcome, count)
        self.pile.put("grades", "", grades, count)
        self.pile.put("route taken", "", first(list(routes.values()), outcome == PASSED), count)
        if self.bulk.with_missing:
            self._missing(outcome, {key: codes for key, codes in found.items() if key[0] != "check"})

    def _state(self, key: tuple[str, str], truth: Truths) -> Codes:
        return states(truth, self.bulk.plan.reads[key], self.openness)

    def _missing(self, outcome: Codes, criteria: Mapping[tuple[str, str], Codes]) -> None:
        """Add what is unknown and keeps the outcome open, or the score where nothing is passed."""
        closed = np.zeros(len(self.columns), dtype=bool)
        for (sort, _), codes in criteria.items():
            closed |= (sort == "route") & (codes == MET)
        asked = {key: (codes != MET) & (codes != UNMET) for key, codes in criteria.items()}
        asked = {key: mask & ~closed if key[0] == "route" else mask for key, mask in asked.items()}
        for name, one in self.counted.items():
            asked["item", name] = ~closed & ~(one.scored & one.points.known)
        is_open = (outcome != PASSED) & (outcome != FAILED)
        for place, reading in enumerate(self.bulk.readings):
            wanted = (self.stages.count > 1) if reading in self.bulk.plan.stage_reads else NEVER
            for key, mask in asked.items():
                if reading in self.bulk.plan.reads[key]:
                    wanted = wanted | mask
            self.pile.put("missing", str(place), wanted & is_open & self.openness.of(reading), len(self.columns))
