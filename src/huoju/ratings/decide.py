"""The decision of a scheme for one entity: gates, vetoes, routes, grades, checks, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from huoju.core.finding import Finding
from huoju.core.rule import Reading
from huoju.core.rule_row import Row, Span
from huoju.core.view import View
from huoju.ratings.combine import (
    add_up,
    count_item,
    is_for_a_person,
    is_open,
    item_criterion,
    possible_stages,
    total_of,
)
from huoju.ratings.plan import Plan, Prepared
from huoju.ratings.points import met
from huoju.ratings.rating import Criterion, Outcome, PartResult, Rating, State
from huoju.ratings.scheme import Condition, Gate, Grade, Route, Stated, Version

NO_GRADE = ""
_STATES: dict[bool | None, State] = {True: "met", False: "unmet", None: "unknown"}


def rate(prepared: Prepared, view: View, row: int, version: str | None = None) -> Rating:
    """Return what a scheme says of one entity of a view, by the version in force on its day.

    Where a transition sends the entity to an older version, that one judges, although it has expired. A ``version``
    that is named judges alone, and only on days on which it is in force.
    """
    scheme, day = prepared.scheme, view.panel.as_of
    if version is not None:
        named = scheme.version(version)
        version_found, findings = (named if named.is_in_force(day) else None), tuple[Finding, ...]()
    else:
        version_found, findings = version_for(prepared, view, row)
    blank = Rating(view.panel.entities[row], scheme.id, scheme.label, version_found, day, view.year, "not_in_force")
    if version_found is None:
        return replace(blank, findings=findings, overlays=scheme.overlays)
    plan = prepared.plans[version_found.id]
    rated = _rated(plan, replace_parameters(view, plan), row, blank)
    return replace(rated, findings=(*findings, *rated.findings), overlays=scheme.overlays)


def replace_parameters(view: View, plan: Plan) -> View:
    """Return the view with the parameters of a version where the view gives none."""
    return replace(view, parameters=plan.parameters(view.parameters))


def version_for(prepared: Prepared, view: View, row: int) -> tuple[Version | None, tuple[Finding, ...]]:
    """Return the version that judges an entity, and a finding where a transition could not be decided."""
    day = view.panel.as_of
    version = prepared.scheme.version_on(day)
    if version is None:
        return None, ()
    open_ones: list[Finding] = []
    for transition in version.transitions:
        if (transition.start and day < transition.start) or (transition.end and day > transition.end):
            continue
        holds = Row(view, row).truth(transition.when)
        if holds:
            return prepared.scheme.version(transition.use), ()
        if holds is None:
            open_ones.append(Finding("transition-undecided", "", {"version": version.id, "other": transition.use}))
    return version, tuple(open_ones)


def _rated(plan: Plan, view: View, row: int, blank: Rating) -> Rating:
    version, one, findings = plan.version, Row(view, row), list[Finding]()
    stages = possible_stages(plan, one)
    counted = [count_item(plan, item, one, stages, findings) for item in version.items]
    parts = [add_up(plan, part, counted, stages) for part in version.parts]
    total = total_of(plan, parts, counted, stages)
    gates = [_gate(plan, gate, one) for gate in version.gates]
    vetoes = [_condition(plan, "veto", veto, one) for veto in version.vetoes]
    routes = [_route(plan, route, one, total, parts) for route in version.routes]
    checks = [_condition(plan, "check", check, one) for check in version.checks]
    items = [item_criterion(plan, item, one) for item in counted]
    grades = possible_grades(version.grades, total, view.parameters)
    outcome = _outcome(version, [*gates, *vetoes], routes, grades)
    passed = next((route.id for route in routes if route.state == "met"), None)
    refused = total is None and bool(counted)
    rated = replace(
        blank,
        outcome=outcome,
        route=passed if outcome == "passed" else None,
        total=total,
        grades=grades,
        stages=stages,
        parts=tuple(parts),
        criteria=(*gates, *vetoes, *items, *routes, *checks),
        unstated=plan.unstated(view) if refused or any(c.state == "unknown" for c in routes) else (),
        findings=tuple(findings),
    )
    return replace(rated, missing=_missing(plan, view, row, rated))


def _gate(plan: Plan, gate: Gate, row: Row) -> Criterion:
    holds = row.truth(gate.require)
    if holds is not True and gate.unless is not None:
        exempt = row.truth(gate.unless)
        holds = True if exempt else holds if exempt is False else None
    reads = plan.reads["gate", gate.id]
    return Criterion("gate", gate.id, gate.label, _state(holds, reads, row), gate.basis, reads)


def _condition(plan: Plan, sort: str, condition: Condition, row: Row) -> Criterion:
    holds = row.truth(condition.when)
    reads = plan.reads[sort, condition.id]
    if sort == "check":
        return Criterion("check", condition.id, condition.label, _state(holds, reads, row), condition.basis, reads)
    clear = None if holds is None else not holds
    return Criterion("veto", condition.id, condition.label, _state(clear, reads, row), condition.basis, reads)


def _route(plan: Plan, route: Route, row: Row, total: Span | None, parts: Sequence[PartResult]) -> Criterion:
    states: list[bool | None] = []
    if route.when is not None:
        states.append(row.truth(route.when))
    if route.total is not None:
        states.append(None if total is None else met(route.total, total, row.view.parameters))
    by_id = {part.id: part.points for part in parts}
    for name, limit in route.parts.items():
        span = by_id[name]
        states.append(None if span is None else met(limit, span, row.view.parameters))
    holds = False if False in states else None if None in states else True
    reads = plan.reads["route", route.id]
    return Criterion("route", route.id, route.label, _state(holds, reads, row), route.basis, reads)


def _state(holds: bool | None, reads: Sequence[Reading], row: Row) -> State:
    if holds is None and is_for_a_person(reads, row.view, row.row):
        return "manual_review"
    return _STATES[holds]


def possible_grades(grades: Sequence[Grade], total: Span | None, parameters: Mapping[str, Stated]) -> tuple[str, ...]:
    """Return the grades that a total may reach, the best first, ``NO_GRADE`` last; all where there is no total."""
    if total is None:
        return (*(grade.id for grade in grades), NO_GRADE) if grades else ()
    possible = []
    for grade in grades:
        reached = True if grade.total is None else met(grade.total, total, parameters)
        if reached is not False:
            possible.append(grade.id)
        if reached:
            return tuple(possible)
    return (*possible, NO_GRADE) if possible else ()


def _outcome(
    version: Version, needed: Sequence[Criterion], routes: Sequence[Criterion], grades: Sequence[str]
) -> Outcome | None:
    states = [_truth(criterion.state) for criterion in needed]
    if routes:
        own = [_truth(route.state) for route in routes]
        states.append(True if True in own else None if None in own else False)
    elif version.grades:
        states.append(False if not grades else True if len(grades) == 1 else None)
    elif not needed:
        return None
    return "failed" if False in states else "unknown" if None in states else "passed"


def _truth(state: State) -> bool | None:
    return True if state == "met" else False if state == "unmet" else None


def _missing(plan: Plan, view: View, row: int, rated: Rating) -> tuple[Reading, ...]:
    """Return what is unknown and keeps the outcome open, or the score where nothing is passed."""
    if rated.outcome not in ("unknown", None):
        return ()
    of_sort = {sort: list(rated.of(sort).values()) for sort in ("gate", "veto", "route", "item")}
    asked = [criterion for criterion in (*of_sort["gate"], *of_sort["veto"]) if _truth(criterion.state) is None]
    if not any(route.state == "met" for route in of_sort["route"]):
        asked += [route for route in of_sort["route"] if _truth(route.state) is None]
        asked += [item for item in of_sort["item"] if item.points is None or not item.points.is_known]
    reads = [reading for criterion in asked for reading in criterion.readings]
    if len(rated.stages) > 1:
        reads += plan.stage_reads
    return tuple(reading for reading in dict.fromkeys(reads) if is_open(reading, view, row))
