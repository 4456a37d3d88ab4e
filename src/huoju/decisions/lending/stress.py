"""A portfolio under a sudden event: what it earns in each scenario, and what would be chosen with the event in mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from huoju.decisions.lending.applicants import Applicants
from huoju.decisions.lending.churn import Churn
from huoju.decisions.lending.events import Event
from huoju.decisions.lending.offers import Offers, World, make_offers
from huoju.decisions.lending.portfolio import Portfolio, choose
from huoju.decisions.lending.problem import Floats, Plan, aim_of
from huoju.decisions.lending.terms import Terms

AIMS = ("mean", "tail")


@dataclass(frozen=True, slots=True)
class Change:
    """One applicant whose loan the event changes: ``row``, limits in fen and rates before and after, and why.

    ``kind`` is dropped, added, less, more or rate; ``probability`` before and expected under the event.
    """

    row: int
    kind: str
    limit: tuple[int, int]
    rate: tuple[float, float]
    probability: tuple[float, float]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stressed:
    """Plans by aim (``mean``, ``tail``) under an event, and profits in fen by plan and scenario.

    ``outcomes`` holds ``before``, the plan chosen without thought of the event, and one line for each aim; ``(s,)``.
    """

    event: Event
    offers: Offers
    portfolios: Mapping[str, Portfolio]
    outcomes: Mapping[str, Floats]
    changes: Mapping[str, tuple[Change, ...]]

    def mean(self, plan: str) -> float:
        """Return the expected profit of a plan over the scenarios."""
        return aim_of(self.outcomes[plan], self.event.weight, None)

    def tail(self, plan: str) -> float:
        """Return the mean profit of a plan over the worst scenarios."""
        return aim_of(self.outcomes[plan], self.event.weight, self.event.tail)


def stress(before: Portfolio, room: Floats, event: Event, terms: Terms, churn: Churn) -> Stressed:
    """Return what an event does to a portfolio.

    ``room`` ``(n,)`` is how much more debt service cash flows bear over all scenarios, NaN where unknown. Raises
    ``PolicyError`` where no plan keeps the bounds under the event.
    """
    calm = before.offers.applicants
    hit: Applicants = replace(calm, room=room)
    world = World(event.probabilities(calm.probability, calm.industry, calm.yearly_sales), event.weight)
    offers = make_offers(hit, terms, churn, world)
    portfolios = {"mean": choose(offers), "tail": choose(offers, event.tail)}
    problem = offers.problem()
    plans: dict[str, Plan] = {"before": before.solved.plan}
    plans.update({aim: found.solved.plan for aim, found in portfolios.items()})
    outcomes = {name: problem.outcomes(plan) * terms.step for name, plan in plans.items()}
    changes = {aim: _changes(before, found) for aim, found in portfolios.items()}
    return Stressed(event, offers, portfolios, outcomes, changes)


def _changes(before: Portfolio, after: Portfolio) -> tuple[Change, ...]:
    moved = (before.limit != after.limit) | (np.nan_to_num(before.rate) != np.nan_to_num(after.rate))
    found = []
    for row in np.flatnonzero(moved):
        limits = int(before.limit[row]), int(after.limit[row])
        rates = float(before.rate[row]), float(after.rate[row])
        chances = float(before.offers.probability[row]), float(after.offers.probability[row])
        found.append(Change(int(row), _kind(limits), limits, rates, chances, after.codes[row]))
    return tuple(found)


def _kind(limits: tuple[int, int]) -> str:
    if not limits[1]:
        return "dropped"
    if not limits[0]:
        return "added"
    return "rate" if limits[0] == limits[1] else "less" if limits[1] < limits[0] else "more"
