"""The torch score 火炬积分: base and cells of the points table, which add up to the default probability in points.

score = 600 + 50 · log2(odds of no default within 12 months ÷ 50), clipped to 0..1000 (credit.md section 1, row 8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import Assessments, Part
from huoju.core.panel import Panel
from huoju.core.variable import variables
from huoju.models.default_risk import model as risk_model
from huoju.models.default_risk.features import Feature, evidence, features, matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.population import Population
from huoju.models.scale import HIGHEST, LOWEST

NAME, VERSION = "torch_score", "2"
GROUPS = ("innovation", "growth", "operations", "repayment", "compliance")

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores with what they rest on: default probability ``(n,)`` with its interval, and points by group ``(n, 5)``.

    ``apart`` ``(n,)`` is how many points the challenger gives more, NaN where there is no model.
    """

    assessments: Assessments
    probability: Floats
    probability_low: Floats
    probability_high: Floats
    groups: Floats
    apart: Floats

    def percentiles(self, populations: dict[str, Population]) -> Floats:
        """Return where each group's points stand in the population; ``(n, 5)`` shares."""
        return np.stack([populations[g].percentile(self.groups[:, i]) for i, g in enumerate(GROUPS)], axis=1)

    def populations(self, name: str) -> dict[str, Population]:
        """Return the frozen population of each group's points."""
        return {group: Population.of(name, self.groups[:, place]) for place, group in enumerate(GROUPS)}


def score(panel: Panel, risk: DefaultRisk) -> Scored:
    """Return the scores of a panel under a fitted model: base and cells of its points table, added up.

    An unknown input has a cell of its own and opens ``low``..``high`` by what it could have had in the fitting
    sample (its 5 % and 95 % quantiles). Inputs of one bin have no points and are no reason.
    """
    values, table = matrix(panel), risk.table
    used = np.flatnonzero(risk.used)
    kept = [features()[place] for place in used]
    addends, unknown = table.addends(values)[:, used], np.isnan(values[:, used])
    unbounded, total = table.unbounded(values), table.score(values)
    base = np.full((len(panel), 1), table.base_points)
    gaps_low, gaps_high = (span[:, used] for span in table.span(values))
    low, high = risk.interval(values)
    always = np.ones((len(panel), 1), dtype=bool)
    assessments = Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=panel.as_of,
        period=None,
        unit="points",
        entities=panel.entities,
        value=total,
        known=np.ones(len(panel), dtype=bool),
        low=np.clip(unbounded + gaps_low.sum(axis=1), LOWEST, HIGHEST),
        high=np.clip(unbounded + gaps_high.sum(axis=1), LOWEST, HIGHEST),
        parts=(Part("base", "base"), *(_part(panel, feature) for feature in kept), Part("base", "bound")),
        amounts=np.concatenate([base, addends, (total - unbounded)[:, None]], axis=1),
        states=np.concatenate([always, ~unknown, always], axis=1),
        gaps=tuple((_first_missing(feature), None, _supplier(feature)) for feature in kept),
        gaps_low=np.where(unknown, gaps_low, np.nan),
        gaps_high=np.where(unknown, gaps_high, np.nan),
        denominator=1,
    )
    groups = _by_group([feature.group for feature in kept], addends, unknown)
    return Scored(assessments, table.probability(values), low, high, groups, risk.apart(values).astype(np.float64))


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
    return Scored(assessments, nothing, np.zeros(count), np.ones(count), np.full((count, len(GROUPS)), np.nan), nothing)


def _by_group(groups: list[str], addends: Whole, unknown: NDArray[np.bool_]) -> Floats:
    """Return the points of each group, ``(n, 5)``; NaN where nothing of it is known."""
    found = np.full((len(addends), len(GROUPS)), np.nan)
    for place, group in enumerate(GROUPS):
        mine = np.array([name == group for name in groups], dtype=bool)
        if mine.any():
            known = ~unknown[:, mine].all(axis=1)
            found[known, place] = addends[:, mine].sum(axis=1)[known]
    return found


def _part(panel: Panel, feature: Feature) -> Part:
    return Part(feature.group, feature.name, f"models/{risk_model.NAME} {risk_model.VERSION}", evidence(panel, feature))


def _first_missing(feature: Feature) -> str:
    return feature.variables[0]


def _supplier(feature: Feature) -> str:
    return variables()[feature.variables[0]].supplier
