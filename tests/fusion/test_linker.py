"""The linker: worked examples in Chinese, and what must hold for every pair, order, part and judgement."""

import random
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core.money import MICRO
from huoju.fusion.comparing import COMPARISONS
from huoju.fusion.frozen_file import read_linker, write_linker
from huoju.fusion.judgements import ACCEPT, REJECT, Judgement, standing
from huoju.fusion.linker import Linker, fit_linker
from huoju.fusion.reading_links import read_links
from huoju.fusion.records import COLUMNS, prepare
from huoju.sandbox.names import codes, mistyped, short_name, variant

CITIES = ("苏州", "无锡", "南京", "杭州", "成都", "武汉")
BRANDS = [
    "澄芯",
    "瀚海",
    "锐拓",
    "曜石",
    "弘源",
    "砺锋",
    "钧达",
    "昱辰",
    "朗诺",
    "煜泰",
    "晟川",
    "睿科",
    "骏驰",
    "岳恒",
    "沛霖",
    "楚天",
]
TRADES = ["热控技术", "机械设备", "电子科技", "信息技术", "商贸", "精密仪器", "环保工程", "生物科技"]
PARENT = "苏州澄芯热控技术有限公司"


def table(*rows: dict[str, object]) -> pa.Table:
    types = {"founded": pa.date32()}
    return pa.table({c: pa.array([row.get(c) for row in rows], types.get(c, pa.string())) for c in COLUMNS})


def zone(seed: int = 3) -> tuple[pa.Table, pa.Table, dict[str, str]]:
    """Return a register of 768 invented enterprises, a list of copies of half of them, and whose copy each is."""
    rng, draw = np.random.default_rng(seed), random.Random(seed)
    found = codes(rng, 1000, "320500")
    left = [
        {
            "id": f"A{i}",
            "name": f"{city}{brand}{trade}有限公司",
            "uscc": found[i],
            "legal_rep": f"{draw.choice('王李张刘陈杨')}{draw.choice('伟芳娜敏静丽')}{draw.choice('军洋勇艳杰娟')}",
            "city": city,
            "address": f"{city}市{brand}路{i}号",
            "founded": date(2001 + i % 20, 1 + i % 12, 1 + i % 28),
        }
        for i, (city, brand, trade) in enumerate((c, b, t) for c in CITIES for b in BRANDS for t in TRADES)
    ]
    right, truth = [], {}
    for row in draw.sample(left, len(left) // 2):
        copy = {key: value for key, value in row.items() if draw.random() < 0.6}
        name = short_name(str(row["name"])) if draw.random() < 0.1 else variant(rng, str(row["name"]))
        right.append({**copy, "id": f"B{len(right)}", "name": name})
        truth[f"B{len(right) - 1}"] = str(row["id"])
    return table(*left), table(*right), truth


LEFT, RIGHT, TRUTH = zone()
ONE, OTHER = prepare(LEFT), prepare(RIGHT)
LINKER = fit_linker(ONE, OTHER, fitted_on=date(2024, 1, 1))
PAIRS = LINKER.pairs(ONE, OTHER)
EXAMPLES = table(
    {"id": "parent", "name": PARENT, "city": "苏州", "uscc": "91320583MA1ABCDE17", "legal_rep": "王伟"},
    {"id": "branch", "name": f"{PARENT}昆山分公司", "city": "苏州"},
    {"id": "namesake", "name": "无锡澄芯热控技术有限公司", "city": "无锡"},
    {"id": "renamed", "name": "苏州瀚海机械设备有限公司", "former_name": "苏州老字号机械厂", "city": "苏州"},
    {"id": "group", "name": "江苏弘源集团有限公司"},
)


def linked(*rows: dict[str, object], linker: Linker = LINKER) -> dict[str, tuple[str, str]]:
    right = table(*({"id": str(i), **row} for i, row in enumerate(rows)))
    links = read_links(linker.pairs(prepare(EXAMPLES), prepare(right))).to_pylist()
    return {row["right_id"]: (row["left_id"], row["relation"]) for row in links}


@pytest.mark.parametrize(
    "row",
    [
        {"name": PARENT},
        {"name": "蘇州澄芯熱控技術有限公司"},
        {"name": "苏州澄芯 热控技术有限责任公司"},
        {"name": "澄芯热控技术（苏州）有限公司"},
        {"name": "澄芯热控技术有限公司", "city": "苏州"},
        {"name": "苏州诚芯热控技术有限公司", "legal_rep": "王伟"},
        {"name": "苏州澄芯热控", "legal_rep": "王伟"},
        {"name": "苏州别名精密仪器有限公司", "uscc": "91320583MA1ABCDE17"},
        {"name": "Suzhou Chengxin Thermal Technology Co., Ltd.", "legal_rep": "王伟", "city": "苏州"},
    ],
)
def test_one_enterprise_is_known_again_however_it_is_written(row: dict[str, object]) -> None:
    assert linked(row)["0"] == ("parent", "same_as")


@pytest.mark.parametrize(
    "row",
    [
        {"name": "澄芯热控技术有限公司"},  # of Suzhou or of Wuxi: nothing says which
        {"name": "成都澄芯热控技术有限公司", "city": "成都"},
        {"name": "苏州曜石商贸有限公司", "city": "苏州"},
        {"name": PARENT, "uscc": "91320583MA9ZZZZZ0X", "city": "南京"},
    ],
)
def test_another_enterprise_or_an_open_question_is_linked_to_no_one(row: dict[str, object]) -> None:
    assert linked(row) == {}


def test_a_branch_is_never_its_parent_whatever_else_agrees() -> None:
    same_everything = {"uscc": "91320583MA1ABCDE17", "legal_rep": "王伟", "city": "苏州"}
    found = linked({"name": f"{PARENT}无锡分公司", **same_everything}, {"name": f"{PARENT}昆山分公司"})
    assert found["0"] == ("parent", "branch_of")
    assert found["1"] in {("branch", "same_as"), ("parent", "branch_of")}
    pairs = LINKER.pairs(
        prepare(EXAMPLES), prepare(table({"id": "0", "name": f"{PARENT}无锡分公司", **same_everything}))
    )
    identity = [row["left_id"] for row in pairs.to_pylist() if row["relation"] in ("same_as", "formerly")]
    assert "parent" not in identity


def test_former_names_and_groups_are_relations_of_their_own() -> None:
    found = linked({"name": "苏州老字号机械厂"}, {"name": "江苏弘源集团物流有限公司"})
    assert found == {"0": ("renamed", "formerly"), "1": ("group", "group_of")}


def test_the_lists_are_linked_right_without_labels() -> None:
    links = read_links(PAIRS).to_pylist()
    right = sum(TRUTH[row["right_id"]] == row["left_id"] for row in links)
    assert right >= 0.98 * len(links)
    assert right >= 0.95 * len(TRUTH)
    assert LINKER.model.taught["by-code"] >= 100


def test_parts_of_a_delivery_give_the_links_of_the_whole() -> None:
    whole = read_links(PAIRS)
    for seed in range(10):
        draw = random.Random(seed)
        part = np.array([draw.randrange(5) for _ in range(len(RIGHT))])
        pairs = [LINKER.pairs(ONE, prepare(RIGHT.filter(pa.array(part == number)))) for number in range(5)]
        draw.shuffle(pairs)
        assert read_links(pa.concat_tables(pairs)).equals(whole)


AMBIGUOUS = [
    "长沙市晋江宾馆",
    "长沙县同仁堂天津实业",
    "吉林省天龙新型材料",
    "风雨实业(吉林)",
    "朝阳好猫光电科技",
    "朝阳县兴隆纺织",
]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(AMBIGUOUS) + 20)))
def test_a_record_is_prepared_alike_whoever_stands_beside_it(order: list[int]) -> None:
    names = [f"{name}有限公司" for name in AMBIGUOUS]
    rows = pa.concat_tables([table(*({"id": name, "name": name} for name in names)), RIGHT.slice(0, 20)])
    whole = prepare(rows)
    part = np.array(order[: len(order) // 2])
    alone, beside = prepare(rows.take(pa.array(part))), whole.take(part)
    for field in fields(whole):
        one, other = getattr(alone, field.name), getattr(beside, field.name)
        assert one.equals(other) if isinstance(one, pa.Array) else np.array_equal(one, other), field.name


def test_a_register_that_grows_gives_the_links_of_the_whole() -> None:
    halves = [LEFT.slice(0, 300), LEFT.slice(300)]
    pairs = pa.concat_tables(LINKER.pairs(prepare(half), OTHER) for half in halves)
    assert read_links(pairs).equals(read_links(PAIRS))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_records_is_no_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = (t.take(pa.array(rng.permutation(len(t)))) for t in (LEFT, RIGHT))
    one, other = prepare(left), prepare(right)
    linker = fit_linker(one, other)
    assert linker.model.told() == LINKER.model.told()
    assert read_links(linker.pairs(one, other)).equals(read_links(PAIRS))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, PAIRS.num_rows - 1))
def test_an_explanation_adds_up_to_the_log_odds(place: int) -> None:
    row = PAIRS.slice(place, 1).to_pylist()[0]
    lines = LINKER.model.lines(tuple(row["levels"]))
    assert round((LINKER.model.base / MICRO + sum(w for _, _, w in lines)) * MICRO) == row["score"]
    assert all(level != "unknown" for _, level, _ in lines)


def test_what_agrees_never_speaks_against_a_link() -> None:
    cells = LINKER.model.told()["weights"]
    assert isinstance(cells, dict)
    for name, level in (
        ("name", "same"),
        ("region", "same"),
        ("place", "same-city"),
        ("person", "same"),
        ("code", "same"),
    ):
        assert cells[name][level] >= 0, name
    for name in ("place", "founded", "address", "person", "code"):
        assert cells[name][COMPARISONS[name][-1]] <= 0, name


def judged(left: str, right: str, verdict: str, minute: int, **more: object) -> Judgement:
    return Judgement(left, right, verdict, "li", datetime(2024, 1, 1, 8, minute), **more)  # type: ignore[arg-type]


def test_a_judgement_wins_over_the_model_and_can_be_undone() -> None:
    plain = {row["right_id"]: row for row in read_links(PAIRS).to_pylist()}
    right, link = next((r, row) for r, row in plain.items() if row["relation"] == "same_as")
    other = next(f"A{i}" for i in range(len(LEFT)) if f"A{i}" != link["left_id"])
    refused = {row["right_id"] for row in read_links(PAIRS, [judged(link["left_id"], right, REJECT, 1)]).to_pylist()}
    assert right not in refused
    moved = {r["right_id"]: r for r in read_links(PAIRS, [judged(other, right, ACCEPT, 1)]).to_pylist()}[right]
    assert (moved["left_id"], moved["probability"], moved["who"]) == (other, MICRO, "li")
    undone = judged(other, right, ACCEPT, 1, undone_by="wang", undone_at=datetime(2024, 1, 2))
    assert read_links(PAIRS, [undone]).equals(read_links(PAIRS))


def test_the_latest_judgement_that_stands_counts() -> None:
    said = [judged("A1", "B1", ACCEPT, 1), judged("A1", "B1", REJECT, 2), judged("A2", "B1", ACCEPT, 3)]
    for order in (said, said[::-1]):
        found = standing(order)
        assert found.accepted["B1"].left_id == "A2"
        assert list(found.rejected) == [("A1", "B1")]


def test_labels_teach() -> None:
    accepted = {(left, right): True for right, left in list(TRUTH.items())[:40]}
    taught = fit_linker(ONE, OTHER, labels=accepted)
    assert taught.model.taught["by-person"] > 30
    assert taught.model.told() != LINKER.model.told()


def test_one_wrong_character_in_a_code_is_told_from_another_code() -> None:
    code = str(LEFT["uscc"][0])
    wrong = mistyped(np.random.default_rng(1), code)
    found = LINKER.pairs(ONE, prepare(table({"id": "x", "name": str(LEFT["name"][0]), "uscc": wrong}))).to_pylist()
    row = next(r for r in found if r["left_id"] == "A0")
    assert COMPARISONS["code"][row["levels"][list(COMPARISONS).index("code")]] == "one-error"


def test_a_stored_linker_is_the_same_linker(tmp_path: Path) -> None:
    write_linker(LINKER, tmp_path / "linker.parquet")
    again = read_linker(tmp_path / "linker.parquet")
    assert again.fitted_on == date(2024, 1, 1)
    assert again.pairs(ONE, OTHER).equals(PAIRS)
    write_linker(again, tmp_path / "twice.parquet")
    assert (tmp_path / "twice.parquet").read_bytes() == (tmp_path / "linker.parquet").read_bytes()


def test_one_to_one_gives_no_left_record_twice() -> None:
    doubled = pa.concat_tables([RIGHT, RIGHT.set_column(0, "id", pa.array([f"C{i}" for i in range(len(RIGHT))]))])
    links = read_links(LINKER.pairs(ONE, prepare(doubled)), one_to_one=True)
    same = links.filter(pa.compute.equal(links["relation"], "same_as"))
    assert len(pa.compute.unique(same["left_id"])) == len(same)
