"""What a pasted table of weights says of a scheme: recognised by label, exact, never guessed, refused with its place."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.errors import RefusedDelivery
from huoju.core.words import read_words
from huoju.ratings.importing import Recognised, recognise
from huoju.ratings.overlay_text import Origin, overlay_text
from huoju.ratings.scheme import Version
from huoju.ratings.shipped import load_scheme
from huoju.ratings.weight_table import Table, find_columns, fold, read_cell

FILE = "annex.md"
STAGES = ("初创期", "成长期", "稳定期")
HEAD = ("指标", *STAGES, "满分参考值")


WORDS = [read_words(Path(__file__).parents[2] / "src" / "huoju" / "locale", language) for language in ("zh", "en")]
KNOWN = load_scheme("innovation_points").scheme.version("2024")


@pytest.fixture
def version() -> Version:
    return KNOWN


def table(*rows: tuple[str, ...], name: str = "") -> Table:
    return Table(name, tuple(enumerate(rows, start=1)))


def refused(version: Version, *rows: tuple[str, ...]) -> list[str]:
    with pytest.raises(RefusedDelivery) as caught:
        recognise([table(*rows)], version, FILE)
    for finding in caught.value.findings:
        assert finding.where.startswith(FILE)
        for words in WORDS:
            blanks = re.findall(r"\{([a-z_0-9]+)\}", words.sentences[f"finding.{finding.code}"])
            assert set(blanks) <= finding.data.keys(), finding.code
    return [finding.code for finding in caught.value.findings]


def heeded(found: Recognised) -> list[str]:
    for finding in found.findings:
        for words in WORDS:
            assert "?" not in words.say(f"finding.{finding.code}", finding.data)
    return [finding.code for finding in found.findings]


def test_weights_by_stage_and_the_reference_value_are_found(version: Version) -> None:
    found = recognise([table(HEAD, ("研发费用金额", "8", "7", "6.5", "1000万元"))], version, FILE)
    told = {change.path: (change.before, change.after, change.where) for change in found.changes}
    assert told == {
        ("items", "rd_amount", "weight", "startup"): (None, Fraction(8), "annex.md:2"),
        ("items", "rd_amount", "weight", "growth"): (None, Fraction(7), "annex.md:2"),
        ("items", "rd_amount", "weight", "stable"): (None, Fraction(13, 2), "annex.md:2"),
        ("parameters", "rd_amount_full", "value"): (None, Fraction(10_000_000), "annex.md:2"),
    }
    assert len(found.missing) == 17


@pytest.mark.parametrize(
    "label", ["研发费用金额", " 1、研发费用 金额", "（3）研发费用金额", "rd_amount", "R&D expense", "Ｒ＆Ｄ　EXPENSE"]
)
def test_a_row_is_known_by_label_or_id_in_any_width(version: Version, label: str) -> None:
    found = recognise([table(HEAD, (label, "8", "8", "8", ""))], version, FILE)
    assert {change.path[1] for change in found.changes} == {"rd_amount"}


@pytest.mark.parametrize(
    "heads",
    [
        ("indicator", "startup", "growth", "stable", "reference"),
        ("指标名称", "初创期权重", "成长期 权重", "稳定期（分）", "参考值"),
        ("Indicator", "Start-up weight", "Growth weight", "Stable weight", "Reference value"),
        ("", "初创期", "成长期", "稳定期", "满分参考值"),
    ],
)
def test_columns_are_known_by_several_headings(version: Version, heads: tuple[str, ...]) -> None:
    found = recognise([table(heads, ("研发费用金额", "8", "7", "6", "100元"))], version, FILE)
    assert [change.after for change in found.changes] == [8, 7, 6, 100]


def test_a_heading_of_two_rows_under_a_title_is_found(version: Version) -> None:
    rows = [
        ("附件1  企业创新积分指标", "", "", "", "", ""),
        ("类别", "指标", "权重", "权重", "权重", "满分参考值"),
        ("类别", "指标", *STAGES, "满分参考值"),
        ("技术创新", "研发费用金额", "8", "7", "6", "100元"),
        ("技术创新", "研发费用增速", "5", "5", "5", "30%"),
        ("", "合计", "13", "12", "11", ""),
    ]
    found = recognise([table(*rows)], version, FILE)
    assert [str(change.after) for change in found.changes] == ["8", "7", "6", "100", "5", "5", "5", "3/10"]
    assert found.changes[0].where == "annex.md:4"
    assert "import-rows-left-out" in heeded(found)
    assert "import-sums-differ" in heeded(found)


@pytest.mark.parametrize(
    ("heading", "cell", "unit", "expected"),
    [
        ("满分参考值", "1000万元", None, 10_000_000),
        ("满分参考值（万元）", "1000", None, 10_000_000),
        ("满分参考值（万元）", "1000元", None, 1000),
        ("满分参考值", "0.1亿", None, 10_000_000),
        ("满分参考值", "1000", "万元", 10_000_000),
        ("满分参考值", "１０００　万元", None, 10_000_000),
    ],
)
def test_reference_values_take_the_nearest_unit(
    version: Version, heading: str, cell: str, unit: str | None, expected: int
) -> None:
    heads, row = ["指标", heading], ["研发费用金额", cell]
    if unit is not None:
        heads, row = [*heads, "单位"], [*row, unit]
    found = recognise([table(tuple(heads), tuple(row))], version, FILE)
    assert [change.after for change in found.changes] == [expected]
    assert heeded(found) == []


def test_what_has_no_unit_is_said(version: Version) -> None:
    rows = (("指标", "满分参考值"), ("研发费用金额", "1000"), ("研发费用占营业收入的比例", "8"))
    assert heeded(recognise([table(*rows)], version, FILE)) == ["import-money-without-unit", "import-share-above-one"]


def test_parameters_have_rows_of_their_own(version: Version) -> None:
    rows = (
        ("参数", "参考值"),
        ("初创期最长成立年数", "5年"),
        ("初创期最高营业收入（万元）", "5000"),
        ("growth_years", "10"),
    )
    found = recognise([table(*rows)], version, FILE)
    assert {change.path[1]: change.after for change in found.changes} == {
        "startup_years": 5,
        "startup_revenue": 50_000_000,
        "growth_years": 10,
    }


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("研发费用金而", "8", "7", "6", ""), "import-row-unknown"),
        (("", "8", "7", "6", ""), "import-row-nameless"),
        (("研发费用金额", "8", "七", "6", ""), "import-not-a-number"),
        (("研发费用金额", "8", "7", "6", "1,000"), "import-not-a-number"),
        (("研发费用金额", "8%", "7", "6", ""), "import-weight-malformed"),
        (("研发费用金额", "-8", "7", "6", ""), "import-weight-malformed"),
        (("研发费用金额", "8", "7", "6", "NaN"), "import-not-a-number"),
        (("研发费用金额", "0.30000000000000004", "7", "6", ""), "import-number-too-fine"),
        (("初创期最长成立年数", "8", "", "", ""), "import-number-not-taken"),
    ],
)
def test_what_is_not_understood_refuses_the_table(version: Version, row: tuple[str, ...], code: str) -> None:
    assert refused(version, HEAD, row) == [code]


def test_the_nearest_label_is_named_and_not_taken(version: Version) -> None:
    with pytest.raises(RefusedDelivery) as caught:
        recognise([table(HEAD, ("研发费用金而", "8", "7", "6", ""))], version, FILE)
    assert "研发费用金额" in str(caught.value.findings[0].data["nearest"])


def test_everything_wrong_is_told_at_once(version: Version) -> None:
    rows = (
        HEAD,
        ("研发费用", "a", "7", "6", ""),
        ("研发费用增速", "x", "5", "y", ""),
        ("研发费用增速", "5", "5", "5", ""),
    )
    assert refused(version, *rows) == [
        "import-row-unknown",
        "import-not-a-number",
        "import-not-a-number",
        "import-row-twice",
    ]


def test_a_total_that_is_not_the_sum_is_refused(version: Version) -> None:
    rows = (HEAD, ("研发费用金额", "8", "8", "8", ""), ("合计", "8", "9", "8", ""))
    assert refused(version, *rows) == ["import-total-differs"]


@pytest.mark.parametrize(
    ("heads", "code"),
    [
        (("指标", "初创期", "初创期"), "import-column-twice"),
        (("指标", "初创期", "初创其"), "import-column-unknown"),
        (("指标", "初创期满分参考值", "成长期"), "import-column-unknown"),
        (("指标", "其一", "其二"), "import-without-table"),
    ],
)
def test_columns_that_are_not_understood_refuse_the_table(version: Version, heads: tuple[str, ...], code: str) -> None:
    assert refused(version, heads, ("研发费用金额", "8", "7")) == [code]


def test_a_subtotal_and_a_note_are_left_out_and_nothing_that_only_looks_like_one(version: Version) -> None:
    rows = (HEAD, ("研发费用金额", "8", "8", "8", ""), ("研发费用增速", "2", "2", "2", ""), ("小计", "7", "7", "7", ""))
    found = recognise([table(*rows, ("注：按 2023 年", "1", "", "", ""))], version, FILE)
    assert [str(finding.data.get("rows")) for finding in found.findings] == ["4、5"]
    assert refused(version, *rows, ("注册资本", "8", "8", "8", "")) == ["import-row-unknown"]


def test_one_weight_for_all_beside_weights_by_stage_is_refused(version: Version) -> None:
    assert refused(version, ("指标", "权重", "初创期"), ("研发费用金额", "8", "7")) == ["import-row-twice"]


def test_a_column_of_words_is_named_and_left(version: Version) -> None:
    found = recognise([table(("指标", "权重", "数据来源"), ("研发费用金额", "8", "审计报告"))], version, FILE)
    assert heeded(found)[0] == "import-column-unused"


def test_empty_cells_and_dashes_state_nothing(version: Version) -> None:
    found = recognise([table(HEAD, ("研发费用金额", "8", "—", " ", "-"))], version, FILE)
    assert [change.path[-1] for change in found.changes] == ["startup"]
    assert refused(version, HEAD, ("研发费用金额", "", "—", " ", "-")) == ["import-without-numbers"]


def test_weights_that_add_up_to_one_are_questioned(version: Version) -> None:
    rows = [(item.label["zh"], "0.05", "0.05", "0.05", "") for item in version.items[:-1]]
    last = (version.items[-1].label["zh"], "0.15", "0.15", "0.15", "")
    assert heeded(recognise([table(HEAD, *rows, last)], version, FILE)) == ["import-sum-is-one"]


def test_points_without_a_weight_count_in_the_full_marks() -> None:
    known = load_scheme("tech_sme").scheme.version("115")
    found = recognise([table(("指标", "权重"), (known.items[0].id, "2"))], known, FILE)
    assert found.sums == {"": 120}  # 20 doubled, 50, 30
    assert found.missing == ()


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False))
def test_a_written_number_is_read_exactly_in_any_unit(number: object) -> None:
    written = f"{number:f}"
    exact = Fraction(written)
    assert read_cell(written, "") == (exact, "")
    assert read_cell(written + "万元", "%") == (exact * 10_000, "万元")
    assert read_cell(written, "%") == (exact / 100, "%")


@given(st.text(st.sampled_from("abcXYZ 研发费用金额.、-·&%"), max_size=12))
def test_full_width_and_half_width_labels_are_the_same(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if 0x21 <= ord(c) <= 0x7E else c for c in text)
    assert fold(wide) == fold(text) == fold(fold(text))


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=5).map(tuple), max_size=6))
def test_no_table_breaks_the_reading(rows: list[tuple[str, ...]]) -> None:
    found = find_columns(table(*rows), KNOWN.stages)
    assert found is None or found.of("weight", "reference")
    with pytest.raises(RefusedDelivery):
        recognise([table(*rows)], KNOWN, FILE)


ORIGIN = Origin("owner", date(2026, 3, 1), FILE, "0" * 64, "附件: “甲” # 乙", "restated")


def test_what_a_person_wrote_into_the_overlay_stays(version: Version) -> None:
    earlier = """# 本区规定
extends: innovation_points
versions:
  - id: "2024"   # 版本
    expiry: 2025-12-31
    parameters:
      startup_years: {value: 0.50, label: {zh: 年, en: Years}}  # 手写
    items:
      - id: rd_growth
        weight: {startup: 1_0, growth: 5.0, stable: null}
"""
    found = recognise([table(HEAD, ("研发费用增速", "", "6", "", ""))], version, FILE)
    text = overlay_text(version, found.changes, ORIGIN, earlier)
    for kept in ("# 本区规定", "# 版本", "# 手写", "2025-12-31", "value: 0.50", "startup: 1_0", "stable: null"):
        assert kept in text, kept
    assert "growth: 6" in text
    assert text.count("imported:") == 1
    again = overlay_text(version, found.changes, ORIGIN, text)
    assert again.count("sha256") == 1


def test_a_new_overlay_holds_only_what_changes(version: Version) -> None:
    found = recognise([table(HEAD, ("研发费用金额", "8", "7", "6", "100元"))], version, FILE)
    text = overlay_text(version, found.changes, ORIGIN, None)
    assert "extends: innovation_points" in text
    assert "weight: {startup: 8, growth: 7, stable: 6}" in text
    assert "rd_amount_full: {value: 100" in text
    assert "rd_growth" not in text
