"""The fit of the points table: never against a declared direction, whatever is unknown, the same bytes again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from huoju.core.errors import PolicyError
from huoju.models.default_risk.calibrating import anchor
from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.table_fit import fit_table
from huoju.models.scale import whole

INPUTS = (Input("sales", "operations", -1), Input("late", "repayment", 1), Input("size", "operations", 0))


def sample(seed: int, unknown: float = 0.2, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    values = draws.normal(size=(count, 3))
    soft = 1 / (1 + np.exp(2 + values[:, 0] - values[:, 1] + 0.5 * values[:, 0] * values[:, 1]))
    values[draws.random(values.shape) < unknown] = np.nan
    return values, soft


def fitted(seed: int, unknown: float = 0.2, pairs: tuple[tuple[str, str], ...] = (("sales", "late"),)) -> PointsTable:
    values, soft = sample(seed, unknown)
    return fit_table(values, soft, INPUTS, catalogue="columns", pairs=pairs, replicates=2)


def sweep(table: PointsTable, place: int, rest: np.ndarray) -> np.ndarray:
    rows = np.tile(rest, (41, 1))
    rows[:, place] = np.linspace(-4, 4, 41)
    return table.score(rows)


@settings(max_examples=15)
@given(some.integers(0, 1000), some.sampled_from([0.0, 0.3]))
def test_no_score_moves_against_a_declared_direction(seed: int, unknown: float) -> None:
    table = fitted(seed, unknown)
    for rest in np.random.default_rng(seed).normal(size=(5, 3)):
        assert (np.diff(sweep(table, 0, rest)) >= 0).all()
        assert (np.diff(sweep(table, 1, rest)) <= 0).all()


def test_the_table_finds_what_made_the_labels() -> None:
    values, soft = sample(1, 0.0)
    table = fit_table(values, soft, INPUTS, catalogue="columns", replicates=0)
    assert np.corrcoef(table.score(values), np.log(soft / (1 - soft)))[0, 1] < -0.9
    assert table.probability(values).mean() == pytest.approx(soft.mean(), abs=0.01)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = fitted(3), fitted(3)
    assert one.replicates.tobytes() == two.replicates.tobytes()
    for first, second in zip(one.parts, two.parts, strict=True):
        assert first.log_odds.tobytes() == second.log_odds.tobytes()


def test_hiding_a_value_never_gives_more_points_than_the_mean() -> None:
    values, soft = sample(4, 0.0)
    best = soft < np.quantile(soft, 0.3)
    values[best, 1] = np.nan  # those who hide it are the best
    shy = fit_table(values, soft, INPUTS, catalogue="columns", replicates=0)
    open_ = fit_table(values, soft, INPUTS, catalogue="columns", replicates=0, hiding_pays=True)
    assert shy.inputs[1].log_odds[-1] >= 0
    assert open_.inputs[1].log_odds[-1] < -0.1


def test_an_input_that_is_hardly_known_or_never_differs_has_no_points() -> None:
    values, soft = sample(5, 0.0)
    values[:, 0], values[5:, 1] = 1.0, np.nan
    table = fit_table(values, soft, INPUTS, catalogue="columns", replicates=0)
    assert [len(each.edges) > 0 for each in table.inputs] == [False, False, True]
    assert not whole(np.concatenate([each.log_odds for each in table.inputs[:2]])).any()
    assert (table.addends(np.full((1, 3), np.nan))[0, :2] == 0).all()


@pytest.mark.parametrize("name", ["tic", "bank_rating", "MIS_Status", "fyear"])
def test_an_input_that_tells_the_outcome_is_refused(name: str) -> None:
    values, soft = sample(6)
    with pytest.raises(PolicyError, match=name):
        fit_table(values[:, :1], soft, [Input(name, "operations", 0)], catalogue="columns")


@pytest.fixture(scope="module")
def unanchored() -> PointsTable:
    return fit_table(*sample(7), INPUTS, catalogue="columns", replicates=0)


@given(some.floats(0.005, 0.4))
def test_an_anchored_table_has_the_stated_mean(unanchored: PointsTable, tendency: float) -> None:
    values, _ = sample(7)
    table = anchor(unanchored, values, tendency)
    assert table.probability(values).mean() == pytest.approx(tendency, rel=0.03)
    assert table.anchor_error > 0


def test_a_tendency_that_is_no_share_is_refused() -> None:
    with pytest.raises(PolicyError, match="4 % a year"):
        anchor(fitted(1), sample(1)[0], 4.0)
