"""The portfolio of CUMCM 2020 C: the 123 with realised profit, the 302 with 10,000 万元, beside simple ways; JSON.

The 123: default probabilities out of fold over 10 x 5 folds, rated D refused, default flags hidden from the choice and
used for the profit realised. The 302 have no outcome: expected profit and the proof only. The peers are the three
simple ways of credit.md 6.3, within the same bounds and once more at their own expected loss, and HiGHS on the whole
problem at once. Policy and event are the shipped ones; amounts are in 万元.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
from real_invoices import DATA, LAST_DAY, labels, real_store
from sklearn.model_selection import StratifiedKFold

from huoju.core.ports import Outcomes
from huoju.decisions import read_policy
from huoju.decisions.lending import (
    SIMPLE,
    Applicants,
    Churn,
    Offers,
    Portfolio,
    Terms,
    among_unrefused,
    choose,
    make_offers,
    read_churn,
    read_event,
    read_terms,
    simple_plan,
    stress,
)
from huoju.decisions.lending.master import Choices, in_whole_steps
from huoju.decisions.lending.problem import Plan, Problem
from huoju.decisions.lending.solving import possible
from huoju.models.default_risk import model as default_risk
from huoju.models.torch_score import model as torch_score
from huoju.services.applying import applicants_of, room_under
from huoju.services.assessing import Assessed, assess

REPEATS, FOLDS = 10, 5
WAN = 10**6  # fen
PART_ONE = ((1_000, "offered"), (2_000, "offered"), (500, "drawn"))  # the contest gives no total for part 1
LEAST_GAP = 1e-3
T = TypeVar("T")


def main() -> None:
    """Print all figures of one run."""
    churn, flags = read_churn(DATA / "rate_churn_raw.csv"), labels()
    with real_store(lists=True) as store:
        assessed = assess(store, LAST_DAY, read_policy())
        applicants = applicants_of(assessed, read_terms(), store)
    rated = np.array([row for row, entity in enumerate(applicants.entities) if entity in flags])
    others = np.array([row for row, entity in enumerate(applicants.entities) if entity not in flags])
    outcome = np.array([float(flags[applicants.entities[row]]) for row in rated])
    print(
        json.dumps(
            _rounded(
                {
                    "benchmark": "portfolios of CUMCM 2020 C; amounts in 10,000 yuan",
                    "the 123, out of fold": {
                        f"{budget} {counts}": _the_123(assessed, applicants, rated, outcome, churn, (budget, counts))
                        for budget, counts in PART_ONE
                    },
                    "the 302": {
                        counts: _the_302(applicants.chosen(others), churn, counts) for counts in ("offered", "drawn")
                    },
                    "the 302 under an event": _event(assessed, applicants, others, churn),
                    "size": _size(applicants.chosen(others), churn),
                }
            ),
            indent=1,
        )
    )


def _rounded(value: object) -> object:
    """Return figures with six significant digits."""
    if isinstance(value, dict):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _the_123(
    assessed: Assessed,
    applicants: Applicants,
    rated: np.ndarray,
    outcome: np.ndarray,
    churn: Churn,
    total: tuple[int, str],
) -> dict[str, object]:
    terms = replace(read_terms(), budget=total[0] * WAN, counts=total[1])  # type: ignore[arg-type]
    runs: list[dict[str, dict[str, float]]] = []
    reaches: dict[str, list[bool]] = {name: [] for name in SIMPLE}
    gaps: list[float] = []
    for repeat in range(REPEATS):
        who = _out_of_fold(assessed, applicants, rated, outcome, repeat, terms)
        offers = make_offers(who, terms, churn)
        chosen = choose(offers)
        gaps.append(chosen.solved.gap)
        ways = {"huoju": _told(chosen.problem, chosen.solved.plan, offers, outcome)}
        for name in SIMPLE:
            plan = simple_plan(name, offers, chosen.problem)
            ways[name] = _told(chosen.problem, plan, offers, outcome)
            reaches[name].append(_is_never_below(chosen, plan))
        perfect = replace(who, probability=np.clip(outcome, 1e-6, 1 - 1e-6))
        known = choose(make_offers(perfect, terms, churn))
        ways["foresight of every default"] = _told(known.problem, known.solved.plan, known.offers, outcome)
        runs.append(ways)
    return {
        **{way: {m: _spread([run[way][m] for run in runs]) for m in runs[0][way]} for way in runs[0]},
        "largest gap": max(gaps),
        "expected profit never below, within the same bounds and at its loss": {n: all(r) for n, r in reaches.items()},
    }


def _is_never_below(chosen: Portfolio, plan: Plan) -> bool:
    """Return whether ours reaches a simple plan's expected profit, in the same bounds and at that plan's loss."""
    aim, equal = chosen.problem.aim(plan), choose(_losing_at_most(chosen.offers, chosen.problem.lost(plan)))
    return all(ours >= aim - LEAST_GAP * abs(aim) - 1e-9 for ours in (chosen.solved.value, equal.solved.value))


def _out_of_fold(
    assessed: Assessed, applicants: Applicants, rated: np.ndarray, outcome: np.ndarray, repeat: int, terms: Terms
) -> Applicants:
    """Return the rated with probabilities of models that never saw them, nor their flags."""
    panel, who = assessed.panel.take(rated), applicants.chosen(rated)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(outcome, outcome))
    raw, given = np.zeros(len(rated)), np.zeros(len(rated))
    for train, test in folds:
        seen = Outcomes(outcome[train], np.ones(len(train), dtype=bool))
        risk = default_risk.fit((panel.take(train),), (seen,), code="undated-flags")
        assert risk is not None
        raw[test] = torch_score.score(panel.take(test), risk).probability
    for _, test in folds:
        known = outcome.copy()
        known[test] = np.nan
        given[test] = among_unrefused(raw, who.rating, known, terms)[test]
    hidden = tuple(tuple(code for code in codes if code != "default-on-record") for codes in who.records)
    return replace(who, probability=given, records=hidden)


def _losing_at_most(offers: Offers, lost: float) -> Offers:
    """Return the offers with a bound on expected loss of ``lost`` steps, and no floor on grants."""
    share = lost * offers.terms.step / offers.terms.budget
    bounds = replace(offers.terms.bounds, expected_loss=share * (1 + 1e-12), grants_at_least=0)
    return replace(offers, terms=replace(offers.terms, bounds=bounds))


def _told(problem: Problem, plan: Plan, offers: Offers, outcome: np.ndarray | None = None) -> dict[str, float]:
    rows, at = plan.rows, plan.rate[plan.rows]
    amount, kept, rate = plan.amount[rows], offers.kept[rows, at], offers.terms.grid[at]
    told = {
        "grants": float(len(rows)),
        "offered": float(amount.sum()),
        "drawn": float(kept @ amount),
        "mean rate": float(rate @ (kept * amount) / max(kept @ amount, 1e-9)),
        "expected loss": problem.lost(plan),
        "expected profit": float(problem.weight @ problem.outcomes(plan)),
    }
    if outcome is not None:
        terms, y = offers.terms, outcome[rows]
        earned = rate * (1 - y) - terms.loss_given_default * y - terms.funding_cost
        told |= {"defaults among grants": float(y.sum()), "realised profit": float((kept * amount) @ earned)}
    return told


def _spread(values: list[float]) -> dict[str, float]:
    return {"mean": float(np.mean(values)), "sd": float(np.std(values))}


def _the_302(who: Applicants, churn: Churn, counts: str) -> dict[str, object]:
    terms = replace(read_terms(), budget=10_000 * WAN, counts=counts)  # type: ignore[arg-type]
    offers = make_offers(who, terms, churn)
    chosen, seconds = _timed(lambda: choose(offers))
    simple = {name: simple_plan(name, offers, chosen.problem) for name in SIMPLE}
    table = replace(terms, rates=tuple(round(rate * 1_000_000) for rate in churn.rates.tolist()))
    coarse = make_offers(who, table, churn)
    on_table, coarse_seconds = _timed(lambda: choose(coarse))
    problem = on_table.problem
    whole, peer_seconds = _timed(lambda: in_whole_steps(problem, Choices.of(possible(problem)), 1e-4))
    assert whole.plan is not None
    return {
        "huoju": {**_told(chosen.problem, chosen.solved.plan, offers), **_proof(chosen), "seconds": seconds},
        **{name: _told(chosen.problem, plan, offers) for name, plan in simple.items()},
        "expected profit never below, within the same bounds and at its loss": {
            name: _is_never_below(chosen, plan) for name, plan in simple.items()
        },
        "only the table's 29 rates": {
            "huoju": {"expected profit": on_table.solved.value, "gap": on_table.solved.gap, "seconds": coarse_seconds},
            "HiGHS on all choices at once": {"expected profit": problem.aim(whole.plan), "seconds": peer_seconds},
        },
    }


def _proof(chosen: Portfolio) -> dict[str, object]:
    return {
        "bound": chosen.solved.bound,
        "gap": chosen.solved.gap,
        "by search": chosen.solved.by_search,
        "work": dict(chosen.solved.work),
        "binding": {bound.name: bound.price for bound in chosen.bounds if bound.binds},
    }


def _event(assessed: Assessed, applicants: Applicants, others: np.ndarray, churn: Churn) -> dict[str, object]:
    terms, event = read_terms(), read_event()
    who = applicants.chosen(others)
    before = choose(make_offers(who, terms, churn))
    found = stress(before, room_under(assessed, applicants, event, terms)[others], event, terms, churn)
    return {
        plan: {
            **{one.name: found.outcomes[plan][place] / WAN for place, one in enumerate(event.scenarios)},
            "mean": found.mean(plan) / WAN,
            "worst tail": found.tail(plan) / WAN,
            **({"gap": found.portfolios[plan].solved.gap} if plan in found.portfolios else {}),
            **({"loans changed": _kinds(found.changes[plan])} if plan in found.changes else {}),
        }
        for plan in found.outcomes
    }


def _kinds(changes: tuple[object, ...]) -> dict[str, int]:
    kinds = [str(getattr(change, "kind", "")) for change in changes]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _size(who: Applicants, churn: Churn) -> dict[str, object]:
    """Return how long it takes with more enterprises: the 302 drawn again, their numbers jittered by seed."""
    found: dict[str, object] = {}
    for count in (1_000, 5_000):
        rng = np.random.default_rng(1)
        drawn = who.chosen(rng.integers(0, len(who), count))
        jitter = np.exp(rng.normal(0, 0.2, (3, count)))
        drawn = replace(
            drawn,
            probability=np.clip(drawn.probability * jitter[0], 1e-4, 0.99),
            room=drawn.room * jitter[1],
            yearly_sales=drawn.yearly_sales * jitter[2],
        )
        for counts in ("offered", "drawn"):
            terms = replace(read_terms(), budget=33 * count * WAN, counts=counts)  # type: ignore[arg-type]
            chosen, seconds = _timed(lambda: choose(make_offers(drawn, terms, churn)))  # noqa: B023
            found[f"{count} enterprises, {counts}"] = {"gap": chosen.solved.gap, "seconds": seconds}
    return found


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


if __name__ == "__main__":
    main()
