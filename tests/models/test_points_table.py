"""The points table: whole points that add up, unknowns with a span, and a scale that goes both ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import PER_LOG_ODDS, probability_of


def table() -> PointsTable:
    sales = Binned("log_sales", "operations", -1, 0, np.array([5.0, 6.0]), np.array([0.8, 0.1, -0.6, 0.2]), -0.6, 0.8)
    late = Binned("overdue", "repayment", 1, 1, np.array([0.0]), np.array([-0.1, 1.4, 0.0]), -0.1, 1.4)
    both = Pair(0, 1, np.array([5.5]), np.array([0.0]), np.array([[0.0, 0.3, 0.0], [-0.2, 0.0, 0.0], [0, 0, 0]]), 0, 0)
    rows = np.random.default_rng(3).normal(0, 0.05, (20, 1 + 4 + 3 + 9))
    return PointsTable("columns", -3.0, (sales, late), (both,), rows, 0.1)


VALUES = arrays.arrays(float, (7, 2), elements=some.floats(-10, 10) | some.just(np.nan))


def test_a_bin_holds_its_upper_edge() -> None:
    values = np.array([[5.0, 0.0], [5.1, 0.1], [6.0, np.nan], [6.1, -1.0], [np.nan, 1.0]])
    assert table().cells(values)[:, :2].tolist() == [[0, 0], [1, 1], [1, 2], [2, 0], [3, 1]]
    assert table().cells(values)[:, 2].tolist() == [0, 1, 5, 3, 7]


def test_points_are_the_log_odds_on_the_scale() -> None:
    values = np.array([[5.0, 1.0]])
    wanted = [-round(0.8 * PER_LOG_ODDS), -round(1.4 * PER_LOG_ODDS), -round(0.3 * PER_LOG_ODDS)]
    assert table().addends(values).tolist() == [wanted]
    assert table().base_points == round(600 - 50 * np.log2(50) + 3 * PER_LOG_ODDS)


@given(VALUES)
def test_base_and_addends_make_the_score_and_its_probability(values: np.ndarray) -> None:
    made = table()
    total = made.base_points + made.addends(values).sum(axis=1)
    assert (made.score(values) == np.clip(total, 0, 1000)).all()
    assert made.probability(values) == pytest.approx(probability_of(made.score(values)), abs=0)


@given(VALUES)
def test_one_row_is_the_same_as_a_batch(values: np.ndarray) -> None:
    made = table()
    alone = [made.score(values[row : row + 1])[0] for row in range(len(values))]
    assert made.score(values).tolist() == alone
    assert made.error(values) == pytest.approx(
        [made.error(values[r : r + 1])[0] for r in range(len(values))], abs=1e-12
    )


@given(VALUES)
def test_only_what_is_unknown_opens_a_span(values: np.ndarray) -> None:
    low, high = table().span(values)
    assert (low <= 0).all()
    assert (high >= 0).all()
    known = ~np.isnan(values)
    assert (low[:, :2][known] == 0).all()
    assert (high[:, :2][known] == 0).all()
    assert (high[:, 0][~known[:, 0]] > 0).all()
    assert (low[:, 1][~known[:, 1]] < 0).all()


def test_a_slope_and_a_shift_move_every_cell_and_the_base() -> None:
    values = np.array([[5.5, 0.5]])
    moved = table().rescaled(0.8, 0.5)
    assert moved.base == pytest.approx(0.8 * -3.0 + 0.5)
    assert moved.inputs[0].log_odds == pytest.approx(0.8 * table().inputs[0].log_odds)
    assert moved.error(values)[0] < table().error(values)[0]
