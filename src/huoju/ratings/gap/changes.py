"""The cheapest changes that make an entity pass, decided in fractions and confirmed by the evaluator itself.

HiGHS proposes which conditions to meet and bounds from below what any other way would cost; what a proposal costs
is then solved in exact whole steps, and ways are cut off until none is left below the best. What it gives has been
rated again and passes. What is unknown stays unknown: only what passes whatever it may be is taken.

Held as they are, and named in ``held``: facts that a rule multiplies or divides by one another, that choose a stage,
decide whether an item applies, stand in a transition, a population's rank, or an item whose gaps count as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from huoju.core.rule import Reading
from huoju.core.variable import variables
from huoju.core.view import View
from huoju.ratings.combine import is_open
from huoju.ratings.decide import rate, replace_parameters
from huoju.ratings.gap.costs import Costs, default_costs
from huoju.ratings.gap.lines import ONE, ZERO, Line, NotLinear
from huoju.ratings.gap.model import Model, one_of
from huoju.ratings.gap.movable import Movable, Moving, cost_of, movables, read_now, usual_range
from huoju.ratings.gap.passing import Need, Passing
from huoju.ratings.gap.result import Blocked, Change, Changes, Found
from huoju.ratings.gap.solver import cut_off, magnitude, propose, settle
from huoju.ratings.gap.told import alone, value_of, with_facts
from huoju.ratings.plan import Plan, Prepared
from huoju.ratings.rating import Rating

ROUNDS = 40
_CLOSE = 1e-9
Facts = Mapping[str, Fraction | str]


def cheapest_changes(prepared: Prepared, view: View, row: int = 0, *, costs: Costs | None = None) -> Changes:
    """Return the cheapest set of changes to facts that makes one entity of a view pass a scheme.

    Without ``costs`` the default of ``costs`` holds. Facts that are unknown are not changed.
    """
    own = alone(view, row)
    rated = rate(prepared, own, 0)
    version = None if rated.version is None else rated.version.id
    blank = Changes(rated.entity, prepared.scheme.id, version, rated.outcome, "passes")
    simple: dict[str | None, Found] = {"passed": "passes", "not_in_force": "not_in_force", None: "no_outcome"}
    if rated.outcome in simple or rated.version is None:
        return replace(blank, found=simple.get(rated.outcome, "not_in_force"))
    return _Search(prepared, own, rated, costs).result(blank)


@dataclass(frozen=True, slots=True)
class _Best:
    facts: Facts
    cost: Fraction
    rated: Rating


class _Search:
    """The search for one entity that does not pass."""

    def __init__(self, prepared: Prepared, view: View, rated: Rating, costs: Costs | None) -> None:
        if rated.version is None:
            raise AssertionError("only what is in force is searched")
        self.prepared, self.view, self.rated, self.version = prepared, view, rated, rated.version
        self.plan: Plan = prepared.plans[rated.version.id]
        self.names = read_now(prepared, rated.version)
        values = {name: value for name in self.names if (value := value_of(view, name)) is not None}
        self.costs = default_costs(values, self.names) if costs is None else costs
        self.facts = movables(prepared, rated.version, view, self.costs)
        self.held: dict[str, None] = {}
        self.ranges = usual_range(self.plan, view, self.names)
        self.is_proved = True
        self._hold_transitions()

    def result(self, blank: Changes) -> Changes:
        """Return what the search finds."""
        best = self._first()
        if best is not None:
            best = self._proved(best)
        common = replace(blank, is_exact=self.is_proved and not self.held, held=tuple(self.held))
        if best is None:
            return replace(common, found="blocked", blocked=self._blocked())
        movable = {fact.name: fact for fact in self.facts}
        changes = tuple(_change(movable[name], after) for name, after in best.facts.items())
        return replace(
            common, found="changes", changes=changes, cost=best.cost, route=best.rated.route, score=best.rated.score
        )

    def _hold_transitions(self) -> None:
        """Hold what a transition reads, so that the version stays the one that judges."""
        newest = self.prepared.scheme.version_on(self.view.panel.as_of)
        if newest is None:
            return
        read = {r.name for r in self._transition_reads(newest.id)}
        self._hold(name for name in [fact.name for fact in self.facts] if name in read)

    def _transition_reads(self, version: str) -> tuple[Reading, ...]:
        from huoju.core.rule import readings

        found = self.prepared.scheme.version(version).transitions
        return tuple(reading for transition in found for reading in readings(transition.when))

    def _hold(self, names: object) -> None:
        for name in names:  # type: ignore[attr-defined]
            self.held[name] = None
        self.facts = tuple(fact for fact in self.facts if fact.name not in self.held)

    def _built(
        self, budget: Fraction | None, finish: Callable[[Model, tuple[Need, ...]], None]
    ) -> tuple[Model, Moving]:
        """Return the model, holding facts until it is linear."""
        while True:
            model = Model()
            moving = Moving(model, self.facts, self.ranges, budget)
            moving.keep_within(self.view, self.names, self.costs)
            try:
                reader = moving.reader(replace_parameters(self.view, self.plan))
                finish(model, Passing(self.plan, reader, model).needs())
            except NotLinear as error:
                names = sorted({moving.owner[number] for number in error.variables if number in moving.owner})
                self._hold(names or [fact.name for fact in self.facts])
                continue
            return model, moving

    def _first(self) -> _Best | None:
        """Return some way to pass, cheap if not the cheapest."""
        model, moving = self._built(None, _demand)
        return self._improved(model, moving, None, magnitude(model))

    def _proved(self, best: _Best) -> _Best:
        """Return the cheapest way, looking only at what costs no more than one that is known."""
        if best.cost == 0:
            return best
        model, moving = self._built(best.cost, _demand)
        return self._improved(model, moving, best, float(best.cost)) or best

    def _improved(self, model: Model, moving: Moving, best: _Best | None, scale: float) -> _Best | None:
        """Return the best of a model; without one to beat, the first that passes."""
        is_first, cuts = best is None, list[Line]()
        for _ in range(ROUNDS):
            proposal = propose(model, cuts, scale)
            if proposal is None or (best is not None and proposal.bound >= float(best.cost) * (1 - _CLOSE)):
                return best
            settled = settle(model, proposal.choices, None if best is None else best.cost)
            if settled.found is not None:
                self.is_proved &= settled.found.is_proved
                found = self._confirmed(moving.told(settled.found.values))
                if found is not None and (best is None or found.cost < best.cost):
                    best = found
                if is_first and best is not None:
                    return best
            cuts.append(cut_off(model, proposal.choices, settled.because))
        self.is_proved = False
        return best

    def _confirmed(self, facts: Facts) -> _Best | None:
        """Return facts as the best so far where the evaluator says that the entity passes with them."""
        rated = rate(self.prepared, with_facts(self.view, {(name, 0): value for name, value in facts.items()}), 0)
        if rated.outcome != "passed":
            self.is_proved = False
            return None
        movable = {fact.name: fact for fact in self.facts}
        cost = sum((cost_of(movable[name], after) for name, after in facts.items()), ZERO)
        return _Best(facts, cost, rated)

    def _blocked(self) -> tuple[Blocked, ...]:
        """Return what stays unmet where as much as can be is met at once."""
        found: list[tuple[Need, int]] = []

        def finish(model: Model, needs: tuple[Need, ...]) -> None:
            found.clear()
            for need in needs:
                unmet = model.choice(cost=ONE)
                model.require(one_of([model.claim(need.logic), unmet]))
                found.append((need, unmet))

        model, _ = self._built(None, finish)
        free = [replace(v, cost=v.cost if v.cost == 1 and v.is_choice else ZERO) for v in model.variables]
        model.variables = free
        proposal = propose(model, [], 1.0)
        unmet = [need for need, number in found if proposal is None or proposal.choices[number]]
        return tuple(Blocked(need.sort, need.ids, need.labels, self._unknown(need)) for need in unmet)

    def _unknown(self, need: Need) -> tuple[Reading, ...]:
        sort = "route" if need.sort == "grade" else need.sort
        reads = [reading for name in need.ids for reading in self.plan.reads.get((sort, name), ())]
        is_scored = need.sort == "grade" or any(
            route.total is not None or route.parts for route in self.version.routes if need.sort == "route"
        )
        if is_scored:
            reads += [reading for item in self.version.items for reading in self.plan.reads["item", item.id]]
        return tuple(reading for reading in dict.fromkeys(reads) if is_open(reading, self.view, 0))


def _demand(model: Model, needs: tuple[Need, ...]) -> None:
    for need in needs:
        model.demand(need.logic)


def _change(fact: Movable, after: Fraction | str) -> Change:
    return Change(fact.name, variables()[fact.name].label, fact.start, after, cost_of(fact, after))
