"""Which unknown facts would decide: the smallest sets whose arrival can bring an outcome, each tried by evaluation.

A set is named for an outcome where some values of it bring that outcome while no part of it can. Single facts are
searched in full: their values come from every point at which the rule switches. Pairs and triples are searched by
fixing one after the other, in the order of the scheme, so that what is named was found by evaluation, but a set that
needs an unusual first value may be missed. The search ends after ``budget`` evaluations, and then says so.

Sets that can bring a failure are listed only of the least size at which one can. A set can only bring a pass if it
meets every open gate and veto, and only a failure if all of it stands in one gate or veto or in what makes the
routes; others are not tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations

from huoju.core.rule import Reading
from huoju.core.rule_row import Bound
from huoju.core.variable import Variable, event_kinds, variables
from huoju.core.view import View
from huoju.ratings.combine import is_open
from huoju.ratings.decide import rate
from huoju.ratings.gap.costs import Costs
from huoju.ratings.gap.guesses import Guess, Guesser
from huoju.ratings.gap.result import Decides, Deciding, DecidingSet, Example, Stretch, Wanted
from huoju.ratings.gap.told import alone
from huoju.ratings.plan import Prepared
from huoju.ratings.rating import Rating
from huoju.ratings.scheme import Words

BUDGET = 2_000
_SUPPLIED = ("fact", "judgement", "events")


def deciding_facts(
    prepared: Prepared,
    view: View,
    row: int = 0,
    *,
    costs: Costs | None = None,
    most: int = 3,
    budget: int = BUDGET,
) -> Deciding:
    """Return the sets of at most ``most`` unknown facts that would decide what is open of one entity of a view.

    First by size, then those that decide whatever they are, that can bring more, that cost less, in the order of the
    scheme. Where the outcome is decided and only the grade or the score is open, they decide that.
    """
    own = alone(view, row)
    rated = rate(prepared, own, 0)
    version = None if rated.version is None else rated.version.id
    decides = _what_is_open(rated)
    if decides == "nothing" or rated.version is None:
        return Deciding(rated.entity, prepared.scheme.id, version, rated.outcome, "nothing", (), True, 0)
    search = _Search(prepared, own, rated, decides, costs or Costs({}, {}), budget)
    sets = search.sets(most)
    is_complete, evaluations = search.is_complete, search.evaluations
    can_pass = decides != "outcome" or any("passed" in own.brings for own in sets)
    unstated = tuple(reading for reading in search.missing if reading.sort not in _SUPPLIED)
    return Deciding(
        *(rated.entity, prepared.scheme.id, version, rated.outcome, decides),
        *(sets, is_complete, evaluations, None if can_pass else search.passing(), unstated),
    )


def _what_is_open(rated: Rating) -> Decides:
    if rated.outcome == "unknown":
        return "outcome"
    if rated.outcome == "not_in_force":
        return "nothing"
    if len(rated.grades) > 1:
        return "grade"
    return "score" if rated.total is not None and not rated.total.is_known else "nothing"


@dataclass(slots=True)
class _Tried:
    """What the values of one set were found to bring; ``numbers`` of a single one, in the order of trying."""

    brings: dict[str, Example]
    numbers: list[tuple[Fraction, str, str]] = field(default_factory=list)
    is_certain: bool = True
    widest: Bound = Fraction(0)


class _Search:
    def __init__(
        self, prepared: Prepared, view: View, rated: Rating, decides: Decides, costs: Costs, budget: int
    ) -> None:
        if rated.version is None:
            raise AssertionError("only what is in force is searched")
        self.prepared, self.view, self.rated, self.decides, self.costs = prepared, view, rated, decides, costs
        self.version, self.plan = rated.version, prepared.plans[rated.version.id]
        self.guesser = Guesser(prepared, rated.version)
        self.budget, self.evaluations, self.is_spent = budget, 0, False
        self.missing = rated.missing or self._of_items()
        self.open = tuple(reading for reading in self.missing if reading.sort in _SUPPLIED)
        self.needed, self.either = self._criteria()

    @property
    def is_complete(self) -> bool:
        """Whether everything was tried that is to be tried, and every rule could be turned into points."""
        return not self.is_spent and self.guesser.is_complete

    def sets(self, most: int) -> tuple[DecidingSet, ...]:
        """Return every deciding set, the most valuable first."""
        brought: dict[frozenset[Reading], set[str]] = {}
        found: list[tuple[tuple[object, ...], DecidingSet]] = []
        for size in range(1, most + 1):
            for chosen in combinations(self.open, size):
                below = set().union(*(own for part, own in brought.items() if part < set(chosen)))
                if size > 1 and any("failed" in own.brings for _, own in found if len(own.wanted) < size):
                    below = below | {"failed"}
                if self.is_spent or not self._may_bring(chosen, below):
                    continue
                tried = self._tried(chosen, below)
                fresh = {name: example for name, example in tried.brings.items() if name not in below}
                narrows = self._narrows(tried) if self.decides == "score" and size == 1 else None
                if fresh:
                    brought[frozenset(chosen)] = set(fresh)
                if fresh or narrows:
                    own = self._set(chosen, fresh, tried, narrows)
                    found.append(((len(chosen), *_rank(own), len(found)), own))
        return tuple(own for _, own in sorted(found, key=lambda pair: pair[0]))

    def _of_items(self) -> tuple[Reading, ...]:
        reads = [reading for item in self.version.items for reading in self.plan.reads["item", item.id]]
        reads += self.plan.stage_reads
        return tuple(reading for reading in dict.fromkeys(reads) if is_open(reading, self.view, 0))

    def _criteria(self) -> tuple[list[frozenset[Reading]], frozenset[Reading]]:
        """Return what each open gate and veto reads, and what makes the routes."""
        needed = [criterion for sort in ("gate", "veto") for criterion in self.rated.of(sort).values()]
        open_ones = [criterion for criterion in needed if criterion.state not in ("met", "unmet")]
        scored = [c for sort in ("route", "item") for c in self.rated.of(sort).values()]
        either = frozenset(reading for criterion in scored for reading in criterion.readings)
        return [frozenset(c.readings) for c in open_ones], either | frozenset(self.plan.stage_reads)

    def _may_bring(self, chosen: Sequence[Reading], below: set[str]) -> bool:
        """Return whether a set may bring something that no part of it can."""
        if self.decides != "outcome":
            return all(reading in self.either for reading in chosen)
        own = set(chosen)
        may_pass = "passed" not in below and all(reads & own for reads in self.needed)
        may_fail = "failed" not in below and (own <= self.either or any(own <= reads for reads in self.needed))
        return may_pass or may_fail

    def _tried(self, chosen: Sequence[Reading], below: set[str]) -> _Tried:
        tried = _Tried({})
        for guesses, rated in self._branches(chosen, self.view, ()):
            brings, values = self._brings(rated), tuple(guess.shown for guess in guesses)
            if len(guesses) == 1 and guesses[0].number is not None:
                tried.numbers.append((guesses[0].number, values[0], brings or "open"))
            if brings is None:
                tried.is_certain = False
            elif brings not in tried.brings:
                names = (reading.name for reading in chosen)
                tried.brings[brings] = Example(brings, tuple(zip(names, values, strict=True)))
            if rated.total is not None:
                tried.widest = max(tried.widest, rated.total.high - rated.total.low)
            is_all = {"passed", "failed"} <= below | set(tried.brings)
            if self.decides == "outcome" and len(chosen) > 1 and is_all and not tried.is_certain:
                break
        return tried

    def _branches(
        self, chosen: Sequence[Reading], view: View, before: tuple[Guess, ...]
    ) -> Iterator[tuple[tuple[Guess, ...], Rating]]:
        """Yield values of a set with what they give, one fact after the other."""
        for guess in self.guesser.guesses(chosen[0], view):
            if self.is_spent:
                return
            told = guess.tell(view)
            if len(chosen) > 1:
                yield from self._branches(chosen[1:], told, (*before, guess))
                continue
            rated = self._rated(told)
            if rated is not None:
                yield (*before, guess), rated

    def _rated(self, view: View) -> Rating | None:
        if self.evaluations >= self.budget:
            self.is_spent = True
            return None
        self.evaluations += 1
        return rate(self.prepared, view, 0)

    def _brings(self, rated: Rating) -> str | None:
        if self.decides == "outcome":
            return rated.outcome if rated.outcome in ("passed", "failed") else None
        if self.decides == "grade":
            return rated.grade
        return "scored" if rated.score is not None else None

    def _narrows(self, tried: _Tried) -> Bound | None:
        if self.rated.total is None:
            return None
        before = self.rated.total.high - self.rated.total.low
        if isinstance(before, float) and math.isinf(before):
            return None if isinstance(tried.widest, float) else math.inf
        return before - tried.widest

    def _set(
        self, chosen: Sequence[Reading], fresh: Mapping[str, Example], tried: _Tried, narrows: Bound | None
    ) -> DecidingSet:
        wanted = tuple(Wanted(r, *self._words(r), self.costs.of_obtaining(r.name)) for r in chosen)
        cost = sum((one.cost for one in wanted), Fraction(0))
        stretches = _stretches(tried.numbers, variables()[chosen[0].name]) if tried.numbers else ()
        return DecidingSet(wanted, tuple(fresh), tried.is_certain, cost, tuple(fresh.values()), stretches, narrows)

    def passing(self) -> DecidingSet | None:
        """Return some set of any size that can bring a pass and of which nothing can be left out.

        Each unknown is given what brings the entity nearest to a pass, then each is taken away that is not needed.
        """
        self.budget, self.is_spent = self.evaluations + self.budget, False
        told: dict[Reading, Guess] = {}
        for _ in range(2):
            for reading in self.open:
                others = self._told({other: guess for other, guess in told.items() if other != reading})
                rated = [(guess, self._rated(guess.tell(others))) for guess in self.guesser.guesses(reading, others)]
                found = [(_nearness(own), -place) for place, (_, own) in enumerate(rated) if own is not None]
                if found:
                    told[reading] = rated[-max(found)[1]][0]
            if self.is_spent or rate(self.prepared, self._told(told), 0).outcome == "passed":
                break
        if rate(self.prepared, self._told(told), 0).outcome != "passed":
            return None
        for reading in reversed(self.open):
            fewer = {other: guess for other, guess in told.items() if other != reading}
            if rate(self.prepared, self._told(fewer), 0).outcome == "passed":
                told = fewer
        chosen = [reading for reading in self.open if reading in told]
        example = Example("passed", tuple((reading.name, told[reading].shown) for reading in chosen))
        return self._set(chosen, {"passed": example}, _Tried({}, is_certain=False), None)

    def _told(self, told: Mapping[Reading, Guess]) -> View:
        view = self.view
        for guess in told.values():
            view = guess.tell(view)
        return view

    def _words(self, reading: Reading) -> tuple[Words, str]:
        """Return what something is called and who supplies it; a judgement and events name no supplier."""
        if reading.sort == "fact":
            return variables()[reading.name].label, variables()[reading.name].supplier
        if reading.sort == "events":
            return event_kinds()[reading.name].label, ""
        labels: Iterable[tuple[str, Words]] = ((item.id, item.label) for item in self.version.items)
        return {**dict(labels), **self.version.judgements}.get(reading.name, {}), ""


def _nearness(rated: Rating) -> tuple[int, int, Bound]:
    """Return how near to a pass a rating is: what is met more than is not, and the least total."""
    states = [c.state for sort in ("gate", "veto", "route") for c in rated.of(sort).values()]
    least = -math.inf if rated.total is None else rated.total.low
    return int(rated.outcome == "passed"), states.count("met") - states.count("unmet"), least


def _stretches(numbers: Sequence[tuple[Fraction, str, str]], variable: Variable) -> tuple[Stretch, ...]:
    """Return from where to where a number brings what, by values in their order."""
    found: list[Stretch] = []
    for _, shown, brings in sorted(numbers):
        if found and found[-1].brings == brings:
            found[-1] = replace(found[-1], high=shown)
        else:
            found.append(Stretch(brings, shown, shown))
    if variable.at_least is None:
        found[0] = replace(found[0], low=None)
    if variable.at_most is None:
        found[-1] = replace(found[-1], high=None)
    return tuple(found)


def _rank(own: DecidingSet) -> tuple[object, ...]:
    return not own.is_certain, -len(own.brings), -(own.narrows or 0), own.cost
