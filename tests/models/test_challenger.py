"""The challenger and the prediction: directions kept, one row as a batch, whatever is unknown an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from huoju.core.errors import PolicyError
from huoju.models.default_risk import teacher
from huoju.models.default_risk.calibrating import anchor, at_tendency, slope_of
from huoju.models.default_risk.challenger import Challenger, fit_challenger, read_challenger
from huoju.models.default_risk.inputs import Input
from huoju.models.default_risk.measuring import at_share, measures
from huoju.models.default_risk.predicting import predict
from huoju.models.default_risk.saving import Model, read_model, write_model
from huoju.models.default_risk.table_fit import fit_table

INPUTS = (Input("sales", "operations", -1), Input("late", "repayment", 1), Input("size", "operations", 0))
VALUES = arrays.arrays(float, (5, 3), elements=some.floats(-5, 5) | some.just(np.nan))


def sample(count: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draws = np.random.default_rng(11)
    values = draws.normal(size=(count, 3))
    soft = 1 / (1 + np.exp(2 + values[:, 0] - values[:, 1]))
    labels = (draws.random(count) < soft).astype(float)
    values[draws.random(values.shape) < 0.15] = np.nan
    return values, soft, labels


@pytest.fixture(scope="module")
def model() -> Model:
    values, soft, labels = sample()
    table = anchor(fit_table(values, soft, INPUTS, catalogue="columns", replicates=5), values, 0.05)
    return Model(table, fit_challenger(values, soft, labels, INPUTS), {"layout": "columns", "window": 1})


def test_the_challenger_keeps_the_declared_directions(model: Model) -> None:
    for rest in np.random.default_rng(2).normal(size=(60, 3)):
        for place, sign in ((0, -1), (1, 1)):
            rows = np.tile(rest, (25, 1))
            rows[:, place] = np.linspace(-3, 3, 25)
            assert (sign * np.diff(model.challenger.probability(rows)) >= 0).all()


@settings(max_examples=30)
@given(VALUES)
def test_any_unknowns_give_a_score_an_interval_and_say_what_is_missing(model: Model, values: np.ndarray) -> None:
    said = predict(model, values)
    assert ((said.score >= 0) & (said.score <= 1000)).all()
    assert (said.low < said.probability).all()
    assert (said.probability < said.high).all()
    assert (said.unknown[:, :3] == np.isnan(values)).all()
    total = model.table.base_points + said.points.sum(axis=1)
    assert (np.clip(total, 0, 1000) == said.score).all()


@settings(max_examples=20)
@given(VALUES)
def test_one_row_is_the_same_as_a_batch(model: Model, values: np.ndarray) -> None:
    batch = predict(model, values)
    for row in range(len(values)):
        alone = predict(model, values[row : row + 1])
        assert alone.score[0] == batch.score[row]
        assert alone.reasons[0].tolist() == batch.reasons[row].tolist()
        assert alone.low[0] == pytest.approx(batch.low[row], abs=1e-12)
        assert alone.challenger[0] == pytest.approx(batch.challenger[row], abs=1e-12)


def test_reasons_are_the_parts_that_cost_most(model: Model) -> None:
    said = predict(model, np.array([[-2.0, 2.0, 0.0]]))
    assert set(said.reasons[0, :2]) == {0, 1}
    assert (said.points[0, said.reasons[0, :2]] < 0).all()


def test_a_folder_gives_the_model_again_and_nothing_else_is_overwritten(model: Model, tmp_path: Path) -> None:
    write_model(model, "card", tmp_path / "model")
    first = {file.name: file.read_bytes() for file in (tmp_path / "model").iterdir()}
    again = read_model(tmp_path / "model")
    values = sample()[0]
    assert predict(again, values).probability.tobytes() == predict(model, values).probability.tobytes()
    assert predict(again, values).challenger.tobytes() == predict(model, values).challenger.tobytes()
    write_model(model, "card", tmp_path / "model")
    assert first == {file.name: file.read_bytes() for file in (tmp_path / "model").iterdir()}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(PolicyError, match="no model"):
        write_model(model, "card", tmp_path / "mine")


def test_the_challenger_survives_its_text(model: Model) -> None:
    bent: Challenger = model.challenger.anchored(sample()[0], 0.07, slope=1.3)
    assert read_challenger(bent.text()).log_odds(sample()[0]).tobytes() == bent.log_odds(sample()[0]).tobytes()
    assert bent.probability(sample()[0]).mean() == pytest.approx(0.07, abs=1e-6)


def test_soft_labels_are_out_of_fold_and_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "TREES", 40)
    monkeypatch.setattr(teacher, "ROUNDS", 40)
    draws = np.random.default_rng(5)
    values, labels = draws.normal(size=(200, 3)), (draws.random(200) < 0.3).astype(float)
    soft = teacher.soft_labels(values, labels, repeats=1)
    assert soft.tobytes() == teacher.soft_labels(values, labels, repeats=1).tobytes()
    assert measures(labels, soft)["auc"] < 0.65  # labels are noise: who had seen them would rank them
    assert measures(labels, teacher.fit_teacher(values, labels).probability(values))["auc"] > 0.75


def test_weights_of_a_tendency_make_the_sample_default_as_often() -> None:
    labels = sample()[2]
    assert np.average(labels, weights=at_tendency(labels, 0.03)) == pytest.approx(0.03)


@given(arrays.arrays(np.int64, 60, elements=some.integers(0, 9)), some.integers(1, 59))
def test_measures_equal_those_of_scikit_learn_ties_included(ranks: np.ndarray, bad: int) -> None:
    labels, probability = (np.arange(60) < bad).astype(float), ranks / 10
    found = measures(labels, probability)
    assert found["auc"] == pytest.approx(roc_auc_score(labels, probability))
    assert found["pr_auc"] == pytest.approx(average_precision_score(labels, probability))
    false, true, _ = roc_curve(labels, probability)
    assert found["ks"] == pytest.approx((true - false).max())


@given(some.floats(0.02, 0.6))
def test_a_rehearsal_has_the_share_it_states(share: float) -> None:
    labels = (np.arange(500) < 100).astype(float)
    kept = at_share(labels, share)
    assert labels[kept].mean() == pytest.approx(share, abs=0.01)
    assert len(set(kept)) == len(kept)


def test_the_slope_is_found_again() -> None:
    draws = np.random.default_rng(1)
    middle = draws.normal(-1, 1, 20_000)
    labels = (draws.random(20_000) < 1 / (1 + np.exp(-1.4 * middle))).astype(float)
    assert slope_of(middle, labels) == pytest.approx(1.4, abs=0.06)
