"""Cash flow: quantiles of the next twelve months from one model of all enterprises, joined into sample paths.

Net inflow and sales are each forecast for every month ahead by boosted quantiles over the panel's own past, pooled
with the enterprise's own smoothing, and spread by what was missed in months held out, by size and distance. Paths
join the months in the ranks of past years, so sums over months are coherent; ranks are common to all enterprises,
so one row is the same as a batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS, Assessments
from huoju.core.panel import Panel
from huoju.core.period import Period, add_months, months_ahead
from huoju.models.cash_flow.examples import Example, draw_examples
from huoju.models.cash_flow.forecast import AHEAD, NAME, PATHS, VERSION, Forecast, assess_sums
from huoju.models.cash_flow.history import HISTORY, SIDES, History, Past
from huoju.models.cash_flow.paths import LEAST_TEMPLATES, joined, made_up_templates, places, ranks_of
from huoju.models.quantiles import Booster, Settings, Spread, boost, predict

__all__ = ["AHEAD", "PATHS", "CashFlow", "Forecast", "assess_sums", "fit"]
FOLDS = 3
BLOCK = 3  # months held out together; with three folds a month and the same month a year on are in different folds
LEARNED = 0.75  # share of the boosted quantiles in the pool; by origins before those the card reports
LEAST_EXAMPLES = 600
TIGHTER = 0.96  # the mean of three fits misses less than each that was blind: chosen on made-up zones, see card.md
_LEAST = 0.02  # of the scale: the least width of the middle 80 %
_NEAR, _FAR = 3, 6  # months ahead that are spread alike: up to 3, up to 6, beyond
_SIZES = 3
_BOUND = 10.0  # of the scale: beyond it the base was too small to speak of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """One quantity's model: boosters by fold, none where the panel taught too little, and their spread."""

    name: str
    folds: tuple[tuple[Booster, ...], ...]
    spread: Spread

    def quantiles(self, past: Past, rows: Floats, ahead: NDArray[np.int64], cells: NDArray[np.int64]) -> Floats:
        """Return quantiles in units of scale; ``rows`` hold the features month by month, each for all enterprises."""
        pooled = _pooled([predict(fold, rows) for fold in self.folds], past, self.name, ahead)
        spread = self.spread.applied(pooled, cells)
        middle = spread[:, [LEVELS.index(0.5)]]
        return np.asarray(middle + (TIGHTER if self.folds else 1.0) * (spread - middle))


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The fitted model: the two sides, where sizes part, and the ranks that join months, ``(2, PATHS, AHEAD)``."""

    sides: tuple[Side, ...]
    cuts: Floats
    ranks: NDArray[np.int64]
    seed: int
    name: str = NAME
    version: str = VERSION

    def forecast(self, panel: Panel) -> Forecast:
        """Return the paths of every entity of the panel; unknown where fewer than six months are known."""
        history = History.of(panel)
        periods = months_ahead(panel.as_of, AHEAD)
        everyone = np.arange(len(panel))
        past = history.past(HISTORY - 1, everyone)
        found = self.quantiles(past, _distance(history.months[-1], periods[0]), periods)
        net, sales = (
            joined(quantiles * past.scale[:, None, None], ranks)
            for quantiles, ranks in zip(found, self.ranks, strict=True)
        )
        sales = np.maximum(sales, np.minimum(np.nan_to_num(history.sales).min(axis=1), 0.0)[:, None, None])
        return Forecast(panel.as_of, panel.entities, periods, sales, sales - net, history.enough(HISTORY - 1))

    def quantiles(self, past: Past, first: int, periods: tuple[Period, ...]) -> tuple[Floats, ...]:
        """Return for net inflow and sales ``(n, len(periods), len(LEVELS))`` in units of scale.

        ``first`` is how many months after the last known one the first period lies.
        """
        features, count = past.features(), len(past.scale)
        ahead = np.repeat(np.arange(first, first + len(periods)), count)
        rows = np.concatenate([past.ahead(features, first + place, p) for place, p in enumerate(periods)])
        cells = _cells(np.tile(past.scale, len(periods)), ahead, self.cuts)
        found = (side.quantiles(past, rows, ahead, cells) for side in self.sides)
        return tuple(each.reshape(len(periods), count, len(LEVELS)).transpose(1, 0, 2) for each in found)

    def assess(self, panel: Panel) -> Assessments:
        """Return the net inflow of the next twelve months; ``low``..``high`` is the 80 % interval."""
        return assess_sums(self.forecast(panel))


def fit(panel: Panel, seed: int = 0) -> CashFlow:
    """Return the model that the panel's own past teaches: every enterprise, from every month on that has a future.

    Where the past is too short to learn from, only each enterprise's own smoothing is left.
    """
    rng = np.random.default_rng([seed, 71])
    history = History.of(panel)
    cuts = np.quantile(history.scale(HISTORY - 1), np.arange(1, _SIZES) / _SIZES) if len(panel) else np.zeros(2)
    examples = draw_examples(history, rng)
    sides = tuple(_fit_side(name, examples, cuts, seed) for name in SIDES)
    model = CashFlow(sides, cuts, np.zeros((len(SIDES), PATHS, AHEAD), dtype=np.int64), seed)
    return CashFlow(sides, cuts, ranks_of(_templates(model, history, rng), rng).transpose(1, 0, 2), seed)


def _fit_side(name: str, examples: Example, cuts: Floats, seed: int) -> Side:
    """Return the side's boosters, each blind to a third of the target months, and the spread measured on those."""
    target = np.clip(examples.target(name), -_BOUND, _BOUND)
    folds = (examples.month // BLOCK) % FOLDS
    if len(target) < LEAST_EXAMPLES or len(np.unique(folds)) < FOLDS:
        nothing = np.zeros((_SIZES * 3, len(LEVELS)))
        return Side(name, (), Spread(nothing, _LEAST))
    fitted, held_out = [], np.zeros((len(target), len(LEVELS)))
    for fold in range(FOLDS):
        out = folds == fold
        fitted.append(boost(examples.features[~out], target[~out], Settings(), seed))
        held_out[out] = predict(fitted[-1], examples.features[out])
    pooled = _mix(held_out, examples.own[name])
    cells = _cells(examples.scale, examples.ahead, cuts)
    return Side(name, tuple(fitted), Spread.fitted(target, pooled, cells, _SIZES * 3, _LEAST))


def _pooled(learned: list[Floats], past: Past, side: str, ahead: NDArray[np.int64]) -> Floats:
    everyone = np.tile(np.arange(len(past.scale)), len(ahead) // max(len(past.scale), 1))
    own = past.state(side).take(everyone).quantiles(ahead.astype(np.float64))
    return _mix(sum(learned[1:], start=learned[0]) / len(learned), own) if learned else np.clip(own, -_BOUND, _BOUND)


def _mix(learned: Floats, own: Floats) -> Floats:
    """Return the pool: an average level by level."""
    return LEARNED * learned + (1 - LEARNED) * np.clip(own, -_BOUND, _BOUND)


def _cells(scale: Floats, ahead: NDArray[np.int64], cuts: Floats) -> NDArray[np.int64]:
    """Return which size and distance a row belongs to; ``(n,)``."""
    return np.asarray(np.digitize(scale, cuts) * 3 + np.digitize(ahead, (_NEAR + 0.5, _FAR + 0.5)))


def _distance(last: Period, first: Period) -> int:
    """Return how many months ``first`` lies after ``last``."""
    return next(count for count in range(1, AHEAD + 2) if add_months(last.start, count) == first.start)


def _templates(model: CashFlow, history: History, rng: np.random.Generator) -> Floats:
    """Return where the months of past years fell within what would have been forecast; ``(PATHS, 2, AHEAD)``."""
    usable = []
    for month in range(11, HISTORY - AHEAD):
        after = slice(month + 1, month + 1 + AHEAD)
        is_whole = ~np.isnan(history.net[:, after]).any(axis=1) & history.enough(month)
        usable += [(month, row) for row in np.flatnonzero(is_whole)]
    if len(usable) < LEAST_TEMPLATES:
        return made_up_templates(rng)
    drawn = np.array(usable)[np.sort(rng.choice(len(usable), PATHS, replace=len(usable) < PATHS))]
    found = []
    for month in np.unique(drawn[:, 0]):
        rows = drawn[drawn[:, 0] == month, 1]
        past = history.past(int(month), rows)
        periods = history.months[month + 1 : month + 1 + AHEAD]
        fell = np.zeros((len(rows), len(SIDES), AHEAD))
        for place, (name, quantiles) in enumerate(zip(SIDES, model.quantiles(past, 1, periods), strict=True)):
            truth = history.side(name)[rows, month + 1 : month + 1 + AHEAD] / past.scale[:, None]
            for ahead in range(AHEAD):
                fell[:, place, ahead] = places(truth[:, ahead], quantiles[:, ahead])
        found.append(fell)
    return np.concatenate(found)
