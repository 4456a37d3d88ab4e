"""Churn: smoothed curves never fall, a dip is no bargain, and a broken table is refused."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core.errors import PolicyError
from huoju.decisions.lending.churn import Churn, halving, read_churn, smooth

RATES = np.linspace(0.04, 0.15, 12)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=12, max_size=12), st.floats(0, 0.03))
def test_the_share_kept_never_rises_with_the_rate(lost: list[float], shift: float) -> None:
    churn = Churn(RATES, smooth(RATES, np.tile(lost, (3, 1))), "made up")
    kept = churn.kept(np.linspace(0.03, 0.16, 400))
    assert (np.diff(kept, axis=1) <= 1e-9).all()
    assert ((kept >= 0) & (kept <= 1)).all()
    assert (churn.shifted(shift).kept(RATES) <= churn.kept(RATES) + 1e-6).all()


def test_a_dip_is_levelled_and_a_sound_curve_stays() -> None:
    sound = 1 - 0.5 ** ((RATES - 0.04) / 0.035)
    dipped = sound.copy()
    dipped[6] -= 0.04
    assert np.abs(smooth(RATES, sound[None])[0] - sound).max() < 0.01
    found = smooth(RATES, dipped[None])[0]
    assert (np.diff(found) >= -1e-12).all()
    assert found[6] > dipped[6]


def test_half_of_those_who_stay_leave_for_each_step_more() -> None:
    kept = halving(0.035, RATES).kept(np.array([0.04, 0.075, 0.11]))
    assert kept == pytest.approx(np.tile([1, 0.5, 0.25], (3, 1)), abs=1e-3)


def written(folder: Path, text: str) -> Path:
    path = folder / "churn.csv"
    path.write_text("﻿贷款年利率,客户流失率,,\n,A,B,C\n" + text, encoding="utf-8")
    return path


def test_a_table_with_heads_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    churn = read_churn(written(tmp_path, "0.04,0,0,0\n0.08,0.5,0.4,0.3\n0.12,0.8,0.7,0.6\n"))
    assert churn.source == "churn.csv"
    assert churn.kept(np.array([0.08]))[:, 0] == pytest.approx([0.5, 0.6, 0.7], abs=0.08)


@pytest.mark.parametrize(
    "text",
    [
        "0.04,0,0,0\n0.08,0.5,0.4\n0.12,0.8,0.7,0.6\n",
        "0.08,0,0,0\n0.04,0.5,0.4,0.3\n0.12,0.8,0.7,0.6\n",
        "4,0,0,0\n8,0.5,0.4,0.3\n12,0.8,0.7,0.6\n",
        "0.04,0,0,0\n0.08,5,0.4,0.3\n0.12,0.8,0.7,0.6\n",
        "0.04,0,0,0\n0.08,x,0.4,0.3\n0.12,0.8,0.7,0.6\n",
        "",
    ],
)
def test_a_table_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        read_churn(written(tmp_path, text))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as error:
        read_churn(tmp_path / "none.csv")
    assert error.value.code == "churn-absent"


@pytest.mark.real
def test_the_contest_s_table_is_smoothed_near_its_points(real_data: Path) -> None:
    path = real_data / "cumcm2020c" / "rate_churn_raw.csv"
    if not path.is_file():
        pytest.skip("the contest's table is not there (cumcm2020c)")
    churn = read_churn(path)
    raw = np.genfromtxt(path, delimiter=",", skip_header=2)
    assert raw.shape == (29, 4)
    assert any(later < sooner for sooner, later in pairwise(raw[:, 1])), "the table has dips"
    assert (np.diff(churn.lost, axis=1) >= 0).all()
    assert np.sqrt(np.mean((churn.lost - raw[:, 1:].T) ** 2)) < 0.015
