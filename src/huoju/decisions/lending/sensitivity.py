"""Sensitivity: the portfolio solved again under other assumptions, beside keeping the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from huoju.core.errors import PolicyError
from huoju.decisions.lending.applicants import Applicants
from huoju.decisions.lending.churn import Churn
from huoju.decisions.lending.offers import Offers, World, make_offers
from huoju.decisions.lending.portfolio import Portfolio, choose
from huoju.decisions.lending.terms import Terms


@dataclass(frozen=True, slots=True)
class Changed:
    """One change and what comes of it; money in fen.

    ``kept_profit`` is what the plan first chosen would earn then; NaN where that plan breaks a bound or a limit of the
    changed policy. ``portfolio`` is None where no plan keeps the changed bounds.
    """

    code: str
    by: str
    portfolio: Portfolio | None
    kept_profit: float


def sensitivity(chosen: Portfolio, applicants: Applicants, terms: Terms, churn: Churn) -> tuple[Changed, ...]:
    """Return what becomes of the expected profit when one assumption at a time is another."""
    found = []
    for code, by, (who, policy, leaving) in _changes(applicants, terms, churn):
        offers = make_offers(who, policy, leaving, World.plain(who))
        try:
            again = choose(offers)
        except PolicyError:
            found.append(Changed(code, by, None, np.nan))
            continue
        found.append(Changed(code, by, again, _if_kept(chosen, offers)))
    return tuple(found)


def _changes(who: Applicants, terms: Terms, churn: Churn) -> Iterator[tuple[str, str, tuple[Applicants, Terms, Churn]]]:
    for times in (0.8, 1.2):
        budget = int(terms.budget * times) // terms.step * terms.step
        yield "budget", f"{times - 1:+.0%}", (who, replace(terms, budget=budget), churn)
    for times in (0.5, 1.5):
        bounds = replace(terms.bounds, expected_loss=terms.bounds.expected_loss * times)
        yield "loss-bound", f"{times - 1:+.0%}", (who, replace(terms, bounds=bounds), churn)
    for points in (-0.15, 0.15):
        given = min(max(terms.loss_given_default + points, 0.0), 1.0)
        yield "loss-given-default", f"{given:.0%}", (who, replace(terms, loss_given_default=given), churn)
    for points in (-0.005, 0.005):
        funding = max(terms.funding_cost + points, 0.0)
        yield "funding-cost", f"{funding:.1%}", (who, replace(terms, funding_cost=funding), churn)
    for points in (-0.005, 0.005):
        yield "churn", f"{points * 100:+.1f}", (who, terms, churn.shifted(points))
    yield "default-probability", "×1.5", (who.riskier(1.5), terms, churn)


def _if_kept(chosen: Portfolio, offers: Offers) -> float:
    problem, plan = offers.problem(), chosen.solved.plan
    if set(problem.broken(plan)) - {"grants-at-least"}:
        return float("nan")
    return float(problem.outcomes(plan)[0]) * offers.terms.step
