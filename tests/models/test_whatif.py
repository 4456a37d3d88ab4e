"""What if: every shock moves the forecast one way, and no shock moves nothing."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.fact import EntityId
from huoju.core.period import months_ahead
from huoju.models.cash_flow.forecast import AHEAD, PATHS, Forecast
from huoju.models.cash_flow.whatif import LATEST, Shock, shocked

DAY = date(2025, 12, 31)
RNG = np.random.default_rng(3)
SALES = RNG.lognormal(15, 0.4, (3, PATHS, AHEAD))
GIVEN = Forecast(
    DAY,
    tuple(EntityId(f"made:{row}") for row in range(3)),
    months_ahead(DAY, AHEAD),
    SALES,
    SALES * RNG.uniform(0.5, 1.2, (3, PATHS, 1)),
    np.ones(3, dtype=bool),
)
LARGEST = np.array([0.3, 0.0, np.nan])


def test_no_shock_is_the_same_forecast_byte_for_byte() -> None:
    after = shocked(GIVEN, Shock(), LARGEST)
    assert after.net.tobytes() == GIVEN.net.tobytes()
    assert after.known.tobytes() == GIVEN.known.tobytes()


@given(st.floats(0.001, 1), st.floats(0, 0.999))
def test_fewer_orders_never_bring_more_and_more_of_them_less(share: float, fraction: float) -> None:
    little = shocked(GIVEN, Shock(fewer_orders=share * fraction), LARGEST)
    much = shocked(GIVEN, Shock(fewer_orders=share), LARGEST)
    assert (much.net <= little.net + 1e-6).all()
    assert (much.sums().mean() < GIVEN.sums().mean()).all()


@given(st.integers(1, LATEST))
def test_later_payment_takes_from_the_year_what_is_still_out_at_its_end(days: int) -> None:
    after = shocked(GIVEN, Shock(later=days), LARGEST)
    assert (after.sales.cumsum(axis=2) <= GIVEN.sales.cumsum(axis=2) + 1e-3).all()
    whole, part = divmod(days, 30)
    out = GIVEN.sales[:, :, AHEAD - whole :].sum(axis=2) + part / 30 * GIVEN.sales[:, :, AHEAD - whole - 1]
    assert np.allclose(GIVEN.sales.sum(axis=2) - after.sales.sum(axis=2), out)


def test_losing_the_largest_buyer_costs_its_share_and_is_unknown_where_that_is() -> None:
    after = shocked(GIVEN, Shock(loses_largest_buyer=True), LARGEST)
    assert np.allclose(after.sales[0], 0.7 * GIVEN.sales[0])
    assert np.array_equal(after.sales[1], GIVEN.sales[1])
    assert after.known.tolist() == [True, True, False]


def test_purchases_that_follow_soften_the_blow() -> None:
    stiff = shocked(GIVEN, Shock(fewer_orders=0.4), LARGEST).sums()
    soft = shocked(GIVEN, Shock(fewer_orders=0.4, purchases_follow=1), LARGEST).sums()
    assert (soft >= stiff).all()


@pytest.mark.parametrize("wrong", [{"fewer_orders": 1.2}, {"purchases_follow": -0.1}, {"later": 181}])
def test_a_shock_beyond_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="got"):
        Shock(**wrong)  # type: ignore[arg-type]
