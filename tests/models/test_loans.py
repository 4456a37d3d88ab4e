"""Loans that the paths bear: as large as the room and no larger; cash that has run out stays so."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from huoju.models.repayment.loans import LONGEST, first_year, largest_loan, runout, shortest_term
from huoju.models.repayment.model import capacity, room_for_service

NET = np.random.default_rng(1).normal(2e6, 6e6, (5, 401, 12))
NO_CASH = np.full(5, np.nan)
EVERYONE = np.ones(5, dtype=bool)
METHODS = st.sampled_from(["annuity", "interest_only", "bullet"])


@given(st.floats(0, 1e11), st.floats(0.01, 0.15), st.integers(1, 12), METHODS)
def test_the_largest_loan_fits_and_one_fen_in_a_thousand_more_does_not(
    room: float, rate: float, months: int, method: str
) -> None:
    amount = int(largest_loan(np.array([room]), rate, months, method)[0])
    assert first_year(np.array([amount]), rate, months, method)[0] <= room
    assert first_year(np.array([amount + amount // 1000 + 1_000]), rate, months, method)[0] > room


def test_the_largest_loan_keeps_the_tolerance_on_the_paths_it_was_read_from() -> None:
    sums = np.sort(NET.sum(axis=2), axis=1)
    none = np.zeros(5)
    room = room_for_service(sums, NO_CASH, none, 0.2)
    amount = largest_loan(room, 0.05, 12, "annuity")
    for row in np.flatnonzero(amount > 0):
        service = first_year(np.array([int(amount[row])]), 0.05, 12, "annuity").astype(float)
        found = capacity(sums[[row]], NO_CASH[:1], service, EVERYONE[:1]).shortfall
        assert found[0] <= 0.2


def test_more_room_never_asks_for_a_longer_term() -> None:
    terms = shortest_term(np.linspace(0, 2e8, 40), 10**8, 0.05, "annuity")
    found = terms[~np.isnan(terms)]
    assert len(found) > 10
    assert (np.diff(found) <= 0).all()
    assert np.isnan(terms[0])
    costs = first_year(np.array([10**8]), 0.05, LONGEST, "annuity")
    assert shortest_term(costs.astype(float), 10**8, 0.05, "annuity")[0] <= LONGEST


def test_cash_that_has_run_out_stays_run_out_and_more_due_comes_sooner() -> None:
    light = runout(NET, NO_CASH, np.full((5, 12), 1e6), EVERYONE)
    heavy = runout(NET, NO_CASH, np.full((5, 12), 3e6), EVERYONE)
    assert (np.diff(light.by_month, axis=1) >= 0).all()
    assert (heavy.by_month >= light.by_month).all()
    assert (np.nan_to_num(heavy.median, nan=99) <= np.nan_to_num(light.median, nan=99)).all()


def test_unknown_forecasts_and_rooms_stay_unknown() -> None:
    nobody = np.zeros(5, dtype=bool)
    found = runout(NET, NO_CASH, np.zeros((5, 12)), nobody)
    assert np.isnan(found.by_month).all()
    assert np.isnan(largest_loan(NO_CASH, 0.05, 12, "annuity")).all()
    assert np.isnan(shortest_term(NO_CASH, 10**8, 0.05, "annuity")).all()
