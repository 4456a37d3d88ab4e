"""What is missing to pass: sets of unknown facts that would decide, and the cheapest changes; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from huoju.core.fact import EntityId
from huoju.core.rule import Reading
from huoju.core.rule_row import Bound
from huoju.ratings.rating import Outcome
from huoju.ratings.scheme import Words

Decides = Literal["outcome", "grade", "score", "nothing"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One unknown fact, judgement or kind of event, who supplies it and what obtaining it costs."""

    reading: Reading
    label: Words
    supplier: str
    cost: Fraction


@dataclass(frozen=True, slots=True)
class Example:
    """What a set could be found to be, and what it then brings: one value by name, as decimal text."""

    brings: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From where to where one number brings what (``open`` where it leaves it open); None is without end."""

    brings: str
    low: str | None
    high: str | None


@dataclass(frozen=True, slots=True)
class DecidingSet:
    """Unknown facts that together can decide, and no fewer of them can bring the same.

    ``brings`` are the outcomes (or grades) that their arrival can bring, each with an example; ``is_certain``: they
    decide whatever they turn out to be. ``stretches`` says it for a single number, over all that it may be. Where
    only the score is open, ``narrows`` is by how many points, at the least, the arrival makes the span of the total
    narrower; None where that is not asked or the span is endless.
    """

    wanted: tuple[Wanted, ...]
    brings: tuple[str, ...]
    is_certain: bool
    cost: Fraction
    examples: tuple[Example, ...]
    stretches: tuple[Stretch, ...] = ()
    narrows: Bound | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """All deciding sets, the most valuable first; ``is_complete`` where the search was not cut short.

    ``passing`` is a set that can bring a pass where none of the sets is small enough to; nothing can be left out of
    it, though another may be smaller. None where a set can, or where none was found.
    ``unstated`` names parameters and populations without which nothing decides: no fact supplies them.
    """

    entity: EntityId
    scheme: str
    version: str | None
    outcome: Outcome | None
    decides: Decides
    sets: tuple[DecidingSet, ...]
    is_complete: bool
    evaluations: int
    passing: DecidingSet | None = None
    unstated: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One fact to change: from what to what, in the unit of the definition (money in yuan), and what it costs."""

    name: str
    label: Words
    before: Fraction | str
    after: Fraction | str
    cost: Fraction


@dataclass(frozen=True, slots=True)
class Blocked:
    """A gate, a veto or all routes (grades) that no change of what can change would make certain.

    ``unknown`` are the facts it reads that are unknown: until they are told, it can't be certain.
    """

    sort: Literal["gate", "veto", "route", "grade"]
    ids: tuple[str, ...]
    labels: tuple[Words, ...]
    unknown: tuple[Reading, ...]


Found = Literal["passes", "changes", "blocked", "not_in_force", "no_outcome"]


@dataclass(frozen=True, slots=True)
class Changes:
    """The cheapest changes that make an entity pass.

    ``found`` is ``passes`` (nothing to change), ``changes``, ``blocked`` (none would do; ``blocked`` says what
    stands in the way), ``not_in_force`` or ``no_outcome`` (the scheme passes nobody). ``is_exact`` is False where
    facts in ``held`` were kept as they are because the rule is not linear in them, or where the search was cut
    short: then something cheaper may exist, but what is given does pass.
    """

    entity: EntityId
    scheme: str
    version: str | None
    outcome: Outcome | None
    found: Found
    changes: tuple[Change, ...] = ()
    cost: Fraction | None = None
    route: str | None = None
    score: Fraction | None = None
    is_exact: bool = True
    held: tuple[str, ...] = ()
    blocked: tuple[Blocked, ...] = ()
