"""Cash flow: wide enough, coherent, and the same for one enterprise as for all."""

import pickle
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.panels import panel_of, random_panel

from huoju.core.assessment import LEVELS
from huoju.models.cash_flow import model as cash_flow
from huoju.models.cash_flow.forecast import AHEAD, PATHS
from huoju.models.cash_flow.paths import joined, ranks_of
from huoju.models.quantiles import Settings


@pytest.fixture(scope="module")
def fitted() -> tuple[cash_flow.CashFlow, object]:
    panel = random_panel(60, 1)
    return _fit(panel), panel


def _fit(panel: object) -> cash_flow.CashFlow:
    """Return the model with fewer rounds than in use: seconds, not a minute."""
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(cash_flow, "Settings", partial(Settings, rounds=10))
        return cash_flow.fit(panel)  # type: ignore[arg-type]


def test_quantiles_rise_and_no_interval_has_zero_width(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, _ = fitted
    constant = panel_of(np.full((3, 36), 1e8), np.full((3, 36), 6e7))
    quantiles = model.forecast(constant).monthly()
    assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (quantiles[:, :, LEVELS.index(0.9)] > quantiles[:, :, LEVELS.index(0.1)]).all()


def test_one_enterprise_has_the_forecast_it_has_among_all(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, panel = fitted
    together = model.forecast(panel).net  # type: ignore[arg-type]
    for row in (0, 7, 59):
        alone = model.forecast(panel.take([row])).net  # type: ignore[attr-defined]
        assert np.array_equal(alone[0], together[row])


def test_the_same_panel_gives_the_same_model(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, panel = fitted
    again = _fit(random_panel(60, 1)).forecast(panel)  # type: ignore[arg-type]
    assert np.array_equal(model.forecast(panel).net, again.net)  # type: ignore[arg-type]


def test_the_year_is_the_sum_of_its_months_path_by_path(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, panel = fitted
    forecast = model.forecast(panel)  # type: ignore[arg-type]
    assert np.allclose(np.sort(forecast.net.sum(axis=2), axis=1), forecast.sums())


def test_too_short_a_history_is_unknown(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, _ = fitted
    sales = np.full((1, 36), np.nan)
    sales[0, -5:] = 1e8
    assert not model.forecast(panel_of(sales, sales * 0.5)).known.any()


def test_the_assessment_says_where_it_looks(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, panel = fitted
    assessed = model.assess(panel)  # type: ignore[arg-type]
    row = assessed.row(0)
    assert row.period is not None
    assert str(row.period) == "2026"
    assert row.low <= row.value <= row.high  # type: ignore[operator]


def test_monthly_quantiles_of_the_paths_are_those_that_were_put_in() -> None:
    rng = np.random.default_rng(5)
    quantiles = np.sort(rng.normal(size=(4, AHEAD, len(LEVELS))), axis=2)
    ranks = ranks_of(rng.normal(size=(PATHS, AHEAD)), rng)
    found = np.quantile(joined(quantiles, ranks), LEVELS, axis=1)
    assert np.allclose(np.moveaxis(found, 0, -1), quantiles)


def test_ranks_carry_the_togetherness_of_past_years() -> None:
    rng = np.random.default_rng(6)
    lasting = rng.normal(size=(PATHS, 1)) + 0.1 * rng.normal(size=(PATHS, AHEAD))
    level = np.tile(np.array(LEVELS), (1, AHEAD, 1))
    together = joined(level, ranks_of(lasting, rng)).sum(axis=2)
    apart = joined(level, ranks_of(rng.normal(size=(PATHS, AHEAD)), rng)).sum(axis=2)
    assert together.std() > 2.5 * apart.std()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None)
def test_any_pattern_of_unknown_months_gives_an_interval_or_too_little_history(
    fitted: tuple[cash_flow.CashFlow, object], seed: int
) -> None:
    model, _ = fitted
    rng = np.random.default_rng(seed)
    sales, purchases = (np.rint(rng.lognormal(14, 2, (4, 36)) * rng.choice([0, 1, -0.1], (4, 36))) for _ in "12")
    for side in (sales, purchases):
        side[rng.random((4, 36)) < rng.random((4, 1))] = np.nan
    forecast = model.forecast(panel_of(sales, purchases))
    year = ~np.isnan(sales[:, -12:]) & ~np.isnan(purchases[:, -12:])
    assert forecast.known.tolist() == (year.sum(axis=1) >= 6).tolist()
    quantiles = forecast.monthly()[forecast.known]
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=2) > 0).all()


def test_a_model_that_travels_forecasts_the_same_bytes(fitted: tuple[cash_flow.CashFlow, object]) -> None:
    model, panel = fitted
    travelled = pickle.loads(pickle.dumps(model))
    assert travelled.forecast(panel).net.tobytes() == model.forecast(panel).net.tobytes()  # type: ignore[arg-type]
