"""The torch score: points that add up exactly, one number with the probability, spans over what is unknown."""

import pickle
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.panels import random_panel

from huoju.core.ports import Outcomes
from huoju.models.default_risk import model as default_risk
from huoju.models.default_risk.choosing import folds_of
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.inputs import LEAKS
from huoju.models.scale import points_of, probability_of, whole
from huoju.models.torch_score import model as torch_score


@cache
def fitted(seed: int = 3) -> default_risk.DefaultRisk:
    panel = random_panel(200, seed)
    values = matrix(panel)
    named = dict(zip([feature.name for feature in features()], np.nan_to_num(values).T, strict=True))
    chance = 1 / (1 + np.exp(-(named["volatility"] - 1.0 + named["overdue"])))
    outcome = (np.random.default_rng(seed).random(200) < chance * 0.5).astype(float)
    risk = default_risk.fit([panel], [Outcomes(outcome, np.ones(200, dtype=bool))], code="dated-defaults")
    assert risk is not None
    return risk


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_reasons_add_up_to_the_score_exactly(seed: int, count: int) -> None:
    scored = torch_score.score(random_panel(count, seed), fitted())
    assessments = scored.assessments
    assert (assessments.amounts.sum(axis=1) == assessments.value).all()
    assert (assessments.low <= assessments.value).all()
    assert (assessments.value <= assessments.high).all()
    for row in range(count):
        assert sum(reason.amount for reason in assessments.row(row).reasons) == assessments.row(row).value


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_score_and_probability_are_one_number(seed: int) -> None:
    scored = torch_score.score(random_panel(20, seed), fitted())
    assert (points_of(scored.probability) == scored.assessments.value).all()
    assert (scored.probability_low <= scored.probability).all()
    assert (scored.probability <= scored.probability_high).all()


def test_one_row_is_the_same_as_a_batch() -> None:
    panel = random_panel(50, 9)
    together = torch_score.score(panel, fitted())
    for row in range(0, 50, 7):
        alone = torch_score.score(panel.take([row]), fitted())
        assert alone.assessments.value[0] == together.assessments.value[row]
        assert np.array_equal(alone.assessments.amounts[0], together.assessments.amounts[row])
        assert alone.probability[0] == together.probability[row]


def test_the_published_scale_holds() -> None:
    """600 points at 50:1, 50 points double the odds (credit.md section 1)."""
    odds = np.array([50, 100, 25, 50 * 2**8, 1e9])
    assert points_of(1 / (1 + odds)).tolist() == [600, 650, 550, 1000, 1000]


@given(st.integers(0, 1000))
def test_points_and_probability_invert_each_other(points: int) -> None:
    assert points_of(probability_of(np.array([float(points)])))[0] == points


def test_every_direction_is_kept() -> None:
    for each in fitted().table.inputs:
        steps = np.diff(each.log_odds[:-1]) * each.sign
        assert (steps >= -1e-12).all(), each.name


def test_the_reasons_are_the_whole_points_of_the_cells() -> None:
    panel, risk = random_panel(30, 5), fitted()
    scored = torch_score.score(panel, risk).assessments
    cells = risk.table.cells(matrix(panel))
    kept = [place for place, is_used in enumerate(risk.used) if is_used]
    for column, place in enumerate(kept, start=1):
        points = whole(risk.table.inputs[place].log_odds)
        assert scored.parts[column].name == features()[place].name
        assert scored.amounts[:, column].tolist() == points[cells[:, place]].tolist()
    assert (scored.amounts[:, 0] == risk.table.base_points).all()


def test_what_is_unknown_has_a_cell_of_its_own_and_opens_the_span() -> None:
    panel = random_panel(80, 5)
    scored = torch_score.score(panel, fitted())
    unknown = ~scored.assessments.states[:, 1:-1]
    assert unknown.any()
    low, high = scored.assessments.gaps_low, scored.assessments.gaps_high
    assert (np.isnan(low) == ~unknown).all()
    assert (low[unknown] <= 0).all()
    assert (high[unknown] >= 0).all()
    row = int(np.flatnonzero((np.nan_to_num(high - low) > 0).any(axis=1))[0])
    assert scored.assessments.low[row] < scored.assessments.high[row]
    assert scored.assessments.row(row).missing


def test_no_input_that_a_flag_may_have_caused_is_fitted_on_flags() -> None:
    values = matrix(random_panel(200, 3))
    outcome = (np.random.default_rng(1).random(200) < 0.2).astype(float)
    place = [feature.name for feature in features()].index("last_sale")
    flags = default_risk.fit_matrix(values, outcome, code="undated-flags")
    dated = default_risk.fit_matrix(values, outcome, code="dated-defaults")
    assert flags is not None
    assert dated is not None
    assert (flags.used[place], dated.used[place]) == (False, True)


def test_the_model_travels_as_bytes_and_stays_small() -> None:
    packed = pickle.dumps(fitted())
    values = matrix(random_panel(20, 8))
    again = pickle.loads(packed)
    assert len(packed) < 2_000_000
    assert (again.table.score(values) == fitted().table.score(values)).all()
    assert (again.apart(values) == fitted().apart(values)).all()


def test_the_same_sample_gives_the_same_table() -> None:
    values = matrix(random_panel(120, 4))
    outcome = (np.random.default_rng(2).random(120) < 0.25).astype(float)
    one, other = (default_risk.fit_matrix(values, outcome, code="dated-defaults") for _ in range(2))
    assert one is not None
    assert other is not None
    assert pickle.dumps(one.table) == pickle.dumps(other.table)
    assert one.ridge == other.ridge


def test_an_enterprise_is_in_one_fold_and_defaults_are_dealt_out_evenly() -> None:
    groups = np.repeat(np.arange(40), 3)
    labels = (groups < 10).astype(float)
    folds = folds_of(labels, groups, seed=0)
    assert all(len(set(folds[groups == group])) == 1 for group in range(40))
    assert np.bincount(folds[::3], labels[::3]).tolist() == [2] * 5


def test_without_outcomes_the_score_is_unknown_over_the_whole_scale() -> None:
    scored = torch_score.unscored(random_panel(3, 1))
    row = scored.assessments.row(0)
    assert (row.value, row.low, row.high) == (None, 0, 1000)


def test_too_few_outcomes_fit_nothing() -> None:
    panel = random_panel(20, 1)
    outcome = np.zeros(20)
    outcome[:3] = 1
    assert default_risk.fit([panel], [Outcomes(outcome, np.ones(20, dtype=bool))], code="undated-flags") is None


def test_no_input_reads_the_banks_rating_or_the_label() -> None:
    assert not {v for feature in features() for v in feature.variables} & LEAKS


def test_the_mean_probability_is_the_stated_tendency() -> None:
    panel = random_panel(200, 3)
    values = matrix(panel)
    outcome = (np.random.default_rng(1).random(200) < 0.2).astype(float)
    risk = default_risk.fit_matrix(values, outcome, code="dated-defaults", tendency=0.03)
    assert risk is not None
    assert float(risk.probability(values).mean()) == pytest.approx(0.03, rel=0.02)  # points are whole
    assert float(risk.challenger.probability(values).mean()) == pytest.approx(0.03, abs=1e-6)
