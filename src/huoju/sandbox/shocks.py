"""What moves demand: trend, season, the Spring Festival, research a year ago, and shocks to industries and firms."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from huoju.core.period import add_months
from huoju.sandbox.plan import Plan

Floats = NDArray[np.float64]


def demand_factors(
    plan: Plan, industry: NDArray[np.int64], extra_research: Floats, months: int, rng: np.random.Generator
) -> Floats:
    """Return what each enterprise's base demand is multiplied by in each month; ``(n, t)``."""
    count = len(industry)
    time = np.arange(months)
    drift = (np.array([i.drift for i in plan.industries])[industry] + plan["demand.drift_added"]) / 12
    trend = drift + rng.normal(0, plan["demand.firm_trend"], count) / 12
    researched = np.clip(extra_research * plan["research.raises_growth"] / 12, -0.02, 0.03)
    log = trend[:, None] * time + researched[:, None] * np.maximum(time - 12, 0)
    log += _seasons(plan, months)[industry]
    log += _wander(rng, count, months, plan["demand.persistence"], plan["demand.disturbance"])
    log += _wander(rng, len(plan.industries), months, 0.9, plan["demand.industry_disturbance"])[industry]
    factors = np.exp(log) * (1 - festival_loss(plan, months)) * _common_shock(plan, months)
    return factors * _industry_shocks(plan, months, rng)[industry] * _firm_shocks(plan, count, months, rng)


def festival_loss(plan: Plan, months: int) -> Floats:
    """Return the share of each month's output that the Spring Festival takes; ``(t,)``.

    Twelve days from the eve on are lost; a month loses by how many of them fall into it.
    """
    lost = np.zeros(months)
    holidays = [day + timedelta(days=shift) for day in plan.festival_days for shift in range(-1, 11)]
    for place in range(months):
        first = plan.month(place)
        inside = sum(first <= day < add_months(first, 1) for day in holidays)
        lost[place] = plan["spring_festival.lost_share"] * inside / 12
    return lost


def _seasons(plan: Plan, months: int) -> Floats:
    month = np.array([plan.month(place).month for place in range(months)])
    return np.array([i.season * np.cos(2 * np.pi * (month - i.peak) / 12) for i in plan.industries])


def _wander(rng: np.random.Generator, count: int, months: int, persistence: float, sd: float) -> Floats:
    """Return first-order autoregressive disturbances with the stated sd; ``(count, months)``."""
    state = rng.normal(0, sd, count)
    path = np.empty((count, months))
    for month in range(months):
        path[:, month] = state
        state = persistence * state + rng.normal(0, sd * np.sqrt(1 - persistence**2), count)
    return path


def _common_shock(plan: Plan, months: int) -> Floats:
    """Return what all demand is multiplied by in each month: 1 but for the months of a common shock; ``(t,)``."""
    factor = np.ones(months)
    start = int(plan["shocks.common_from"])
    factor[start : start + int(plan["shocks.common_lasting"])] = 1 - plan["shocks.common_depth"]
    return factor


def _industry_shocks(plan: Plan, months: int, rng: np.random.Generator) -> Floats:
    factor = np.ones((len(plan.industries), months))
    shortest, longest = plan.numbers["shocks.lasting"]
    hit = rng.choice(len(plan.industries), int(plan["shocks.industries"]), replace=False)
    for industry in hit:
        start = int(rng.integers(8, max(months - 10, 9)))
        length = int(rng.integers(int(shortest), int(longest)))
        factor[industry, start : start + length] *= 1 - plan["shocks.industry_depth"]
    return factor


def _firm_shocks(plan: Plan, count: int, months: int, rng: np.random.Generator) -> Floats:
    """Return the loss of large buyers: sudden, lasting, and mended step by step."""
    factor = np.ones((count, months))
    shortest, longest = plan.numbers["shocks.lasting"]
    struck = rng.random((count, months)) < plan["shocks.firms_a_year"] / 12
    low, high = plan.numbers["shocks.firm_depth"]
    for firm, month in zip(*np.nonzero(struck), strict=True):
        length = int(rng.integers(int(shortest), int(longest)))
        depth = rng.uniform(low, high)
        fade = 1 - depth * np.linspace(1, 0.25, length)
        last = min(month + length, months)
        factor[firm, month:last] *= fade[: last - month]
        factor[firm, last:] *= 1 - depth * 0.2
    return factor
