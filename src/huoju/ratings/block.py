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
    decided,
    first,
    gate_truth,
    outcomes,
    possible_grades,
    route_truth,
    states,
)
from huoju.ratings.piling import Pile
from huoju.ratings.plain_steps import PlainStep, PlainSteps, Starts, Sum, add_step
from huoju.ratings.plan import Plan
from huoju.ratings.points import is_unstated
from huoju.ratings.points_columns import Coded, awaits_judgement, earned
from huoju.ratings.scheme import Item, Judged


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """One version made ready for the rows of a view; ``guarded`` items read a parameter that nobody states."""

    plan: Plan
    view: View
    plain: PlainSteps
    guarded: frozenset[str]
    readings: tuple[Reading, ...]
    with_missing: bool
    is_compiled: bool


@dataclass(slots=True)
class Block:
    """Some rows of a view on their way through a version; what comes of them is added to ``pile``.

    ``rows`` are their places in it; ``latest`` reads the latest year that knows a fact. ``counted`` are the items
    counted one by one, ``sums`` what plain ones come to by part, ``starts`` where a stage's table begins.
    """

    bulk: BulkPlan
    columns: Columns
    latest: Columns
    pile: Pile
    rows: slice
    stages: Stages
    openness: Openness
    counted: dict[str, Counted] = field(default_factory=dict)
    sums: dict[str, Sum] = field(default_factory=dict)
    starts: dict[int, Starts] = field(default_factory=dict)

    @classmethod
    def of(cls, bulk: BulkPlan, chosen: Rows, pile: Pile, rows: slice) -> Block:
        """Return the block of ``chosen`` rows of the view, with their stages."""
        columns = Columns(bulk.view, chosen)
        stages = possible_stages(bulk.plan.version.stages, columns)
        return cls(bulk, columns, Columns(bulk.view, chosen, last=True), pile, rows, stages, Openness(columns))

    def rate(self) -> None:
        """Rate the rows and add what comes of it to the pile."""
        for name, possible in zip(self.stages.ids, self.stages.possible, strict=True):
            self.pile.put("stage", name, self.rows, possible)
        for item in self.bulk.plan.version.items:
            step = self.bulk.plain.steps.get(item.id)
            if step is not None and (self.stages.place is not None or not step.is_staged):
                self._plain(step)
            else:
                self._item(item)
        parts, total = self._added()
        for name, added in parts.items():
            self.pile.put_added("part", name, self.rows, added)
        self.pile.put_added("total", "", self.rows, total)
        self._decide(parts, total)

    def _item(self, item: Item) -> None:
        name = item.id
        applies = None if item.applies_if is None else self.columns.truth(item.applies_if)
        columns = self.latest if item.missing == "last" else self.columns
        share = None if is_unstated(item.points) else earned(item.points, columns)
        worth = None if name in self.bulk.plan.unstated_items else share
        self.counted[name] = count_item(item, applies, worth, self.stages, is_guarded=name in self.bulk.guarded)
        if applies is not None:
            self.pile.put_truths("applies", name, self.rows, applies)
        if isinstance(share, Coded):
            self.pile.put_codes(name, self.rows, share.pairs(), share.table)
        elif share is not None:
            self.pile.put_spans("share", name, self.rows, share)
        if isinstance(item.points, Judged):
            self.pile.put("person", name, self.rows, awaits_judgement(item.points, columns))

    def _plain(self, step: PlainStep) -> None:
        part = step.item.part if self.bulk.plan.version.parts else ""
        if part not in self.sums:
            self.sums[part] = Sum(self.pile.room("sum", part, self.rows, np.dtype(np.int64)))
            self.sums[part].low[:] = 0
        columns = self.latest if step.item.missing == "last" else self.columns
        values, known = columns.fact(step.name, step.lag)
        codes = self.pile.room("codes", step.item.id, self.rows, np.dtype(np.uint8))
        self.pile.tables[step.item.id] = step.table
        start = self._start(step.ranks * step.ranks if step.is_staged else 0)
        add_step(step, values, known, start, codes, self.sums[part], compiled=self.bulk.is_compiled)

    def _start(self, size: int) -> Starts:
        """Return where the table of each row's stage begins, if each stage's has so many entries."""
        if size not in self.starts:
            place = np.zeros(len(self.columns), dtype=np.uint8) if self.stages.place is None else self.stages.place
            is_small = size * len(self.stages.ids) <= 256
            wide = place.astype(np.uint16) * np.uint16(size)
            self.starts[size] = wide.astype(np.uint8) if is_small else wide
        return self.starts[size]

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
            self.pile.put(sort, name, self.rows, codes)
        grades = possible_grades(version.grades, total, columns.view.parameters)
        outcome = outcomes(list(needed.values()), list(routes.values()), grades if version.grades else None, count)
        self.pile.put("outcome", "", self.rows, outcome)
        for place, possible in enumerate(grades):
            self.pile.put("grades", str(place), self.rows, possible)
        self.pile.put("grade", "", self.rows, decided(grades, count))
        self.pile.put("route taken", "", self.rows, first(list(routes.values()), outcome == PASSED))
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
            self.pile.put("missing", str(place), self.rows, wanted & is_open & self.openness.of(reading))
