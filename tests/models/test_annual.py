"""Annual forecasts: rising, never of zero width, the same for one firm as for all, and better than no model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core.assessment import LEVELS
from huoju.models import annual
from huoju.models.quantiles import Settings
from huoju.models.repayment.model import chance_below
from huoju.models.statements import ITEMS, Statements

COUNT = 420
Made = tuple[annual.Annual, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def fitted() -> Made:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(COUNT, 5))
    rows[rng.random(rows.shape) < 0.1] = np.nan
    target = 0.4 * np.nan_to_num(rows[:, 0]) + 0.1 * np.exp(np.nan_to_num(rows[:, 1])) * rng.normal(size=COUNT)
    size = rng.normal(size=COUNT)
    with pytest.MonkeyPatch.context() as quick:  # fewer rounds and levels than in use: seconds, not a minute
        quick.setattr(annual, "_QUANTILES", Settings(rounds=40))
        quick.setattr(annual, "_SIZE_OF_CHANGE", Settings(rounds=20))
        model = annual.fit(rows[:360], target[:360], np.arange(360) // 3, size[:360])
    return model, rows, target


def test_quantiles_rise_strictly_whatever_is_unknown(fitted: Made) -> None:
    model, rows, _ = fitted
    nothing = np.full((1, 5), np.nan)
    for asked in (rows, nothing, np.zeros((1, 5)), np.full((1, 5), 1e9)):
        found = model.quantiles(asked, np.zeros(len(asked)))
        assert np.isfinite(found).all()
        assert (np.diff(found, axis=1) > 0).all()


def test_one_firm_has_the_forecast_it_has_among_all(fitted: Made) -> None:
    model, rows, _ = fitted
    together = model.quantiles(rows, np.zeros(COUNT))
    backwards = model.quantiles(rows[::-1], np.zeros(COUNT))[::-1]
    assert np.array_equal(together, backwards)
    for row in (0, 17, COUNT - 1):
        assert np.array_equal(model.quantiles(rows[[row]], np.zeros(1))[0], together[row])


def test_the_forecast_beats_the_quantiles_of_all(fitted: Made) -> None:
    model, rows, target = fitted
    later = target[360:]
    found = model.quantiles(rows[360:], np.zeros(60))
    plain = np.quantile(target[:360], LEVELS)[None].repeat(60, axis=0)
    assert _loss(later, found) < 0.8 * _loss(later, plain)


def test_too_few_outcomes_are_refused() -> None:
    with pytest.raises(ValueError, match="300 firm-years"):
        annual.fit(np.zeros((9, 2)), np.zeros(9), np.arange(9), np.zeros(9))


@given(st.lists(st.floats(-50, 50), min_size=15, max_size=15), st.floats(-60, 60), st.floats(0, 10))
@settings(max_examples=60)
def test_the_chance_of_falling_below_rises_with_the_line(values: list[float], line: float, more: float) -> None:
    quantiles = np.sort(np.array([values]), axis=1) + np.arange(15) * 1e-3
    lower, higher = (chance_below(quantiles, np.array([at]))[0] for at in (line, line + more))
    assert 0 < lower <= higher < 1
    at_levels = [chance_below(quantiles, np.array([value]))[0] for value in quantiles[0]]
    assert np.allclose(at_levels, LEVELS)


def test_lags_stay_within_the_firm_and_the_year() -> None:
    firm, year = np.array([1, 1, 1, 2, 2]), np.array([2001, 2002, 2004, 2003, 2004])
    items = {item: np.arange(5, dtype=float) + 1 for item in ITEMS}
    statements = Statements.of(firm, year, items)
    values = np.array([10.0, 11, 12, 13, 14])
    assert np.array_equal(statements.lag(values, 1), [np.nan, 10, np.nan, np.nan, 13], equal_nan=True)
    assert np.array_equal(statements.lag(values, -1), [11, np.nan, np.nan, 14, np.nan], equal_nan=True)
    assert statements.earlier().tolist() == [0, 1, 2, 0, 1]
    assert statements.features().shape == (5, 34)
    with pytest.raises(ValueError, match="by firm"):
        Statements.of(firm[::-1], year, items)


def _loss(truth: np.ndarray, quantiles: np.ndarray) -> float:
    levels, gap = np.array(LEVELS), truth[:, None] - quantiles
    return float(np.maximum(levels * gap, (levels - 1) * gap).mean())
