"""Default risk: a table of whole points, and a challenger beside it that is measured and never explained.

The table alone gives score, default probability, interval and reasons. Where the challenger differs from it by more
than a policy allows, the case is referred to a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from huoju.core.panel import Panel
from huoju.core.ports import Outcomes
from huoju.models.default_risk.calibrating import anchor, slope_of
from huoju.models.default_risk.challenger import Challenger
from huoju.models.default_risk.choosing import choose_ridge, fit_challenger_alone, folds_of
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.table_fit import fit_table
from huoju.models.scale import points_of

NAME, VERSION = "default_risk", "2"
UNDATED = "undated-flags"
BINS = 12
LEAST_OUTCOMES = 8  # of each kind
SLOPE_FROM = 100  # defaults; of fewer, a slope out of fold says more about the sample than about the table
BAND = 1.645  # 90 % of a normal distribution
SEED = 0

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FittedOn:
    """What the probabilities rest on: counts, and whether defaults were dated or only flagged."""

    code: str  # of locale: dated-defaults, undated-flags, no-outcomes
    firms: int
    defaults: int
    tendency: float | None

    def data(self) -> Mapping[str, object]:
        """Return what the sentence of ``code`` needs."""
        share = "?" if self.tendency is None else f"{self.tendency:.2%}"
        return {"firms": self.firms, "defaults": self.defaults, "tendency": share}


@dataclass(frozen=True, slots=True)
class DefaultRisk:
    """The fitted table and its challenger, over values ``(n, k)`` in the order of ``features()``."""

    table: PointsTable
    challenger: Challenger
    ridge: float
    fitted_on: FittedOn
    name: str = NAME
    version: str = VERSION

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which inputs have more than one bin; ``(k,)``."""
        return np.array([len(each.edges) > 0 for each in self.table.inputs])

    def probability(self, values: Floats) -> Floats:
        """Return the default probability, read off the score; ``(n,)``."""
        return self.table.probability(values)

    def interval(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the 90 % interval of the probability; ``(n,)`` each."""
        middle, error = logit(self.probability(values)), self.table.error(values)
        return expit(middle - BAND * error), expit(middle + BAND * error)

    def apart(self, values: Floats) -> Whole:
        """Return the challenger's points less the table's; ``(n,)``."""
        return np.asarray(points_of(self.challenger.probability(values)) - self.table.score(values))


def fit(
    history: Sequence[Panel], outcomes: Sequence[Outcomes], *, code: str, tendency: float | None = None
) -> DefaultRisk | None:
    """Return the model fitted on past panels and what came of their entities, or None with too few outcomes.

    ``outcomes`` are 1 where the entity defaulted, ``(n,)`` beside each panel. ``tendency`` is the yearly share of
    defaults to anchor to; without it the share observed in the fitting sample, which is then stated.
    """
    if not history:
        return None
    values = np.concatenate([matrix(p)[outcome.known] for p, outcome in zip(history, outcomes, strict=True)])
    labels = np.concatenate([outcome.values[outcome.known] for outcome in outcomes])
    names = [np.array(p.entities)[outcome.known] for p, outcome in zip(history, outcomes, strict=True)]
    groups = np.unique(np.concatenate(names), return_inverse=True)[1]
    return fit_matrix(values, labels, groups=groups, code=code, tendency=tendency)


def fit_matrix(
    values: Floats, labels: Floats, *, code: str, groups: Whole | None = None, tendency: float | None = None
) -> DefaultRisk | None:
    """Return the model fitted on features ``(m, k)`` and outcomes ``(m,)``, or None with too few outcomes.

    ``groups`` ``(m,)`` says which enterprise a row is about, 0 to e - 1; without it each row is one of its own.
    The ridge is the one under which enterprises left out were most likely; with enough defaults a slope below 1 that
    was found there is kept.
    """
    bad = int(labels.sum())
    if min(bad, len(labels) - bad) < LEAST_OUTCOMES:
        return None
    rows = np.arange(len(labels)) if groups is None else groups
    seen = allowed(values, code)
    given = inputs()
    chosen = choose_ridge(seen, labels, rows, given, catalogue="panel", bins=BINS, seed=SEED)
    share = tendency if tendency is not None else float(labels.mean())
    slope = min(slope_of(chosen.log_odds, labels), 1.0) if bad >= SLOPE_FROM else 1.0
    table = fit_table(seen, labels, given, catalogue="panel", bins=BINS, ridge=chosen.ridge, groups=rows, seed=SEED)
    challenger = fit_challenger_alone(seen, labels, folds_of(labels, rows, SEED), given, seed=SEED)
    error = float(1 / np.sqrt((rows.max() + 1) * share * (1 - share)))
    return DefaultRisk(
        anchor(table, seen, share, slope=slope, error=error),
        challenger.anchored(seen, share, slope=challenger.slope),
        chosen.ridge,
        FittedOn(code, len(labels), bad, share),
    )


def allowed(values: Floats, code: str) -> Floats:
    """Return the values that a fit may see: unknown what an undated flag may itself have caused."""
    if code != UNDATED:
        return values
    return np.where([feature.flagged for feature in features()], values, np.nan)


def inputs() -> tuple[Input, ...]:
    """Return the inputs of the table, in the order of ``features()``."""
    return tuple(Input(feature.name, feature.group, feature.sign) for feature in features())
