"""Whether probabilities came true: predicted beside observed, slope and intercept, and whether ranks still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import beta, rankdata

LEAST = 8  # of defaults and of others, below which slope and discrimination are not told
TAIL = 0.025
_BAND = 1.96

Floats = NDArray[np.float64]
Span = tuple[float, float]
NO_SPAN: Span = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came of the enterprises scored on ``origin``, within the twelve months after.

    ``predicted`` is the mean probability and ``predicted_span`` the mean of its interval; ``observed`` the share that
    defaulted, ``observed_span`` its 95 % Jeffreys interval. ``slope`` and ``shift`` are those of a logistic regression
    of the outcome on the log-odds predicted (1 and 0 are right), ``shift`` with the slope held at 1; NaN with too few
    outcomes, as ``auc``. Spans are 95 %.
    """

    origin: date
    enterprises: int
    defaults: int
    predicted: float
    predicted_span: Span
    observed: float
    observed_span: Span
    slope: float
    slope_span: Span
    shift: float
    auc: float
    auc_span: Span

    @property
    def verdict(self) -> str:
        """``holds`` where the spans of predicted and observed meet, else ``too-low`` or ``too-high``: the prediction.

        ``unknown`` where nobody was scored.
        """
        if not self.enterprises or np.isnan(self.predicted):
            return "unknown"
        if self.predicted_span[1] < self.observed_span[0]:
            return "too-low"
        return "too-high" if self.predicted_span[0] > self.observed_span[1] else "holds"


def calibrate(origin: date, outcome: Floats, probability: Floats, low: Floats, high: Floats) -> Calibration:
    """Return what came of predictions; all ``(n,)``, ``outcome`` 1 where it defaulted.

    Where the probability is NaN nothing was predicted and nothing counts.
    """
    known = ~np.isnan(probability)
    outcome, probability, low, high = (values[known] for values in (outcome, probability, low, high))
    count, bad = len(outcome), int(outcome.sum())
    nothing = float("nan")
    slope, slope_span, shift = _slope(outcome, probability)
    auc, auc_span = discrimination(outcome, probability)
    return Calibration(
        origin=origin,
        enterprises=count,
        defaults=bad,
        predicted=float(probability.mean()) if count else nothing,
        predicted_span=(float(low.mean()), float(high.mean())) if count else NO_SPAN,
        observed=bad / count if count else nothing,
        observed_span=jeffreys(bad, count),
        slope=slope,
        slope_span=slope_span,
        shift=shift,
        auc=auc,
        auc_span=auc_span,
    )


def jeffreys(bad: int, count: int) -> Span:
    """Return the 95 % Jeffreys interval of a share (L. Brown, T. Cai, A. DasGupta, Statistical Science 16, 2001).

    >>> [round(end, 4) for end in jeffreys(0, 10)]
    [0.0, 0.2172]
    """
    if not count:
        return NO_SPAN
    low = float(beta.ppf(TAIL, bad + 0.5, count - bad + 0.5)) if bad else 0.0
    high = float(beta.ppf(1 - TAIL, bad + 0.5, count - bad + 0.5)) if bad < count else 1.0
    return low, high


def discrimination(outcome: Floats, probability: Floats) -> tuple[float, Span]:
    """Return the area under the ROC curve, ties by half, and its 95 % interval; NaN with too few outcomes.

    The interval is on the log-odds of the area with the standard error of J. Hanley and B. McNeil, Radiology 143, 1982.
    """
    bad = int(outcome.sum())
    good = len(outcome) - bad
    if min(bad, good) < LEAST:
        return float("nan"), NO_SPAN
    ranks = rankdata(probability)
    area = float((ranks[outcome > 0].sum() - bad * (bad + 1) / 2) / (bad * good))
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (bad - 1) * (first - area**2) + (good - 1) * (second - area**2)) / (bad * good)
    inside = min(max(area, 1e-6), 1 - 1e-6)
    error = np.sqrt(max(variance, 0)) / (inside * (1 - inside))
    return area, (float(expit(logit(inside) - _BAND * error)), float(expit(logit(inside) + _BAND * error)))


def _slope(outcome: Floats, probability: Floats) -> tuple[float, Span, float]:
    """Return the slope of the log-odds with its interval, and the shift at slope 1."""
    bad = int(outcome.sum())
    if min(bad, len(outcome) - bad) < LEAST or np.ptp(probability) == 0:
        return float("nan"), NO_SPAN, float("nan")
    odds = logit(np.clip(probability, 1e-6, 1 - 1e-6))
    middle = odds.mean()

    def loss(weights: Floats) -> float:
        line = weights[0] + weights[1] * (odds - middle)
        return float(np.logaddexp(0, line).sum() - outcome @ line)

    found = minimize(loss, np.array([logit(outcome.mean()), 1.0]), method="BFGS")
    chance = expit(found.x[0] + found.x[1] * (odds - middle))
    weight = chance * (1 - chance)
    design = np.stack([np.ones(len(odds)), odds - middle], axis=1)
    error = float(np.sqrt(np.linalg.inv(design.T @ (design * weight[:, None]))[1, 1]))
    shift = minimize(lambda s: float(np.logaddexp(0, odds + s[0]).sum() - outcome @ (odds + s[0])), np.zeros(1))
    slope = float(found.x[1])
    return slope, (slope - _BAND * error, slope + _BAND * error), float(shift.x[0])
