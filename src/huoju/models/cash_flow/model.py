"""Cash flow: sample paths of the next twelve months' sales and purchases, pooled over enterprises alike.

Each path is what happened to an enterprise of like volatility over a past year, from the same calendar month on,
brought to this one's scale and level, mixed with this one's own months drawn anew. Paths keep months together, so
sums over them are coherent; the draws are common to all enterprises, so one row is the same as a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS, Assessments
from huoju.core.fact import EntityId
from huoju.core.panel import Grid, Panel
from huoju.core.period import Period, months_ahead

NAME, VERSION = "cash_flow", "1"
AHEAD = 12
HISTORY = 36
PATHS = 400
OWN_SHARE = 0.5  # paths drawn from the enterprise's own months; by the held-out months of the card
JITTER = 0.04  # of the scale, so that no interval has zero width
LEAST_MONTHS = 6  # of known history
GROUPS = 3
_SCALE_FLOOR = 100_000.0  # fen: credit.md 4.4 adds 1,000 yuan

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Sample paths of the months ahead: ``sales`` and ``purchases`` are ``(n, PATHS, AHEAD)`` in fen.

    ``known`` is ``(n,)``: False where there is too little history, and the paths mean nothing.
    """

    as_of: date
    entities: tuple[EntityId, ...]
    periods: tuple[Period, ...]
    sales: Floats
    purchases: Floats
    known: NDArray[np.bool_]

    @property
    def net(self) -> Floats:
        """Net operating inflow by path; ``(n, PATHS, AHEAD)`` fen."""
        return self.sales - self.purchases

    def monthly(self) -> Floats:
        """Return quantiles of each month's net inflow; ``(n, AHEAD, len(LEVELS))`` fen."""
        return np.moveaxis(np.quantile(self.net, LEVELS, axis=1), 0, -1)

    def sums(self) -> Floats:
        """Return the net inflow of the twelve months by path; ``(n, PATHS)`` fen, sorted."""
        return np.sort(self.net.sum(axis=2), axis=1)


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The fitted model: donors' deviations by group, ``(GROUPS, PATHS, 2, AHEAD)`` in units of scale."""

    deviations: Floats
    cuts: Floats  # (GROUPS - 1,) volatility
    own_months: NDArray[np.int64]  # (PATHS, AHEAD) which of the last twelve months an own path takes
    noise: Floats  # (PATHS, 2, AHEAD)
    seed: int
    name: str = NAME
    version: str = VERSION

    def forecast(self, panel: Panel) -> Forecast:
        """Return the paths of every entity of the panel; unknown where fewer than six months are known."""
        sides = _sides(panel)
        history = _History.of(sides)
        group = np.digitize(np.nan_to_num(history.volatility, nan=np.inf), self.cuts)
        donors = self.deviations[group]
        last = np.where(
            np.isnan(sides[:, :, -12:]), history.level[:, :, None] * history.scale[:, None, None], sides[:, :, -12:]
        )
        own = np.moveaxis(last[:, :, self.own_months], 1, 2)
        pooled = (history.level[:, None, :, None] + donors) * history.scale[:, None, None, None]
        is_own = (np.arange(PATHS) < round(OWN_SHARE * PATHS))[None, :, None, None]
        paths = np.where(is_own, own, pooled) + self.noise[None] * JITTER * history.scale[:, None, None, None]
        paths = np.maximum(paths, np.minimum(last.min(axis=2), 0.0)[:, None, :, None])
        periods = months_ahead(panel.as_of, AHEAD)
        return Forecast(panel.as_of, panel.entities, periods, paths[:, :, 0], paths[:, :, 1], history.enough)

    def assess(self, panel: Panel) -> Assessments:
        """Return the net inflow of the next twelve months; ``low``..``high`` is the 80 % interval."""
        return assess_sums(self.forecast(panel))


def fit(panel: Panel, seed: int = 0) -> CashFlow:
    """Return the model whose donors are the enterprises of ``panel`` over their own past years.

    A donor needs a known year before and a known year after an origin that lies twelve or twenty-four months back,
    so that calendar months match.
    """
    rng = np.random.default_rng([seed, 71])
    sides = _sides(panel)
    found, volatility = [], []
    for back in (12, 24):
        before, after = sides[:, :, : HISTORY - back], sides[:, :, HISTORY - back : HISTORY - back + AHEAD]
        history = _History.of(before)
        usable = history.enough & ~np.isnan(after).any(axis=(1, 2)) & ~np.isnan(history.volatility)
        deviation = after / history.scale[:, None, None] - history.level[:, :, None]
        found.append(np.clip(deviation[usable], -10, 10))
        volatility.append(history.volatility[usable])
    donors, swing = np.concatenate(found), np.concatenate(volatility)
    cuts = np.quantile(swing, np.arange(1, GROUPS) / GROUPS) if len(swing) else np.zeros(GROUPS - 1)
    group = np.digitize(swing, cuts)
    deviations = np.zeros((GROUPS, PATHS, 2, AHEAD))
    for place in range(GROUPS):
        members = np.flatnonzero(group == place) if (group == place).any() else np.arange(len(donors))
        if len(members):
            deviations[place] = donors[members[rng.integers(len(members), size=PATHS)]]
    own_months = rng.integers(0, 12, (PATHS, AHEAD))
    return CashFlow(deviations, cuts, own_months, rng.normal(size=(PATHS, 2, AHEAD)), seed)


def assess_sums(forecast: Forecast) -> Assessments:
    """Return the assessments of the twelve months' net inflow that a forecast gives."""
    quantiles = np.quantile(forecast.sums(), LEVELS, axis=1).T
    span = Period(forecast.periods[0].start, forecast.periods[-1].end)
    median = quantiles[:, LEVELS.index(0.5)]
    return Assessments(
        assessor=NAME,
        version=VERSION,
        as_of=forecast.as_of,
        period=span,
        unit="fen",
        entities=forecast.entities,
        value=median,
        known=forecast.known,
        low=quantiles[:, LEVELS.index(0.1)],
        high=quantiles[:, LEVELS.index(0.9)],
        quantiles=quantiles,
    )


@dataclass(frozen=True, slots=True)
class _History:
    """What a past says of scale, level and swing: ``scale`` ``(n,)`` fen, ``level`` ``(n, 2)`` in units of scale."""

    scale: Floats
    level: Floats
    volatility: Floats
    enough: NDArray[np.bool_]

    @classmethod
    def of(cls, sides: Floats) -> _History:
        year = sides[:, :, -12:]
        known = ~np.isnan(year).any(axis=1)
        count = known.sum(axis=1)
        sales = np.where(known, year[:, 0], 0.0)
        mean = np.abs(sales).sum(axis=1) / np.maximum(count, 1)
        scale = mean + _SCALE_FLOOR
        recent = np.linspace(0.6, 1.4, 12)[None, :] * known
        weight = recent / np.maximum(recent.sum(axis=1, keepdims=True), 1e-9)
        level = np.nansum(np.where(np.isnan(year), 0.0, year) * weight[:, None, :], axis=2) / scale[:, None]
        variance = (np.where(known, (sales - mean[:, None]) ** 2, 0)).sum(axis=1) / np.maximum(count, 1)
        volatility = np.where(count > 0, np.sqrt(variance) / scale, np.nan)
        return cls(scale, level, volatility, count >= LEAST_MONTHS)


def _sides(panel: Panel) -> Floats:
    """Return sales and purchases of the last months; ``(n, 2, HISTORY)`` fen, NaN where unknown."""
    sales, purchases = panel.months("sales", HISTORY), panel.months("purchases", HISTORY)
    return np.stack([_floats(sales), _floats(purchases)], axis=1)


def _floats(grid: Grid) -> Floats:
    return grid.floats()
