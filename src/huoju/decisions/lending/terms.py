"""The portfolio policy, read strictly from its file; money in fen, rates and bounds as shares of 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from huoju.core.document import Document, read_document
from huoju.core.errors import PolicyError
from huoju.core.money import MICRO, wan_yuan_text
from huoju.core.schedule import METHODS, debt_service

ROOM = Path(__file__).parent
RATINGS = ("A", "B", "C")
Counting = Literal["offered", "drawn"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a portfolio may reach, as shares of the budget, and how many grants it needs at least."""

    expected_loss: float
    single_borrower: float
    industry: float
    industry_unknown: float
    rating_c: float
    buyer: float
    grants_at_least: int


@dataclass(frozen=True, slots=True)
class Terms:
    """All that a lender may set for a portfolio; ``rates`` in millionths, rising; ``mix`` adds up to 1."""

    name: str
    version: str
    dated: date
    source: str
    label: Mapping[str, str]
    budget: int
    counts: Counting
    limit_at_least: int
    limit_at_most: int
    step: int
    share_of_sales: float
    tolerance: float
    months: int
    method: str
    rates: tuple[int, ...]
    loss_given_default: float
    funding_cost: float
    bounds: Bounds
    halves_every: float
    mix: tuple[float, ...]
    ratings_to_learn_from: int
    refused_ratings: tuple[str, ...]
    refused_chance_over: float
    probability_over: float
    refused_records: tuple[str, ...]
    referred: tuple[str, ...]

    @property
    def grid(self) -> NDArray[np.float64]:
        """The rates as shares of 1; ``(K,)``."""
        return np.array(self.rates) / MICRO

    @property
    def service_share(self) -> NDArray[np.float64]:
        """What each fen lent costs in the twelve months ahead, by rate; ``(K,)``."""
        count, lent = len(self.rates), 10**9
        due = debt_service(
            np.full(count, lent),
            np.array(self.rates),
            np.full(count, self.months),
            np.array([self.method] * count, dtype=object),
        )
        return np.asarray(due[:, :12].sum(axis=1) / lent)


def read_terms(path: Path = ROOM / "portfolio.yaml") -> Terms:
    """Return the policy of a file. Raises ``PolicyError`` or ``DocumentError`` where it is no sound policy."""
    if not path.is_file():
        raise PolicyError(f"No policy {path}.", code="policy-unknown", data={"policy": str(path)})
    document = read_document(path)
    document.allow(
        *("label", "version", "dated", "source", "budget", "limit", "rate"),
        *("price", "bounds", "churn", "refuse", "refer"),
    )
    budget, limit, churn = (document.child(name) for name in ("budget", "limit", "churn"))
    refuse, price = document.child("refuse"), document.child("price")
    terms = Terms(
        name=path.stem,
        version=document.text("version"),
        dated=date.fromisoformat(document.text("dated")),
        source=document.text("source"),
        label=document.languages("label"),
        budget=_fen(budget, "yuan"),
        counts=cast("Counting", budget.choice("counts", ("offered", "drawn"))),
        limit_at_least=_fen(limit, "at_least_yuan"),
        limit_at_most=_fen(limit, "at_most_yuan"),
        step=_fen(limit, "step_yuan"),
        share_of_sales=_share(limit, "share_of_yearly_sales"),
        tolerance=_share(limit, "shortfall_tolerance"),
        months=limit.integer("months"),
        method=limit.choice("method", METHODS),
        rates=_rates(document.child("rate")),
        loss_given_default=_share(price, "loss_given_default"),
        funding_cost=_share(price, "funding_cost"),
        bounds=_bounds(document.child("bounds")),
        halves_every=_share(churn, "kept_halves_every"),
        mix=_mix(churn.child("mix")),
        ratings_to_learn_from=churn.integer("ratings_to_learn_from"),
        refused_ratings=refuse.texts("ratings"),
        refused_chance_over=_share(refuse, "chance_of_refused_rating_over"),
        probability_over=_share(refuse, "default_probability_over"),
        refused_records=refuse.texts("records"),
        referred=document.texts("refer"),
    )
    check(terms)
    return terms


def check(terms: Terms) -> None:
    """Raise ``PolicyError`` where the numbers of a policy contradict one another."""
    if terms.budget < terms.limit_at_least:
        raise PolicyError("the budget is below the least limit.", code="lend-budget-small", data=_amounts(terms))
    if not 0 < terms.step <= terms.limit_at_least <= terms.limit_at_most:
        raise PolicyError(
            "limits must rise: 0 < step <= at least <= at most.", code="lend-limits", data=_amounts(terms)
        )
    if terms.limit_at_least % terms.step or terms.limit_at_most % terms.step:
        raise PolicyError("limits must be whole steps.", code="lend-limits", data=_amounts(terms))
    if terms.bounds.single_borrower * terms.budget < terms.limit_at_least:
        share = f"{terms.bounds.single_borrower:.1%}"
        message = f"{share} of the budget for a single borrower is below the least limit."
        raise PolicyError(message, code="lend-single-borrower", data={**_amounts(terms), "share": share})


def _amounts(terms: Terms) -> Mapping[str, object]:
    names = ("budget", "step", "limit_at_least", "limit_at_most")
    return {name: wan_yuan_text(getattr(terms, name)) for name in names}


def _bounds(block: Document) -> Bounds:
    names = ("expected_loss", "single_borrower", "industry", "industry_unknown", "rating_c", "buyer")
    block.allow(*names, "grants_at_least")
    return Bounds(**{name: _share(block, name) for name in names}, grants_at_least=block.integer("grants_at_least"))


def _rates(block: Document) -> tuple[int, ...]:
    low, high, step = (block.number(name) * MICRO for name in ("at_least", "at_most", "step"))
    if step <= 0 or not 0 < low <= high:
        raise PolicyError(f"{block.at('step')}: rates must rise from at_least to at_most in steps above 0.")
    found = [int(low + step * place) for place in range(int((high - low) / step) + 1)]
    return tuple(found if found[-1] == high else [*found, int(high)])


def _mix(block: Document) -> tuple[float, ...]:
    block.allow(*RATINGS)
    counts = [block.number(letter) for letter in RATINGS]
    if min(counts) < 0 or sum(counts) <= 0:
        raise PolicyError(f"{block.at('A')}: the mix needs counts that add up to more than 0.")
    return tuple(float(count / sum(counts)) for count in counts)


def _share(block: Document, key: str) -> float:
    share = block.number(key)
    if not 0 <= share <= 1:
        raise PolicyError(f"{block.at(key)}: {key} is a share from 0 to 1.")
    return float(share)


def _fen(block: Document, key: str) -> int:
    return block.integer(key) * 100
