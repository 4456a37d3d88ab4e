"""The torch score: points that add up exactly, one number with the probability, spans over what is unknown."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.panels import random_panel

from huoju.core.ports import Outcomes
from huoju.models.default_risk import model as default_risk
from huoju.models.default_risk.features import features, matrix
from huoju.models.torch_score import model as torch_score


@cache
def fitted(seed: int = 3) -> default_risk.DefaultRisk:
    panel = random_panel(200, seed)
    values = matrix(panel)
    chance = 1 / (1 + np.exp(-(np.nan_to_num(values[:, 3]) - 1.0 + np.nan_to_num(values[:, 13]))))
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
    assert (torch_score.points_of(scored.probability) == scored.assessments.value).all()
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
    assert torch_score.points_of(1 / (1 + odds)).tolist() == [600, 650, 550, 1000, 1000]


@given(st.integers(0, 1000))
def test_points_and_probability_invert_each_other(points: int) -> None:
    assert torch_score.points_of(torch_score.probability_of(np.array([float(points)])))[0] == points


def test_every_direction_is_kept() -> None:
    risk = fitted()
    for feature, coefficient in zip(features(), risk.coefficients, strict=True):
        assert coefficient * feature.sign >= 0, feature.name


def test_what_is_unknown_adds_nothing_and_opens_the_span() -> None:
    panel = random_panel(80, 5)
    scored = torch_score.score(panel, fitted())
    states, amounts = scored.assessments.states[:, 1:-1], scored.assessments.amounts[:, 1:-1]
    assert (np.abs(amounts[~states]) <= 1).all()  # a point may land there by rounding
    assert (~states).any()
    row = int(np.flatnonzero((~states).any(axis=1))[0])
    assert scored.assessments.row(row).missing


def test_without_outcomes_the_score_is_unknown_over_the_whole_scale() -> None:
    scored = torch_score.unscored(random_panel(3, 1))
    row = scored.assessments.row(0)
    assert (row.value, row.low, row.high) == (None, 0, 1000)


def test_too_few_outcomes_fit_nothing() -> None:
    panel = random_panel(20, 1)
    outcome = np.zeros(20)
    outcome[:3] = 1
    assert default_risk.fit([panel], [Outcomes(outcome, np.ones(20, dtype=bool))], code="undated-flags") is None


def test_what_tells_the_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="bank_rating"):
        default_risk.refuse_leaks(["sales", "bank_rating"])


def test_no_feature_reads_the_banks_rating_or_the_label() -> None:
    assert not {v for feature in features() for v in feature.variables} & {"bank_rating", "default_flag", "defaults"}


def test_the_mean_probability_is_the_stated_tendency() -> None:
    panel = random_panel(200, 3)
    values = matrix(panel)
    outcome = (np.random.default_rng(1).random(200) < 0.2).astype(float)
    risk = default_risk.fit_matrix(values, outcome, code="dated-defaults", tendency=0.03)
    assert risk is not None
    assert float((1 / (1 + np.exp(-risk.log_odds(values)))).mean()) == pytest.approx(0.03, abs=1e-6)
