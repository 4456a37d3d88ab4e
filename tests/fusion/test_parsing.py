"""Names taken apart by the column: each part, each ambiguity, and that no name hangs on its neighbours."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huoju.fusion import gazetteer
from huoju.fusion.folding import fold, fold_letters
from huoju.fusion.gazetteer import places, region_names, short_form, words_of
from huoju.fusion.letters import Finder, Letters, Words
from huoju.fusion.names import PARSED, parse_names

BRANDS = ("澄芯", "恒锐达", "鼎丰", "蓝湾瑞泽")
REGIONS = (("苏州", "苏州"), ("江苏省苏州市", "江苏苏州"), ("杞县", "杞县"), ("内蒙古", "内蒙古"), ("", ""))
TRADES = ("科技", "机电设备", "建筑装饰工程", "商贸", "")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "公司")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("苏州市江省澄芯科技有限公司分(（集团)）中国厂店 　ＡaB乾坤著體ﾞé", max_size=30),
    st.builds(
        lambda region, brand, trade, form, tail: region[0] + brand + trade + form + tail,
        *(st.sampled_from(options) for options in (REGIONS, BRANDS, TRADES, FORMS, ("", "昆山分公司", "第一营业部"))),
    ),
)


def parsed(name: str) -> dict[str, object]:
    return dict(parse_names(pa.array([name])).to_pylist()[0])


@pytest.mark.parametrize(
    ("name", "region", "brand", "trade", "form", "branch"),
    [
        ("苏州澄芯热控科技有限公司", "苏州", "澄芯热控", "科技", "有限公司", ""),
        ("江苏省苏州市吴中区澄芯（集团）股份有限公司", "江苏苏州吴中", "澄芯", "", "股份有限公司", ""),
        ("澄芯电子(无锡)有限公司", "无锡", "澄芯", "电子", "有限公司", ""),
        ("澄芯电器（中国）有限公司", "", "澄芯", "电器", "有限公司", ""),
        ("澄芯（中国）电器有限公司", "", "澄芯", "电器", "有限公司", ""),
        ("乾县澄芯科技有限公司", "干县", "澄芯", "科技", "有限公司", ""),
        ("泉州新城市投资有限公司", "泉州", "新城市", "投资", "有限公司", ""),
        ("固始农贸市场有限公司", "固始", "", "农贸市场", "有限公司", ""),
        ("江苏苏州煤气公司", "江苏苏州", "", "煤气", "公司", ""),
        ("蘇州澄芯科技有限公司", "苏州", "澄芯", "科技", "有限公司", ""),
        ("大连经济技术开发区宏大贸易公司", "大连经济技术开发区", "宏大", "贸易", "公司", ""),
        ("合肥庐阳经济开发区澄芯科技有限公司", "合肥庐阳经济开发区", "澄芯", "科技", "有限公司", ""),
        ("景宁畲族自治县澄芯茶业有限公司", "景宁", "澄芯", "茶业", "有限公司", ""),
        ("苏州澄芯科技有限公司昆山分公司", "苏州", "澄芯", "科技", "有限公司", "昆山分公司"),
        ("澄芯商业银行股份有限公司苏州支行", "", "澄芯", "商业银行", "股份有限公司", "苏州支行"),
        ("固始县澄芯种植专业合作社", "固始", "澄芯", "种植", "专业合作社", ""),
        ("苏州澄芯投资中心（有限合伙）", "苏州", "澄芯", "投资中心", "(有限合伙)", ""),
        ("苏州物资贸易有限公司", "苏州", "", "物资贸易", "有限公司", ""),
        ("北京朝阳科技有限公司", "北京", "朝阳", "科技", "有限公司", ""),
        ("北京市朝阳区澄芯科技有限公司", "北京朝阳", "澄芯", "科技", "有限公司", ""),
        ("上海滩娱乐有限公司", "", "上海滩", "娱乐", "有限公司", ""),
        ("东方澄芯科技有限公司", "", "东方澄芯", "科技", "有限公司", ""),
        ("", "", "", "", "", ""),
    ],
)
def test_names_come_apart(name: str, region: str, brand: str, trade: str, form: str, branch: str) -> None:
    row = parsed(name)
    assert (row["region"], row["brand"], row["trade"], row["form"], row["branch"]) == (
        *(region, brand, trade, form, branch),
    )
    assert row["parent"] == (str(row["folded"]).removesuffix(branch) if branch else "")


def test_a_place_that_may_be_a_brand_is_kept_as_the_other_reading() -> None:
    assert parsed("北京朝阳科技有限公司")["alternative"] == "科技"
    assert parsed("东方澄芯科技有限公司")["alternative"] == "澄芯科技"
    assert parsed("固始澄芯科技有限公司")["alternative"] == "固始澄芯科技"
    assert parsed("固始县澄芯科技有限公司")["alternative"] == ""


def test_codes_of_places_narrow_to_those_inside_the_place_before() -> None:
    assert parsed("辽宁朝阳县澄芯科技有限公司")["region_codes"] == [211321]
    assert parsed("北京市朝阳区澄芯科技有限公司")["region_codes"] == [110105]
    assert len(parsed("鼓楼区澄芯科技有限公司")["region_codes"]) > 2
    assert parsed("澄芯科技有限公司")["region_codes"] == []


def test_group_is_said_in_brackets_before_the_form_and_in_english() -> None:
    names = ["澄芯(集团)有限公司", "澄芯科技集团有限公司", "CHENGXIN (GROUP) CO., LTD.", "澄芯集团贸易有限公司"]
    assert [parsed(name)["group"] for name in names] == [True, True, True, False]


def test_english_names_have_a_form_and_a_core() -> None:
    row = parsed("Chengxin Technology Co., Ltd.")
    assert (row["form"], row["core"], row["trade"]) == ("CO.,LTD.", "CHENGXINTECHNOLOGY", "TECHNOLOGY")
    shenzhen = parsed("Shenzhen Chengxin Electronics Co., Ltd")
    assert (shenzhen["region"], shenzhen["brand"]) == ("深圳", "CHENGXIN")
    assert parsed("TAIZHOU CHENGXIN LTD.")["region"] == "TAIZHOU"


@pytest.mark.parametrize("name", ["澄芯实业公司鼎丰贸易有限公司", "公司宝贝科技有限公司", "澄芯科技有限公司(普通合伙)"])
def test_a_company_inside_a_name_is_not_always_a_parent(name: str) -> None:
    assert parsed(name)["branch"] == ""


@pytest.mark.parametrize("word", ["门市部", "经营部", "服务部"])
def test_words_of_independent_traders_are_branches_only_behind_a_parent(word: str) -> None:
    assert parsed(f"苏州澄芯商贸有限公司城东{word}")["branch"] == f"城东{word}"
    assert parsed(f"苏州澄芯{word}")["branch"] == ""


def test_unknown_names_are_unknown_in_every_column() -> None:
    table = parse_names(pa.chunked_array([pa.array([None, "澄芯"], pa.string()), pa.array([None], pa.string())]))
    assert table.schema == PARSED
    assert set(table.to_pylist()[0].values()) == set(table.to_pylist()[2].values()) == {None}
    assert parse_names(pa.array([], pa.string())).schema == PARSED


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS | st.none(), max_size=8))
@example(["", None, ")(", "(", "公司", "分公司", "公司分公司", "(集团)"])
def test_a_name_gives_the_same_row_whatever_stands_beside_it(names: list[str | None]) -> None:
    together = parse_names(pa.array(names, pa.string())).to_pylist()
    assert together == [parse_names(pa.array([name], pa.string())).to_pylist()[0] for name in names]
    sliced = pa.array(["前", *names, "后"], pa.string())[1:-1]
    assert parse_names(sliced).to_pylist() == together


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_parts_are_pieces_of_the_folded_name_and_core_is_brand_and_trade(name: str) -> None:
    row = parsed(name)
    folded = str(row["folded"])
    assert folded == fold(name)
    for part in ("brand", "trade", "form", "branch"):
        assert set(str(row[part])) <= set(folded)
    assert str(row["core"]).replace("(中国)", "").startswith(f"{row['brand']}{row['trade']}".replace("(中国)", ""))
    assert folded.endswith(str(row["branch"]))
    if row["branch"]:
        assert f"{row['parent']}{row['branch']}" == folded


@settings(max_examples=200, deadline=None)
@given(*(st.sampled_from(options) for options in (REGIONS, BRANDS, TRADES, FORMS)))
def test_a_name_put_together_comes_apart_again(region: tuple[str, str], brand: str, trade: str, form: str) -> None:
    row = parsed(region[0] + brand + trade + form)
    if trade:
        assert (row["region"], row["brand"], row["trade"], row["form"]) == (region[1], brand, trade, form)
    else:
        assert (row["region"], row["core"], row["form"]) == (region[1], brand, form)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=6))
@example(["著\n名", "乾坤\r\n", "", "\u2028沈阳", "ﾊﾞ", "ß", "Å"])
def test_a_column_is_folded_as_each_name_is(names: list[str]) -> None:
    assert fold_letters(Letters.of(pa.array(names, pa.string()))).texts().to_pylist() == [fold(name) for name in names]


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=20, unique=True), st.text(max_size=20))
def test_words_are_found_where_they_stand_and_nowhere_else(words: list[str], text: str) -> None:
    bmp = [word for word in words if max(map(ord, word)) < 0xFFFF]
    table, letters = Words(bmp), Letters.of(pa.array([text]))
    codes = Finder(letters)
    for length in {len(word) for word in bmp}:
        for begin, number in enumerate(table.find(codes.windows(length))):
            piece = text[begin : begin + length]
            if max(map(ord, piece)) < 0xFFFF:
                assert (number >= 0) == (piece in bmp)
                assert number < 0 or table.words[number] == piece


def test_the_gazetteer_is_dated_and_whole() -> None:
    for file in (Path(gazetteer.__file__).with_suffix("")).glob("*.txt"):
        head = file.read_text("utf-8")[:900]
        assert all(word in head for word in ("source:", "checked:", ": 2026-11-2")), file.name
    assert region_names()[320583] == "昆山市"
    assert len(region_names()) > 3_500
    assert len([code for code in region_names() if code % 10000 == 0]) == 34
    assert {short_form(name) for name in ("黔东南苗族侗族自治州", "延边朝鲜族自治州")} == {"黔东南", "延边"}
    assert len(places().words.words) == len(set(places().words.words))
    assert "有限公司" in words_of("forms.txt").words
