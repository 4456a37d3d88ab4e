"""What a model says of each case: score, probability with its interval, reasons, and where it asks for a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.models.default_risk.calibrating import log_odds_of
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.saving import Model
from huoju.models.default_risk.table_scoring import Scorer
from huoju.models.scale import PER_LOG_ODDS, probability_of

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
REFER_ODDS = 3.0  # a person looks where the odds of table and challenger differ by more than this factor
_BAND = 1.645  # 90 % of a normal distribution


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says of ``n`` cases; ``points`` ``(n, k)`` and the base add up to the score before its bounds.

    ``reasons`` ``(n, 4)`` are the places of the parts that cost most points, -1 where fewer cost any. ``low`` to
    ``high`` is a 90 % interval that what is unknown opens further. ``unknown`` ``(n, k)`` says of what.
    """

    score: Whole
    probability: Floats
    low: Floats
    high: Floats
    points: Whole
    reasons: Whole
    unknown: NDArray[np.bool_]
    challenger: Floats
    referred: NDArray[np.bool_]


def predict(model: Model, values: Floats) -> Prediction:
    """Return what the model says of values ``(n, k)``, NaN where unknown; the same for one row as for a batch."""
    table = model.table
    low, high = probability_interval(table, values)
    gap = np.abs(log_odds_of(table, values) - model.challenger.log_odds(values))
    scores = Scorer.of(table).batch(values)
    return Prediction(
        score=scores.score.astype(np.int64),
        probability=scores.probability,
        low=low,
        high=high,
        points=table.addends(values),
        reasons=scores.reasons.astype(np.int64),
        unknown=np.stack([part.unknown(values) for part in table.parts], axis=1),
        challenger=model.challenger.probability(values),
        referred=gap > np.log(REFER_ODDS),
    )


def probability_interval(table: PointsTable, values: Floats) -> tuple[Floats, Floats]:
    """Return the 90 % interval of the probability, widened by all that is unknown; ``(n,)`` each, low below high."""
    score, band = table.score(values), _BAND * PER_LOG_ODDS * table.error(values)
    worst, best = (span.sum(axis=1) for span in table.span(values))
    return probability_of(score + best + band), probability_of(score + worst - band)
