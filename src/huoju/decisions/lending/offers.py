"""Offers: who may be lent to at all, up to how much at each rate, and what each offer earns, uses and may lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huoju.decisions.lending.applicants import Applicants
from huoju.decisions.lending.churn import Churn
from huoju.decisions.lending.problem import Floats, Problem, Rows, Whole
from huoju.decisions.lending.terms import RATINGS, Terms

CAPS = ("limit-at-most", "single-borrower", "share-of-sales", "repayment-capacity")


@dataclass(frozen=True, slots=True)
class World:
    """What may happen: ``probability`` ``(s, n)`` of default under each scenario, and their ``weight`` ``(s,)``."""

    probability: Floats
    weight: Floats

    @classmethod
    def plain(cls, applicants: Applicants) -> World:
        """Return the world in which each default probability is what it was assessed to be."""
        return cls(applicants.probability[None, :], np.ones(1))


@dataclass(frozen=True, slots=True)
class Offers:
    """All offers to ``n`` applicants over ``K`` rates.

    ``standing`` is open, refer or refuse, with ``codes`` that say why it is not open. ``cap`` ``(n, K)`` whole steps,
    0 where not open; ``cap_by`` ``(n, K)`` the place in ``CAPS`` of what sets it. ``kept`` ``(n, K)`` the share that is
    drawn.
    """

    terms: Terms
    applicants: Applicants
    world: World
    standing: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    kept: Floats
    cap: Whole
    cap_by: Whole

    @property
    def probability(self) -> Floats:
        """The expected default probability; ``(n,)``, NaN where unknown."""
        return np.asarray(self.world.weight @ self.world.probability)

    def problem(self, tail: float | None = None) -> Problem:
        """Return the problem in whole steps; who is not open has no choice in it."""
        terms, bounds = self.terms, self.terms.bounds
        chance = np.nan_to_num(self.world.probability, nan=1.0)[:, :, None]
        lost = terms.loss_given_default * chance
        profit = self.kept[None] * (terms.grid * (1 - chance) - lost - terms.funding_cost)
        mean = self.world.weight @ lost[:, :, 0]
        use = np.ones_like(self.kept) if terms.counts == "offered" else self.kept
        budget = terms.budget / terms.step
        return Problem(
            profit=profit,
            weight=self.world.weight,
            tail=tail,
            use=use,
            loss=self.kept * mean[:, None],
            cap=self.cap,
            least=terms.limit_at_least // terms.step,
            rows=self._rows(use, budget),
            loss_at_most=bounds.expected_loss * budget,
            grants_at_least=bounds.grants_at_least,
        )

    def _rows(self, use: Floats, budget: float) -> Rows:
        """Return the budget and the bounds that could bind: a row that all limits together keep is left out."""
        bounds, industry = self.terms.bounds, np.array(self.applicants.industry)
        names, shares, most = ["budget"], [np.ones(len(industry))], [1.0]
        for section in sorted(set(self.applicants.industry)):
            names.append(f"industry:{section or 'unknown'}")
            shares.append((industry == section).astype(np.float64))
            most.append(bounds.industry if section else bounds.industry_unknown)
        names.append("rating:C")
        shares.append(self.applicants.stays()[:, RATINGS.index("C")])
        most.append(bounds.rating_c)
        for name, share in zip(self.applicants.buyers.names, self.applicants.buyers.share, strict=True):
            names.append(f"buyer:{name}")
            shares.append(share)
            most.append(bounds.buyer)
        share, at_most = np.array(shares), np.array(most) * budget
        fullest = share @ (self.cap * use).max(axis=1, initial=0.0)
        kept = [0, *(place for place in range(1, len(names)) if fullest[place] > at_most[place])]
        return Rows(tuple(names[place] for place in kept), share[kept], at_most[kept])


def make_offers(applicants: Applicants, terms: Terms, churn: Churn, world: World | None = None) -> Offers:
    """Return every offer that the policy allows.

    An unknown default probability, cash flow or yearly sales is never taken for zero: such an enterprise is referred
    and has no offer.
    """
    world = world or World.plain(applicants)
    probability = np.asarray(world.weight @ world.probability)
    cap, cap_by = _caps(applicants, terms)
    standing, codes = _standing(applicants, terms, probability, cap, cap_by)
    is_open = np.array([state == "open" for state in standing], dtype=bool)
    kept = applicants.stays() @ churn.kept(terms.grid)
    return Offers(terms, applicants, world, standing, codes, kept, np.where(is_open[:, None], cap, 0), cap_by)


def _caps(applicants: Applicants, terms: Terms) -> tuple[Whole, Whole]:
    """Return the largest limit at each rate in whole steps, and what sets it; ``(n, K)``, 0 where unknown."""
    count, rates = len(applicants), len(terms.rates)
    caps = np.empty((len(CAPS), count, rates))
    caps[0] = terms.limit_at_most
    caps[1] = terms.bounds.single_borrower * terms.budget
    caps[2] = (applicants.yearly_sales * terms.share_of_sales)[:, None]
    caps[3] = applicants.room[:, None] / terms.service_share
    known = ~np.isnan(caps).any(axis=0)
    least = np.nan_to_num(caps).min(axis=0)
    steps = np.floor(np.maximum(least, 0) / terms.step + 1e-9).astype(np.int64)
    return np.where(known, steps, 0), np.argmin(np.nan_to_num(caps, nan=np.inf), axis=0)


def _standing(
    applicants: Applicants, terms: Terms, probability: Floats, cap: Whole, cap_by: Whole
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rated = np.array([letter is not None for letter in applicants.rating], dtype=bool)
    refused = np.array([letter in terms.refused_ratings for letter in applicants.rating], dtype=bool)
    too_small = ~np.isnan(applicants.room + applicants.yearly_sales)
    too_small &= cap.max(axis=1, initial=0) < terms.limit_at_least // terms.step
    lowest = cap_by[:, 0] if cap_by.shape[1] else np.zeros(len(rated), dtype=np.int64)
    refuses = {
        "rating-refused": refused,
        "rating-likely-refused": ~rated & (applicants.chance[:, -1] > terms.refused_chance_over),
        "probability-too-high": np.nan_to_num(probability) > terms.probability_over,
        **{f"{CAPS[place]}-too-small": too_small & (lowest == place) for place in range(len(CAPS))},
    }
    unknown = {
        "score-unknown": np.isnan(probability),
        "cash-flow-unknown": np.isnan(applicants.room),
        "sales-unknown": np.isnan(applicants.yearly_sales),
    }
    standing, codes = [], []
    for row in range(len(applicants)):
        refusals = [code for code in applicants.records[row] if code in terms.refused_records]
        refusals += [code for code, holds in refuses.items() if holds[row]]
        cautions = [code for code, holds in unknown.items() if holds[row]]
        cautions += [code for code in applicants.cautions[row] if code in terms.referred and code not in cautions]
        standing.append("refuse" if refusals else "refer" if cautions else "open")
        codes.append(tuple(dict.fromkeys([*refusals, *cautions])))
    return tuple(standing), tuple(codes)
