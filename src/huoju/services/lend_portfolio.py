"""Lend: the portfolio of a home as of a day, its certificate, what it hangs on, and how it stands a sudden event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from huoju.decisions import read_policy
from huoju.decisions.lending import (
    SIMPLE,
    Changed,
    Churn,
    Portfolio,
    Stressed,
    Terms,
    choose,
    halving,
    make_offers,
    read_churn,
    read_event,
    read_terms,
    sensitivity,
    simple_plan,
    stress,
)
from huoju.decisions.lending.terms import ROOM, check
from huoju.models.default_risk.model import FittedOn
from huoju.services.applying import applicants_of, room_under
from huoju.services.assessing import assess
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import names


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for beyond the policy; None leaves it to the policy. ``budget`` is in fen."""

    policy: Path | None = None
    budget: int | None = None
    counts: Literal["offered", "drawn"] | None = None
    churn: Path | None = None
    event: Path | None = None
    is_stressed: bool = False


@dataclass(frozen=True, slots=True)
class Simple:
    """What a simple way of lending would earn and lose within the same bounds; money in fen."""

    name: str
    grants: int
    limit: int
    profit: float
    loss: float


@dataclass(frozen=True, slots=True)
class Lending:
    """A portfolio with all that a reader needs to judge it; ``names`` as the home knows them, in the panel's order."""

    as_of: date
    snapshot: str
    names: tuple[str | None, ...]
    terms: Terms
    churn: Churn
    portfolio: Portfolio
    changed: tuple[Changed, ...]
    simple: tuple[Simple, ...]
    stressed: Stressed | None
    fitted_on: FittedOn


def lend_portfolio(*, home: Home, who: Who, wanted: Wanted, as_of: date | None = None) -> Lending:
    """Return the portfolio with the greatest expected profit at the close of ``as_of``, or of the latest day known.

    ``who`` is whoever asks. A reference for whoever decides, never a grant. Raises ``NothingFound`` for an empty home
    and ``PolicyError`` where the bounds contradict one another.
    """
    begun = look(who, "lend")
    store = store_of(home)
    day = day_or_latest(store, as_of)
    terms = terms_of(wanted)
    churn = read_churn(wanted.churn) if wanted.churn else halving(terms.halves_every, terms.grid)
    assessed = assess(store, day, read_policy())
    applicants = applicants_of(assessed, terms, store)
    chosen = choose(make_offers(applicants, terms, churn))
    stressed = None
    if wanted.is_stressed:
        event = read_event(wanted.event or ROOM / "events.yaml")
        stressed = stress(chosen, room_under(assessed, applicants, event, terms), event, terms, churn)
    found = Lending(
        as_of=day,
        snapshot=store.snapshot,
        names=tuple(names(assessed.panel)),
        terms=terms,
        churn=churn,
        portfolio=chosen,
        changed=sensitivity(chosen, applicants, terms, churn),
        simple=tuple(beside(chosen, name) for name in SIMPLE),
        stressed=stressed,
        fitted_on=assessed.fitted_on,
    )
    return begun.give(found, assessed.panel.entities, snapshot=store.snapshot)


def terms_of(wanted: Wanted) -> Terms:
    """Return the policy with what is asked for put in its place. Raises ``PolicyError`` where that contradicts it."""
    terms = read_terms(wanted.policy) if wanted.policy else read_terms()
    changed: Mapping[str, object] = {
        name: value for name, value in (("budget", wanted.budget), ("counts", wanted.counts)) if value is not None
    }
    terms = replace(terms, **changed)  # type: ignore[arg-type]
    check(terms)
    return terms


def beside(chosen: Portfolio, name: str) -> Simple:
    """Return what a simple way would do with the same offers and bounds."""
    step, problem = chosen.offers.terms.step, chosen.problem
    plan = simple_plan(name, chosen.offers, problem)
    profit = float(np.dot(problem.weight, problem.outcomes(plan))) * step
    return Simple(name, len(plan.rows), int(plan.amount.sum()) * step, profit, problem.lost(plan) * step)
