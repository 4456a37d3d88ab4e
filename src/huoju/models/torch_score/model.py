"""The torch score 火炬积分: the default probability in points, as a sum of whole reasons.

score = 600 + 50 · log2(odds of no default within 12 months ÷ 50), clipped to 0..1000 (credit.md section 1, row 8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import Assessments, Part
from huoju.core.panel import Panel
from huoju.core.variable import variables
from huoju.models.default_risk.features import Feature, evidence, features, matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.population import Population
from huoju.models.scale import (
    BASE_ODDS,
    BASE_POINTS,
    DOUBLING,
    HIGHEST,
    LOWEST,
    PER_LOG_ODDS,
    points_of,
    probability_of,
)

NAME, VERSION = "torch_score", "1"
GROUPS = ("innovation", "growth", "operations", "repayment", "compliance")

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores with what they rest on: default probability ``(n,)`` with its interval, and points by group ``(n, 5)``."""

    assessments: Assessments
    probability: Floats
    probability_low: Floats
    probability_high: Floats
    groups: Floats

    def percentiles(self, populations: dict[str, Population]) -> Floats:
        """Return where each group's points stand in the population; ``(n, 5)`` shares."""
        return np.stack([populations[g].percentile(self.groups[:, i]) for i, g in enumerate(GROUPS)], axis=1)

    def populations(self, name: str) -> dict[str, Population]:
        """Return the frozen population of each group's points."""
        return {group: Population.of(name, self.groups[:, place]) for place, group in enumerate(GROUPS)}


def score(panel: Panel, risk: DefaultRisk) -> Scored:
    """Return the scores of a panel under a fitted model.

    Unknown inputs add nothing to the score and open ``low``..``high`` by what they could have added in the
    fitting sample (its 5 % and 95 % quantiles).
    """
    values = matrix(panel)
    used = [place for place, is_used in enumerate(risk.used) if is_used]
    kept = [features()[place] for place in used]
    addends = -PER_LOG_ODDS * risk.parts(values)[:, used]
    base = _base_points(risk)
    exact = np.clip(base + addends.sum(axis=1), LOWEST, HIGHEST)
    probability = probability_of(exact)
    low, high = risk.interval(values)
    bounds = probability_of(np.array([HIGHEST, LOWEST], dtype=float))
    total = points_of(probability)
    amounts = _whole_parts(base, addends, total)
    unknown = np.isnan(values[:, used])
    gaps_low, gaps_high = _gaps(risk, used, unknown)
    span_low = np.where(unknown, gaps_low, 0.0).sum(axis=1)
    span_high = np.where(unknown, gaps_high, 0.0).sum(axis=1)
    assessments = Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=panel.as_of,
        period=None,
        unit="points",
        entities=panel.entities,
        value=total,
        known=np.ones(len(panel), dtype=bool),
        low=np.clip(np.floor(exact + span_low), LOWEST, total).astype(np.int64),
        high=np.clip(np.ceil(exact + span_high), total, HIGHEST).astype(np.int64),
        parts=(Part("base", "base"), *(_part(panel, feature) for feature in kept), Part("base", "bound")),
        amounts=amounts,
        states=np.concatenate([np.ones((len(panel), 1), bool), ~unknown, np.ones((len(panel), 1), bool)], axis=1),
        gaps=tuple((_first_missing(feature), None, _supplier(feature)) for feature in kept),
        gaps_low=np.where(unknown, gaps_low, np.nan),
        gaps_high=np.where(unknown, gaps_high, np.nan),
        denominator=1,
    )
    groups = np.stack([addends[:, [f.group == group for f in kept]].sum(axis=1) for group in GROUPS], axis=1)
    for place, group in enumerate(GROUPS):
        mine = [f.group == group for f in kept]
        if not any(mine) or not addends.size:
            groups[:, place] = np.nan
        else:
            groups[unknown[:, mine].all(axis=1), place] = np.nan
    return Scored(assessments, probability, np.maximum(low, bounds[0]), np.minimum(high, bounds[1]), groups)


def unscored(panel: Panel) -> Scored:
    """Return unknown scores with the whole span: what there is to say where no outcome could be fitted."""
    count = len(panel)
    nothing = np.full(count, np.nan)
    assessments = Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=panel.as_of,
        period=None,
        unit="points",
        entities=panel.entities,
        value=np.zeros(count, dtype=np.int64),
        known=np.zeros(count, dtype=bool),
        low=np.full(count, LOWEST),
        high=np.full(count, HIGHEST),
        denominator=1,
    )
    return Scored(assessments, nothing, np.zeros(count), np.ones(count), np.full((count, len(GROUPS)), np.nan))


def _base_points(risk: DefaultRisk) -> float:
    return float(BASE_POINTS - DOUBLING * np.log2(BASE_ODDS) - PER_LOG_ODDS * risk.intercept)


def _whole_parts(base: float, addends: Floats, total: Whole) -> Whole:
    """Return whole points for base, features and bound that add up to ``total`` in every row; ``(n, k + 2)``.

    Each is rounded down, and the points that are left go to the largest remainders, the first of equals.
    The bound is what clipping took away.
    """
    count = len(addends)
    exact = np.concatenate([np.full((count, 1), base), addends], axis=1)
    unbounded = np.rint(exact.sum(axis=1)).astype(np.int64)
    whole = np.floor(exact).astype(np.int64)
    left = unbounded - whole.sum(axis=1)
    order = np.argsort(-(exact - whole), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    whole += rank < left[:, None]
    return np.concatenate([whole, (total - whole.sum(axis=1))[:, None]], axis=1)


def _gaps(risk: DefaultRisk, used: list[int], unknown: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    first, last = -PER_LOG_ODDS * risk.population_low[used], -PER_LOG_ODDS * risk.population_high[used]
    shape = unknown.shape
    return np.broadcast_to(np.minimum(np.minimum(first, last), 0), shape), np.broadcast_to(
        np.maximum(np.maximum(first, last), 0), shape
    )


def _part(panel: Panel, feature: Feature) -> Part:
    return Part(feature.group, feature.name, f"models/default_risk {VERSION}", evidence(panel, feature))


def _first_missing(feature: Feature) -> str:
    return feature.variables[0]


def _supplier(feature: Feature) -> str:
    return variables()[feature.variables[0]].supplier
