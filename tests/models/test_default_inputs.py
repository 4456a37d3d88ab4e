"""Inputs from statements and months: as of the last year or month, unknown where they lack what they need."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from huoju.core.document import read_document
from huoju.core.errors import PolicyError
from huoju.models.default_risk.inputs import read_inputs
from huoju.models.default_risk.months import Months, month_inputs, month_values
from huoju.models.default_risk.statements import Statements, declared, statement_inputs, statement_values

ITEMS = declared().child("items").keys()


def statements(seed: int, years: int = 3, count: int = 6) -> Statements:
    draws = np.random.default_rng(seed)
    return Statements({item: draws.lognormal(4, 1, (count, years)) for item in ITEMS}, years)


def named(statements: Statements, name: str) -> np.ndarray:
    place = [each.name for each in statement_inputs()].index(name)
    return statement_values(statements)[:, place]


def test_a_ratio_is_of_the_last_year() -> None:
    made = statements(1)
    assert named(made, "tl_ta") == pytest.approx(made["total_liabilities"][:, -1] / made["total_assets"][:, -1])
    assert named(made, "d2_tl") == pytest.approx(
        made["total_liabilities"][:, -1] / made["total_assets"][:, -1]
        - made["total_liabilities"][:, 0] / made["total_assets"][:, 0]
    )


def test_one_statement_leaves_trends_unknown_and_ratios_known() -> None:
    made = statements(2, years=1)
    assert np.isnan(named(made, "g_rev")).all()
    assert np.isnan(named(made, "vol_ebitda")).all()
    assert not np.isnan(named(made, "quick")).any()


def test_without_a_market_price_only_what_needs_one_is_unknown() -> None:
    full = statements(3)
    made = Statements({item: grid for item, grid in full.items.items() if item != "market_value"}, 3)
    blank = np.isnan(statement_values(made)).all(axis=0)
    unlisted = {each.name for each, gone in zip(statement_inputs(), blank, strict=True) if gone}
    market = {each.name for each in statement_inputs() if each.group == "market"}
    assert market <= unlisted <= market | {"cash_mta"}


@settings(max_examples=30)
@given(arrays.arrays(float, (4, 3), elements=some.floats(-1e9, 1e9) | some.just(np.nan)), some.sampled_from(ITEMS))
def test_any_amounts_give_numbers_or_unknown(grid: np.ndarray, item: str) -> None:
    made = statements(4, count=4)
    values = statement_values(Statements({**made.items, item: grid}, 3))
    assert np.isfinite(values[~np.isnan(values)]).all()


def test_the_future_is_not_there_and_the_past_beyond_the_window_changes_nothing() -> None:
    made = statements(5, years=4)
    cut = Statements({item: grid[:, 1:] for item, grid in made.items.items()}, 3)
    again = Statements(
        {item: np.column_stack([grid[:, 0] * 7, grid[:, 1:]])[:, 1:] for item, grid in made.items.items()}, 3
    )
    assert np.array_equal(statement_values(cut), statement_values(again), equal_nan=True)


def test_months_without_rows_are_unknown_and_not_zero() -> None:
    sales = np.full((2, 24), 50_000.0)
    sales[1, :12] = np.nan
    values = dict(zip([e.name for e in month_inputs()], month_values(Months(sales, sales * 0.8)).T, strict=True))
    assert values["m_growth"][0] == pytest.approx(0)
    assert np.isnan(values["m_growth"][1])
    assert values["m_margin"] == pytest.approx([0.2, 0.2])
    assert values["m_last_sale"].tolist() == [0, 0]


def test_months_since_the_last_sale_count_the_pause() -> None:
    sales = np.full((2, 24), 50_000.0)
    sales[0, -4:] = 0
    sales[1] = 0
    place = [each.name for each in month_inputs()].index("m_last_sale")
    assert month_values(Months(sales, sales))[:, place].tolist() == [4, 24]


def test_directions_that_name_a_leak_are_refused(tmp_path) -> None:
    file = tmp_path / "directions.yaml"
    file.write_text('tic: {direction: "+"}\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="tic"):
        read_inputs(read_document(file))


def test_a_divisor_next_to_nothing_gives_unknown_and_no_warning() -> None:
    made = statements(4, count=4)
    tiny = np.full((4, 3), 5e-324)
    values = statement_values(Statements({**made.items, "total_assets": tiny}, 3))
    assert np.isfinite(values[~np.isnan(values)]).all()
