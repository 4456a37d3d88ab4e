"""Short names lead to the legal names they stand for, and say why."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.fusion.short_names import FEATURES, PRIOR, ShortNames, clean_short, fit

NAMES = [
    "深圳澄芯热控技术股份有限公司",
    "澄芯国际海运集装箱(集团)股份有限公司",
    "重庆恒锐开发股份有限公司",
    "江苏恒锐机械设备有限公司",
    "苏州蓝湾新材料股份有限公司",
    "苏州蓝湾新材料股份有限公司昆山分公司",
    "上海别家贸易有限公司",
]
INDEX = ShortNames(pa.array(NAMES))


@pytest.mark.parametrize(
    ("short", "row"),
    [
        ("澄芯热控", 0),
        ("深澄芯Ａ", 0),
        ("澄集集团", 1),
        ("渝恒锐", 2),
        ("*ST恒锐", 2),
        ("蓝湾新材", 4),
        ("蓝湾 股份", 4),
    ],
)
def test_a_short_name_finds_the_name_it_was_made_of(short: str, row: int) -> None:
    assert INDEX.find(short)[0].row == row


def test_every_rank_explains_itself() -> None:
    for found in INDEX.find("澄芯热控"):
        assert set(found.parts) == set(FEATURES)
        assert found.score == pytest.approx(sum(found.parts.values()))


def test_nothing_in_common_is_nothing_found() -> None:
    assert INDEX.find("麒麟") == ()


def test_marks_of_an_exchange_are_no_letters_of_the_name() -> None:
    assert [clean_short(name) for name in ("*ST美晨", "ST美晨", "万  科Ａ", "XD美晨", "TCL科技")] == [
        *("美晨", "美晨", "万科", "美晨", "TCL科技"),
    ]


def test_fitting_prefers_what_tells_right_from_wrong() -> None:
    rng = np.random.default_rng(1)
    groups = []
    for _ in range(60):
        values = rng.normal(size=(5, len(FEATURES)))
        groups.append((values, int(values[:, 3].argmax())))
    weights = fit(groups)
    assert weights[3] > PRIOR[3] + 1
    assert np.allclose(fit(groups), weights)


@given(st.text("深澄芯热控股份A集团新材", min_size=1, max_size=6))
def test_the_order_of_names_is_no_matter(short: str) -> None:
    turned = ShortNames(pa.array(NAMES[::-1]))
    here = {NAMES[found.row]: round(found.score, 9) for found in INDEX.find(short, best=9)}
    there = {NAMES[::-1][found.row]: round(found.score, 9) for found in turned.find(short, best=9)}
    assert here == there
