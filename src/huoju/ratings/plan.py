"""A version prepared once: what each criterion reads, which numbers no source states, what full marks are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from huoju.core.rule import Flag, Is, Judgement, Node, Reading, parts_of, readings
from huoju.core.view import View
from huoju.ratings.points import full_marks, is_unstated
from huoju.ratings.rating import Unstated
from huoju.ratings.scheme import Item, Judged, Limit, Options, Points, Scheme, Stated, Version, points_within


class Plan:
    """One version with everything that does not depend on an entity."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.reads: dict[tuple[str, str], tuple[Reading, ...]] = {}
        self.unstated_items: set[str] = set()
        self.unstated_points: set[str] = set()
        for gate in version.gates:
            self.reads["gate", gate.id] = _reads([gate.require, *([] if gate.unless is None else [gate.unless])])
        for sort, conditions in (("veto", version.vetoes), ("check", version.checks)):
            for condition in conditions:
                self.reads[sort, condition.id] = readings(condition.when)
        for route in version.routes:
            self.reads["route", route.id] = readings(route.when) if route.when is not None else ()
        for item in version.items:
            applies = [] if item.applies_if is None else [item.applies_if]
            self.reads["item", item.id] = _reads([*nodes_of(item.points), *applies])
            if is_unstated(item.points):
                self.unstated_points.add(item.id)
            if _has_unstated_weight(item) or item.id in self.unstated_points:
                self.unstated_items.add(item.id)
        self.stage_reads = _reads([stage.when for stage in version.stages if stage.when is not None])

    @property
    def is_draft(self) -> bool:
        """Whether a weight, a threshold or a parameter of the version is stated by no source."""
        limits = [limit for route in self.version.routes for limit in (route.total, *route.parts.values())]
        limits += [grade.total for grade in self.version.grades]
        return (
            bool(self.unstated_items)
            or any(parameter.value is None for parameter in self.version.parameters.values())
            or any(_is_unstated(limit) for limit in limits)
        )

    def parameters(self, given: Mapping[str, Fraction | None]) -> Mapping[str, Fraction | None]:
        """Return the parameters that hold: those given, else those stated."""
        own = {name: parameter.value for name, parameter in self.version.parameters.items()}
        return {**own, **{name: value for name, value in given.items() if value is not None}}

    def reads_unstated(self, item: Item, view: View) -> bool:
        """Return whether an item reads a parameter that no source states and nobody has given."""
        return any(
            reading.sort == "parameter" and view.parameters.get(reading.name) is None
            for reading in self.reads["item", item.id]
        )

    def unstated(self, view: View) -> tuple[Unstated, ...]:
        """Return every number of the version that no source states and nobody has given."""
        return tuple(self._unstated(view))

    def _unstated(self, view: View) -> Iterator[Unstated]:
        number = self.version.document.number or self.version.document.title
        for item in self.version.items:
            if item.id in self.unstated_items:
                yield Unstated("item", item.id, item.label, item.basis.source or number)
        for name, parameter in self.version.parameters.items():
            if view.parameters.get(name) is None:
                yield Unstated("parameter", name, parameter.label, parameter.basis.source or number)
        for route in self.version.routes:
            if any(_is_unstated(limit) for limit in (route.total, *route.parts.values())):
                yield Unstated("route", route.id, route.label, route.basis.source or number)
        for grade in self.version.grades:
            if _is_unstated(grade.total):
                yield Unstated("grade", grade.id, {"zh": grade.id, "en": grade.id}, number)

    def full(self, item: Item, stage: str | None) -> Fraction:
        """Return the most that an item can earn in a stage; the largest of all stages where that is open."""
        weights = [item.weight] if not isinstance(item.weight, Mapping) else _of_stage(item.weight, stage)
        return max((full_marks(item.points) * (weight or 0) for weight in weights), default=Fraction(0))


class Prepared:
    """A scheme with a plan for each of its versions."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.plans = {version.id: Plan(version) for version in scheme.versions}

    def labels(self, version: Version) -> Mapping[str, tuple[str, ...]]:
        """Return for each text that a version reads the labels that it knows, in the order of the scheme."""
        found: dict[str, dict[str, None]] = {}
        for item in version.items:
            for part in points_within(item.points):
                if isinstance(part, Options):
                    found.setdefault(part.name, {}).update(dict.fromkeys(part.give))
        for node in _all_nodes(version):
            if isinstance(node, Is):
                found.setdefault(node.name, {}).update(dict.fromkeys(node.labels))
        return {name: tuple(labels) for name, labels in found.items()}

    def readings(self, version: Version) -> tuple[Reading, ...]:
        """Return everything that a version reads, in the order of the scheme."""
        plan = self.plans[version.id]
        transitions = _reads([transition.when for transition in version.transitions])
        return tuple(
            dict.fromkeys([*transitions, *plan.stage_reads, *(r for reads in plan.reads.values() for r in reads)])
        )


def _all_nodes(version: Version) -> Iterator[Node]:
    conditions: list[Node | None] = [gate.require for gate in version.gates]
    conditions += [gate.unless for gate in version.gates]
    conditions += [condition.when for condition in (*version.vetoes, *version.checks)]
    conditions += [route.when for route in version.routes]
    conditions += [stage.when for stage in version.stages]
    conditions += [transition.when for transition in version.transitions]
    for item in version.items:
        conditions += [item.applies_if, *nodes_of(item.points)]
    for node in conditions:
        if node is not None:
            yield from _down(node)


def _down(node: Node) -> Iterator[Node]:
    yield node
    for part in parts_of(node):
        yield from _down(part)


def nodes_of(points: Points) -> Iterator[Node]:
    """Yield every expression that points read, a label or a judgement as what it is."""
    for part in points_within(points):
        if isinstance(part, Options):
            yield Flag(part.name, part.lag)
        elif isinstance(part, Judged):
            yield Judgement(part.name)
        for name in getattr(part, "__dataclass_fields__", ()):
            yield from _expressions(getattr(part, name))


def _expressions(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _expressions(item)


def _reads(nodes: Sequence[Node]) -> tuple[Reading, ...]:
    return tuple(dict.fromkeys(reading for node in nodes for reading in readings(node)))


def _has_unstated_weight(item: Item) -> bool:
    weights = item.weight.values() if isinstance(item.weight, Mapping) else [item.weight]
    return any(weight is None for weight in weights)


def _is_unstated(limit: Limit | None) -> bool:
    return limit is not None and limit.at is None and limit.parameter is None


def _of_stage(weights: Mapping[str, Stated], stage: str | None) -> list[Stated]:
    return list(weights.values()) if stage is None else [weights[stage]]
