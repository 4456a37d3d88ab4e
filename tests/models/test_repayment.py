"""Repayment: more debt never falls short less often; growth is bounded below by losing everything."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.models.panels import random_panel

from huoju.models.cash_flow import model as cash_flow
from huoju.models.growth import model as growth
from huoju.models.population import Population
from huoju.models.repayment.model import capacity, room_for_service

SUMS = np.sort(np.random.default_rng(0).normal(1e8, 5e7, (4, 400)), axis=1)
EVERYONE = np.ones(4, dtype=bool)
NO_CASH = np.full(4, np.nan)


@given(st.floats(1, 1e9), st.floats(0, 1e9))
def test_more_debt_service_never_falls_short_less_often(service: float, more: float) -> None:
    less = capacity(SUMS, NO_CASH, np.full(4, service), EVERYONE).shortfall
    greater = capacity(SUMS, NO_CASH, np.full(4, service + more), EVERYONE).shortfall
    assert (greater >= less).all()


@given(st.floats(0.01, 0.9), st.floats(0, 5e7))
def test_the_room_is_what_the_tolerance_allows(tolerance: float, service: float) -> None:
    room = room_for_service(SUMS, NO_CASH, np.full(4, service), tolerance)
    within = capacity(SUMS, NO_CASH, np.full(4, service) + room, EVERYONE).shortfall
    assert (within <= tolerance + 1 / 400).all()


def test_cash_helps_and_unknown_cash_is_left_out() -> None:
    service = np.full(4, 1e8)
    without = capacity(SUMS, NO_CASH, service, EVERYONE).shortfall
    helped = capacity(SUMS, np.full(4, 5e7), service, EVERYONE).shortfall
    assert (helped < without).all()


def test_without_debt_service_there_is_no_ratio() -> None:
    found = capacity(SUMS, NO_CASH, np.zeros(4), EVERYONE)
    assert np.isnan(found.dscr).all()
    assert (found.shortfall == 0).all()


def test_growth_comes_from_the_paths_and_never_loses_more_than_all() -> None:
    panel = random_panel(40, 2)
    forecast = cash_flow.fit(panel).forecast(panel)
    assessed = growth.assess(panel, forecast.sales, forecast.known)
    assert (assessed.quantiles >= -1).all()
    assert (np.diff(assessed.quantiles, axis=1) >= 0).all()


def test_a_percentile_is_the_same_for_one_as_for_all() -> None:
    values = np.array([3.0, 1.0, np.nan, 2.0, 2.0])
    population = Population.of("test", values)
    together = population.percentile(values)
    assert np.isnan(together[2])
    assert together[[1, 3, 0]].tolist() == [0.125, 0.5, 0.875]
    assert population.percentile(np.array([2.0]))[0] == together[3]
