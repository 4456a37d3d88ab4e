"""From assessments to advice: verdict, limit and price of many at once, with what binds and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.decisions.policy import Policy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """What a policy decides on, ``(n,)`` each; NaN where unknown, money in fen.

    ``room`` is how much more yearly debt service the cash flow bears at the policy's tolerance, and
    ``service_share`` what each fen lent costs in the first year. ``debt_known`` and ``cash_known`` say what the
    judgement of repayment could rest on. ``apart`` is by how many points the challenger differs from the score.
    """

    probability: Floats
    probability_high: Floats
    span: Floats
    apart: Floats
    shortfall: Floats
    room: Floats
    service_share: float
    yearly_sales: Floats
    months_known: Floats
    days_overdue: Floats
    has_defaulted: Flags
    is_dishonest: Flags
    is_out_of_business: Flags
    debt_known: Flags
    cash_known: Flags


@dataclass(frozen=True, slots=True)
class Advice:
    """What the policy says, ``(n,)`` each: ``limit`` fen and ``rate`` a share, NaN where none is given."""

    verdict: NDArray[np.object_]
    grade: NDArray[np.object_]
    limit: Floats
    rate: Floats
    binding: tuple[tuple[str, ...], ...]
    missing: tuple[tuple[str, ...], ...]


def decide(case: Case, policy: Policy) -> Advice:
    """Return verdict, grade, limit and price of every case under a policy."""
    grade = grades(case.probability, policy)
    rate = price(case.probability, policy)
    limit, binds = limits(case, policy)
    declines = {
        "default-on-record": case.has_defaulted,
        "overdue-on-record": np.nan_to_num(case.days_overdue) > policy.days_overdue_over,
        "dishonesty-on-record": case.is_dishonest,
        "out-of-business": case.is_out_of_business,
        "grade-declined": np.isin(grade, policy.declined_grades),
        "price-above-bound": np.nan_to_num(rate) > policy.rate_at_most,
        "repayment-capacity-too-small": ~np.isnan(limit) & (limit < policy.limit_at_least),
    }
    refers = {
        "score-unknown": np.isnan(case.probability),
        "cash-flow-unknown": np.isnan(case.room),
        "history-too-short": case.months_known < policy.months_of_sales_below,
        "score-span-too-wide": case.span > policy.span_of_points_over,
        "challenger-differs": np.abs(np.nan_to_num(case.apart)) > policy.challenger_differs_over,
        "default-probability-uncertain": np.nan_to_num(case.probability_high) > policy.probability_high_over,
        "shortfall-likely": np.nan_to_num(case.shortfall) > policy.shortfall_over,
    }
    declined, referred = np.any(list(declines.values()), axis=0), np.any(list(refers.values()), axis=0)
    verdict = np.where(declined, "decline", np.where(referred, "refer", "approve")).astype(object)
    given = verdict != "decline"
    return Advice(
        verdict=verdict,
        grade=grade,
        limit=np.where(given, limit, np.where(np.isnan(limit), np.nan, 0.0)),
        rate=np.where(given, np.clip(rate, policy.rate_at_least, policy.rate_at_most), np.nan),
        binding=_codes({**declines, **refers}, binds, verdict),
        missing=_missing(case),
    )


def grades(probability: Floats, policy: Policy) -> NDArray[np.object_]:
    """Return the letter of each default probability, None where unknown; a bound belongs to the better letter."""
    letters = np.array([*policy.grades, "D"], dtype=object)
    place = np.searchsorted(np.array(list(policy.grades.values())), np.nan_to_num(probability), side="left")
    found = letters[place]
    found[np.isnan(probability)] = None
    return found


def price(probability: Floats, policy: Policy) -> Floats:
    """Return the lowest yearly rate that covers expected loss, funding and margin; ``(n,)``, before bounds.

    r = (LGD · PD + funding + margin) / (1 - PD): credit.md section 1, one year, no interest collected on default.
    """
    cost = policy.loss_given_default * probability + policy.funding_cost + policy.margin
    return np.asarray(cost / (1 - np.minimum(probability, 0.999)))


def limits(case: Case, policy: Policy) -> tuple[Floats, NDArray[np.object_]]:
    """Return the limit in fen and which constraint set it; NaN where the cash flow is unknown."""
    bounds = np.stack(
        [
            case.room / case.service_share,
            case.yearly_sales * policy.limit_share_of_sales,
            np.full(len(case.room), float(policy.limit_at_most)),
        ]
    )
    codes = np.array(["repayment-capacity", "share-of-sales", "limit-at-most"], dtype=object)
    unknown = np.isnan(bounds).any(axis=0)
    tightest = np.argmin(np.nan_to_num(bounds, nan=np.inf), axis=0)
    limit = np.floor(np.maximum(bounds.min(axis=0), 0) / policy.limit_rounded_to) * policy.limit_rounded_to
    return np.where(unknown, np.nan, limit), np.where(unknown, "", codes[tightest])


def _codes(
    reasons: dict[str, Flags], binds: NDArray[np.object_], verdict: NDArray[np.object_]
) -> tuple[tuple[str, ...], ...]:
    found = []
    for row in range(len(verdict)):
        codes = [code for code, holds in reasons.items() if holds[row]]
        if binds[row] and verdict[row] != "decline":
            codes.append(str(binds[row]))
        found.append(tuple(codes))
    return tuple(found)


def _missing(case: Case) -> tuple[tuple[str, ...], ...]:
    asked = {"debt-not-on-record": ~case.debt_known, "cash-not-on-record": ~case.cash_known}
    return tuple(tuple(code for code, holds in asked.items() if holds[row]) for row in range(len(case.room)))
