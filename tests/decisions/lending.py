"""Made-up portfolios for the tests: small problems, and applicants with a policy."""

from dataclasses import replace

import numpy as np

from huoju.core.fact import EntityId
from huoju.decisions.lending import Applicants, Buyers, Terms, read_terms
from huoju.decisions.lending.problem import Problem, Rows

WAN = 10**6  # fen


def small_problem(seed: int, *, count: int = 4, rates: int = 3, scenarios: int = 1, grants: int = 0) -> Problem:
    """Return a problem with few amounts, so that every plan can be tried: limits of 2 to 4 steps."""
    rng = np.random.default_rng(seed)
    kept = np.sort(rng.uniform(0.1, 1.0, (count, rates)), axis=1)[:, ::-1]
    chance = rng.beta(1, 6, (scenarios, count, 1))
    rate = np.linspace(0.04, 0.25, rates)
    group = (rng.random(count) < 0.5).astype(float)
    rows = Rows(("budget", "group"), np.stack([np.ones(count), group]), np.array([1.8 * count, 0.9 * count]))
    weight = rng.dirichlet(np.ones(scenarios))
    return Problem(
        profit=kept * (rate * (1 - chance) - 0.6 * chance - 0.02),
        weight=weight,
        tail=None if scenarios == 1 else 0.4,
        use=np.ones_like(kept) if rng.random() < 0.5 else kept,
        loss=kept * 0.6 * np.tensordot(weight, chance, axes=1),
        cap=np.tile(rng.integers(1, 5, (count, 1)), (1, rates)),
        least=2,
        rows=rows,
        loss_at_most=float(rng.uniform(0.02, 0.2)) * count,
        grants_at_least=grants,
    )


def applicants(count: int, seed: int = 0) -> Applicants:
    """Return made-up applicants, most of whom may be lent to."""
    rng = np.random.default_rng(seed)
    chance = np.concatenate([rng.dirichlet([2, 3, 2], count) * 0.95, np.full((count, 1), 0.05)], axis=1)
    return Applicants(
        entities=tuple(EntityId(f"made:{row:04d}") for row in range(count)),
        probability=np.clip(rng.beta(1.2, 30, count), 0.001, 0.6),
        room=rng.uniform(-50, 400, count) * WAN,
        yearly_sales=np.exp(rng.normal(6.5, 1, count)) * WAN,
        rating=(None,) * count,
        chance=chance,
        industry=tuple(rng.choice([*list("CEFG"), ""], count)),
        records=((),) * count,
        cautions=((),) * count,
        buyers=Buyers.none(count),
    )


def terms(**changed: object) -> Terms:
    """Return the shipped policy with a budget of 2,000 × 10,000 yuan, and whatever is changed."""
    return replace(read_terms(), **{"budget": 2000 * WAN, **changed})  # type: ignore[arg-type]
