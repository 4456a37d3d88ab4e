"""Enterprises that stand exactly on a threshold of growth: in which band they come to lie, ours beside floats; JSON.

195号: half the mean of two yearly rates, 5, 15, 25 and 35 %, with equal and with different years. 创新型中小企业: one
yearly rate, 5, 10 and 15 %. Amounts are whole yuan, 20 to some hundred million.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from huoju.core.fact import EntityId
from huoju.core.panel import Column, Panel
from huoju.core.period import Period
from huoju.core.view import View
from huoju.ratings.bulk import rate_all
from huoju.ratings.shipped import load_scheme

ROWS = 200_000
AS_OF = date(2026, 6, 1)
FEN = 100
PERCENTS_195, POINTS_195 = np.array([5, 15, 25, 35]), {5: 3, 15: 5, 25: 7, 35: 9}
PERCENTS_INNOVATIVE, POINTS_INNOVATIVE = np.array([5, 10, 15]), {5: 10, 10: 15, 15: 20}
Ints = NDArray[np.int64]


def main(rows: int = ROWS) -> None:
    """Print how many of so many enterprises of each rule lie in the wrong band."""
    print(json.dumps({"benchmark": "exactly on the threshold", "rows": rows, **audit(rows)}, indent=1))


def audit(rows: int, seed: int = 20260101) -> dict[str, dict[str, object]]:
    """Return for each rule how many lie in the wrong band, ours and in floats, the latter by threshold too."""
    draw = np.random.default_rng(seed)
    high_tech, innovative = _two_rates(rows, draw), _one_rate(rows, draw)
    return {
        "high_tech_enterprise": _told(
            high_tech, _ours("high_tech_enterprise", "sales_growth", high_tech), POINTS_195, _mean
        ),
        "innovative_sme": _told(
            innovative, _ours("innovative_sme", "revenue_growth", innovative), POINTS_INNOVATIVE, _rate
        ),
    }


def _two_rates(rows: int, draw: np.random.Generator) -> tuple[Ints, list[Ints]]:
    """Return the percent on which each row stands and three years of yuan, the latest first."""
    percent = draw.choice(PERCENTS_195, rows)
    apart = np.where(draw.random(rows) < 0.5, 0, draw.integers(1, 30, rows))
    first = draw.integers(1, 20_000, rows) * 10_000
    second = first * (100 + percent + apart) // 100
    return percent, [second * (100 + percent - apart) // 100, second, first]


def _one_rate(rows: int, draw: np.random.Generator) -> tuple[Ints, list[Ints]]:
    percent = draw.choice(PERCENTS_INNOVATIVE, rows)
    first = draw.integers(1, 10_000_000, rows) * 20
    return percent, [first * (100 + percent) // 100, first]


def _ours(name: str, item: str, given: tuple[Ints, list[Ints]]) -> Ints:
    """Return the least points that each row earns, all other facts unknown."""
    percent, years = given
    rows, variable = len(percent), {"high_tech_enterprise": "operating_revenue", "innovative_sme": "main_revenue"}[name]
    known, nobody = np.ones(rows, dtype=bool), np.full(rows, -1)
    columns = {
        (variable, Period.year(2025 - back)): Column(amount * FEN, known, nobody) for back, amount in enumerate(years)
    }
    view = View(Panel(AS_OF, (EntityId("made"),) * rows, columns), 2025)
    found = rate_all(load_scheme(name), view)[0].items[item].points.low.numerators()
    if found is None:
        raise SystemExit(f"{name}: the points of {item} have no common denominator")
    return found[0] // found[1]


def _told(
    given: tuple[Ints, list[Ints]], ours: Ints, points: dict[int, int], floats: Callable[..., NDArray[np.bool_]]
) -> dict[str, object]:
    percent, years = given
    expected = np.array([points[int(one)] for one in percent])
    too_low = ~floats(*[amount.astype(np.float64) for amount in years], percent)
    shares = {f"{one} %": float(too_low[percent == one].mean()) for one in points}
    exact = _stands_exactly(years, percent)
    return {
        "exactly_on_threshold_of_1000": exact,
        "ours_in_the_wrong_band": int((ours != expected).sum()),
        "floats_in_the_wrong_band": int(too_low.sum()),
        "floats_share_by_threshold": shares,
    }


def _stands_exactly(years: list[Ints], percent: Ints) -> int:
    """Return how many rows stand exactly on their threshold, in fractions; of the first thousand."""
    several = list(zip(*[amount[:1000].tolist() for amount in years], percent[:1000].tolist(), strict=True))
    count = 0
    for *amounts, own in several:
        rates = [Fraction(later, earlier) for later, earlier in itertools.pairwise(amounts)]
        count += sum(rates, Fraction(0)) / len(rates) - 1 == Fraction(own, 100)
    return count


def _mean(
    third: NDArray[np.float64], second: NDArray[np.float64], first: NDArray[np.float64], percent: Ints
) -> NDArray[np.bool_]:
    return np.asarray(0.5 * (second / first + third / second) - 1 >= percent / 100)


def _rate(second: NDArray[np.float64], first: NDArray[np.float64], percent: Ints) -> NDArray[np.bool_]:
    return np.asarray(second / first - 1 >= percent / 100)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
