"""The decision of a scheme for many entities at once: the same states as ``decide.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from huoju.core.exact import Bools
from huoju.core.rule import Reading
from huoju.core.rule_columns import Columns
from huoju.core.spans import ALWAYS, NEVER, Spans, Truths, all_of, any_of, meets
from huoju.ratings.combine_columns import Added
from huoju.ratings.scheme import Gate, Grade, Limit, Route, Stated

Codes = NDArray[np.int8]
STATES = ("unmet", "met", "unknown", "manual_review", "not_applicable")
OUTCOMES = ("failed", "passed", "unknown", "not_in_force", None)
UNMET, MET, UNKNOWN, MANUAL_REVIEW, NOT_APPLICABLE = (np.int8(code) for code in range(5))
FAILED, PASSED, NOT_IN_FORCE, UNDECIDED = np.int8(0), np.int8(1), np.int8(3), np.int8(4)


@dataclass(frozen=True, slots=True)
class Openness:
    """What is unknown of some rows of a view, reading by reading."""

    columns: Columns
    _found: dict[Reading, Bools] = field(default_factory=dict)

    def of(self, reading: Reading) -> Bools:
        """Return where something that a rule reads is unknown, ``(n,)`` or one for all."""
        if reading not in self._found:
            self._found[reading] = self._open(reading)
        return self._found[reading]

    def for_a_person(self, reads: Sequence[Reading]) -> Bools:
        """Return where all that is still needed is a person's judgement."""
        judged, rest = NEVER, NEVER
        for reading in reads:
            if reading.sort == "judgement":
                judged = judged | self.of(reading)
            else:
                rest = rest | self.of(reading)
        return judged & ~rest

    def _open(self, reading: Reading) -> Bools:
        view, rows = self.columns.view, self.columns.rows
        match reading.sort:
            case "fact":
                return np.asarray(~view.column(reading.name, reading.lag).known[rows])
            case "events":
                told = view.told.get(reading.name)
                return ALWAYS if told is None else np.asarray(~told[rows])
            case "judgement":
                column = view.judgements.get(reading.name)
                return ALWAYS if column is None else np.asarray(~column.known[rows])
            case "parameter":
                return ALWAYS if view.parameters.get(reading.name) is None else NEVER
            case "population":
                return NEVER if reading.name in view.populations else ALWAYS


def states(found: Truths, reads: Sequence[Reading], openness: Openness) -> Codes:
    """Return the state of a criterion, ``(n,)``: met, unmet, unknown, or for a person to review."""
    codes = np.full(len(openness.columns), UNKNOWN, dtype=np.int8)
    if any(reading.sort == "judgement" for reading in reads):
        np.copyto(codes, MANUAL_REVIEW, where=openness.for_a_person(reads))
    np.copyto(codes, MET, where=found.yes)
    np.copyto(codes, UNMET, where=found.no)
    return codes


def gate_truth(gate: Gate, columns: Columns) -> Truths:
    """Return where a gate holds, or an exemption from it does."""
    require = columns.truth(gate.require)
    return require if gate.unless is None else any_of([require, columns.truth(gate.unless)])


def limit_truth(limit: Limit, found: Added, parameters: Mapping[str, Stated]) -> Truths:
    """Return where points meet a limit; unknown where they cannot be scored, or where no source states the limit."""
    at = limit.bound(parameters)
    if at is None:
        return Truths(NEVER, NEVER)
    met = meets(limit.operation, found.points, Spans.of(at))
    return met if found.scored.all() else Truths(met.yes & found.scored, met.no & found.scored)


def route_truth(route: Route, columns: Columns, total: Added, parts: Mapping[str, Added]) -> Truths:
    """Return where a route is met: its condition, and the limits of the total and of parts."""
    parameters = columns.view.parameters
    found = [] if route.when is None else [columns.truth(route.when)]
    if route.total is not None:
        found.append(limit_truth(route.total, total, parameters))
    found += [limit_truth(limit, parts[name], parameters) for name, limit in route.parts.items()]
    return all_of(found)


def possible_grades(grades: Sequence[Grade], total: Added, parameters: Mapping[str, Stated]) -> list[Bools]:
    """Return where each grade may be reached, the best first, none of them last; ``(n,)`` or one for all."""
    found, live, any_yet = list[Bools](), ALWAYS, NEVER
    for grade in grades:
        reached = Truths(ALWAYS, NEVER) if grade.total is None else limit_truth(grade.total, total, parameters)
        found.append(live & ~reached.no)
        any_yet = any_yet | found[-1]
        live = live & ~reached.yes
    found.append(live & any_yet)
    return found if not grades or total.scored.all() else [possible | ~total.scored for possible in found]


def decided(grades: Sequence[Bools], count: int) -> NDArray[np.int8]:
    """Return the place of the one grade that is possible, ``(n,)``; -1 where several are, or none is."""
    place = np.zeros(count, dtype=np.int8)
    for number, possible in enumerate(grades):
        place += possible.view(np.int8) * np.int8(number + 1)
    place *= (_several(grades) == 1).view(np.int8)
    place -= np.int8(1)
    return place


def _several(grades: Sequence[Bools]) -> NDArray[np.uint8]:
    counted = np.zeros(1, dtype=np.uint8)
    for possible in grades:
        counted = counted + possible.view(np.uint8)
    return counted


def outcomes(needed: Sequence[Truths], routes: Sequence[Truths], grades: Sequence[Bools] | None, count: int) -> Codes:
    """Return the outcome, ``(n,)`` places in ``OUTCOMES``."""
    found = list(needed)
    if routes:
        found.append(any_of(list(routes)))
    elif grades is not None:
        several = _several(grades)
        found.append(Truths(several == 1, several == 0))
    elif not needed:
        return np.full(count, UNDECIDED, dtype=np.int8)
    whole = all_of(found)
    codes = np.full(count, UNKNOWN, dtype=np.int8)
    np.copyto(codes, PASSED, where=whole.yes)
    np.copyto(codes, FAILED, where=whole.no)
    return codes


def first(routes: Sequence[Truths], where: Bools) -> NDArray[np.int16]:
    """Return the place of the first route that is met, ``(n,)``; -1 where none is, or outside ``where``."""
    place = np.full(len(where), -1, dtype=np.int16)
    for number in range(len(routes) - 1, -1, -1):
        np.copyto(place, np.int16(number), where=routes[number].yes & where)
    return place
