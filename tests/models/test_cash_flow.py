"""Cash flow: wide enough, coherent, and the same for one enterprise as for all."""

import numpy as np
import pytest
from tests.models.panels import panel_of, random_panel

from huoju.core.assessment import LEVELS
from huoju.models.cash_flow import model as cash_flow


@pytest.fixture(scope="module")
def fitted() -> tuple[cash_flow.CashFlow, object]:
    panel = random_panel(60, 1)
    return cash_flow.fit(panel), panel


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
    again = cash_flow.fit(random_panel(60, 1)).forecast(panel)  # type: ignore[arg-type]
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
