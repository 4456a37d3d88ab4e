"""Default risk: an additive model of the log-odds of default within twelve months, with declared directions.

A logistic regression with a ridge, each coefficient bounded to its declared sign, anchored to a stated central
tendency. What is unknown adds nothing and spans what it could have added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit

from huoju.core.panel import Panel
from huoju.core.ports import Outcomes
from huoju.models.default_risk.features import FORBIDDEN, Feature, features, matrix

NAME, VERSION = "default_risk", "1"
RIDGE = 25.0  # by cross-validation on the labelled invoices, see card.md
LEAST_KNOWN = 0.2  # share of the fitting sample in which a feature must be known
LEAST_OUTCOMES = 8  # of each kind
_BAND = 1.645  # 90 % of a normal distribution

Floats = NDArray[np.float64]


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
    """The fitted model; ``coefficients`` ``(k,)`` are 0 for features that were dropped."""

    centre: Floats
    spread: Floats
    low: Floats
    high: Floats
    coefficients: Floats
    intercept: float
    covariance: Floats  # (k + 1, k + 1), intercept first
    population_low: Floats  # (k,) what a part adds at the 5 % quantile of the fitting sample
    population_high: Floats
    fitted_on: FittedOn
    name: str = NAME
    version: str = VERSION

    @property
    def used(self) -> NDArray[np.bool_]:
        """Which features were kept at the fit; ``(k,)``."""
        return self.spread > 0

    def parts(self, values: Floats) -> Floats:
        """Return what each feature adds to the log-odds; ``(n, k)``, 0 where unknown."""
        return np.nan_to_num(self._standard(values)) * self.coefficients

    def log_odds(self, values: Floats) -> Floats:
        """Return the log-odds of default; ``(n,)``."""
        return np.asarray(self.intercept + self.parts(values).sum(axis=1))

    def uncertainty(self, values: Floats) -> Floats:
        """Return the standard error of the log-odds from fit and anchor; ``(n,)``."""
        design = np.concatenate([np.ones((len(values), 1)), np.nan_to_num(self._standard(values))], axis=1)
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design)
        tendency, firms = self.fitted_on.tendency or 0.5, max(self.fitted_on.firms, 1)
        return np.asarray(np.sqrt(np.maximum(variance, 0) + 1 / (firms * tendency * (1 - tendency))))

    def interval(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the 90 % interval of the probability; ``(n,)`` each."""
        middle, error = self.log_odds(values), self.uncertainty(values)
        return expit(middle - _BAND * error), expit(middle + _BAND * error)

    def _standard(self, values: Floats) -> Floats:
        bounded = np.clip(values, self.low, self.high)
        spread = np.where(self.used, self.spread, 1.0)
        return np.where(self.used, (bounded - self.centre) / spread, 0.0)


def fit(
    history: Sequence[Panel], outcomes: Sequence[Outcomes], *, code: str, tendency: float | None = None
) -> DefaultRisk | None:
    """Return the model fitted on past panels and what came of their entities, or None with too few outcomes.

    ``outcomes`` are 1 where the entity defaulted, ``(n,)`` beside each panel. ``tendency`` is the yearly share of
    defaults to anchor to; without it the share observed in the fitting sample, which is then stated.
    """
    values = np.concatenate(
        [matrix(panel)[outcome.known] for panel, outcome in zip(history, outcomes, strict=True)]
        or [np.empty((0, len(features())))]
    )
    labels = np.concatenate([outcome.values[outcome.known] for outcome in outcomes] or [np.empty(0)])
    return fit_matrix(values, labels, code=code, tendency=tendency)


def fit_matrix(
    values: Floats, labels: Floats, *, code: str, tendency: float | None = None, ridge: float = RIDGE
) -> DefaultRisk | None:
    """Return the model fitted on features ``(m, k)`` and outcomes ``(m,)``, or None with too few outcomes."""
    bad = int(labels.sum())
    if min(bad, len(labels) - bad) < LEAST_OUTCOMES:
        return None
    low, high, centre, spread = _scaling(values)
    bounded = np.clip(values, low, high)
    standard = np.nan_to_num(np.where(spread > 0, (bounded - centre) / np.where(spread > 0, spread, 1), 0.0))
    signs = np.array([feature.sign for feature in features()])
    intercept, coefficients = _regress(standard, labels, signs, spread > 0, ridge)
    share = tendency if tendency is not None else float(labels.mean())
    middle = intercept + standard @ coefficients
    intercept += _anchor(middle, share)
    chance = expit(intercept + standard @ coefficients)
    design = np.concatenate([np.ones((len(standard), 1)), standard], axis=1)
    weight = chance * (1 - chance)
    curvature = design.T @ (design * weight[:, None]) + np.diag([1e-9] + [ridge] * standard.shape[1])
    parts = np.where(np.isnan(values), np.nan, standard * coefficients)
    known = ~np.isnan(parts).all(axis=0)
    ends = np.zeros((2, standard.shape[1]))
    ends[:, known] = np.nanquantile(parts[:, known], (0.05, 0.95), axis=0)
    fitted_on = FittedOn(code, len(labels), bad, share)
    return DefaultRisk(
        centre, spread, low, high, coefficients, intercept, np.linalg.inv(curvature), ends[0], ends[1], fitted_on
    )


def refuse_leaks(names: Sequence[str]) -> None:
    """Raise ``ValueError`` where a variable that tells the outcome is among the inputs."""
    told = FORBIDDEN & set(names)
    if told:
        raise ValueError(f"{', '.join(sorted(told))} tell the outcome and may not be inputs.")


def _scaling(values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return bounds, centre and spread of each feature; spread 0 for those too seldom known or never different."""
    count = values.shape[1]
    low, high, centre, spread = (np.zeros(count) for _ in range(4))
    for place in range(count):
        column = values[:, place]
        known = column[~np.isnan(column)]
        if len(known) < max(LEAST_KNOWN * len(column), 5):
            continue
        low[place], high[place] = np.quantile(known, (0.02, 0.98))
        bounded = np.clip(known, low[place], high[place])
        centre[place], spread[place] = bounded.mean(), bounded.std()
        if spread[place] < 1e-9:
            spread[place] = 0.0
    return low, high, centre, spread


def _regress(
    standard: Floats, labels: Floats, signs: NDArray[np.int64], used: NDArray[np.bool_], ridge: float
) -> tuple[float, Floats]:
    def loss(weights: Floats) -> tuple[float, Floats]:
        middle = weights[0] + standard @ weights[1:]
        chance = expit(middle)
        value = np.logaddexp(0, middle).sum() - labels @ middle + 0.5 * ridge * weights[1:] @ weights[1:]
        slope = np.concatenate([[(chance - labels).sum()], standard.T @ (chance - labels) + ridge * weights[1:]])
        return float(value), slope

    bounds: list[tuple[float | None, float | None]] = [(None, None)]
    for sign, is_used in zip(signs, used, strict=True):
        bounds.append((0.0, 0.0) if not is_used else (0.0, None) if sign > 0 else (None, 0.0))
    start = np.concatenate([[logit(np.clip(labels.mean(), 0.01, 0.99))], np.zeros(standard.shape[1])])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-12})
    return float(found.x[0]), np.asarray(found.x[1:])


def _anchor(middle: Floats, share: float) -> float:
    """Return the shift that makes the mean probability the stated share."""
    return float(brentq(lambda shift: expit(middle + shift).mean() - share, -15, 15))


def inputs() -> tuple[Feature, ...]:
    """Return the features that the model reads."""
    return features()
