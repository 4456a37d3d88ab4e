"""Linking: each rule in both directions, branches kept apart, nothing guessed."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core.link import Ruling
from huoju.core.uscc import check_character
from huoju.fusion import link
from huoju.fusion.identifiers import repair_index, suggestions
from huoju.fusion.names import fold, named_parts
from huoju.fusion.quality import link_quality

DAY = date(2024, 1, 1)
BODY = "91320583MA1ABCDE1"
CODE = BODY + check_character(BODY)
PARENT = "苏州澄芯热控技术有限公司"
REGISTER = [
    (f"uscc:{CODE}", "legal_name", PARENT),
    (f"uscc:{CODE}", "former_name", "苏州旧名热控技术有限公司"),
    ("uscc:B", "legal_name", f"{PARENT}昆山分公司"),
    ("uscc:C", "legal_name", "苏州宏远机械设备有限公司"),
    *[(f"uscc:X{i}", "legal_name", f"苏州甲{chr(0x4E8C + i * 9)}电子科技有限公司") for i in range(6)],
]
Row = tuple[str, str, str]


def links_of(rows: list[Row], known: date = DAY) -> dict[str, tuple[str, str, str]]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table([*columns, [known] * len(rows)], names=["entity", "variable", "text", "known"])
    return {r["entity"]: (r["canonical"], r["relation"], r["reason"]) for r in link(table).to_pylist()}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (PARENT, "same-legal-name"),
        ("苏州澄芯热控技术有限公司　", "same-legal-name"),
        ("蘇州澄芯熱控技術有限公司", "same-legal-name"),
        ("苏州旧名热控技术有限公司", "same-former-name"),
        ("澄芯热控技术有限公司", "same-core"),
        ("澄芯热控技术（苏州）有限公司", "same-core"),
        ("苏州澄芯热控技术有限责任公司", "same-core"),
        ("澄芯热控", "short-name"),
    ],
)
def test_each_way_of_writing_a_name_is_known_again(name: str, reason: str) -> None:
    found = links_of([*REGISTER, ("patents:1", "name_as_delivered", name)])
    assert found["patents:1"] == (f"uscc:{CODE}", "same_as", reason)


def test_what_no_rule_decides_is_scored() -> None:
    zoned = ("uscc:Z", "legal_name", "苏州工业园区翰维智能装备有限公司")
    found = links_of([*REGISTER, zoned, ("patents:1", "name_as_delivered", "苏州翰唯智能装备有限公司")])
    assert found["patents:1"] == ("uscc:Z", "same_as", "scored")


def test_a_person_stands_above_rules_and_scores() -> None:
    rows = [*REGISTER, ("patents:1", "name_as_delivered", PARENT)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table([*columns, [DAY] * len(rows)], names=["entity", "variable", "text", "known"])
    later = DAY + timedelta(days=1)

    def ruled(*rulings: Ruling) -> tuple[str, str] | None:
        found = {r["entity"]: (r["canonical"], r["reason"]) for r in link(table, rulings).to_pylist()}
        return found.get("patents:1")

    right = f"uscc:{CODE}"
    assert ruled() == (right, "same-legal-name")
    assert ruled(Ruling("patents:1", right, False, later)) is None
    assert ruled(Ruling("patents:1", "uscc:C", True, later)) == ("uscc:C", "by-person")
    assert ruled(Ruling("patents:1", right, False, DAY), Ruling("patents:1", right, True, later)) == (
        right,
        "by-person",
    )


@pytest.mark.parametrize("name", ["苏州无名热控技术有限公司", "上海澄芯热控设备有限公司", "甲", "电子科技"])
def test_another_name_is_linked_to_no_one(name: str) -> None:
    assert "patents:1" not in links_of([*REGISTER, ("patents:1", "name_as_delivered", name)])


def test_a_mistyped_code_needs_a_name_that_is_alike() -> None:
    wrong = CODE[:10] + ("A" if CODE[10] != "A" else "B") + CODE[11:]
    alike = [("rd:1", "name_as_delivered", "苏州澄芯热控设备有限公司"), ("rd:1", "uscc_as_delivered", wrong)]
    unlike = [("rd:1", "name_as_delivered", "无锡别家贸易有限公司"), ("rd:1", "uscc_as_delivered", wrong)]
    assert links_of([*REGISTER, *alike])["rd:1"][2] == "code-one-error"
    assert "rd:1" not in links_of([*REGISTER, *unlike])


def test_a_branch_is_its_own_and_belongs_to_its_parent() -> None:
    found = links_of([*REGISTER, ("power:1", "name_as_delivered", f"{PARENT}昆山分公司")])
    assert found["uscc:B"] == (f"uscc:{CODE}", "branch_of", "branch-name")
    assert found["power:1"][:2] == ("uscc:B", "same_as")


def test_a_branch_that_no_register_knows_is_not_merged_into_its_parent() -> None:
    assert "power:1" not in links_of([*REGISTER, ("power:1", "name_as_delivered", f"{PARENT}无锡分公司")])


def test_two_of_one_core_are_left_to_a_person() -> None:
    twin = ("uscc:D", "legal_name", "无锡澄芯热控技术有限公司")
    assert "patents:1" not in links_of([*REGISTER, twin, ("patents:1", "name_as_delivered", "澄芯热控技术有限公司")])


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(REGISTER) + 2)))
def test_the_order_of_mentions_is_no_matter(order: list[int]) -> None:
    rows = [
        *REGISTER,
        ("a:1", "name_as_delivered", "澄芯热控技术有限公司"),
        ("a:2", "name_as_delivered", "宏远机械设备"),
    ]
    assert links_of([rows[place] for place in order]) == links_of(rows)


def test_a_link_is_known_when_its_last_evidence_is() -> None:
    rows = [*REGISTER, ("a:1", "name_as_delivered", PARENT)]
    known = [DAY] * len(REGISTER) + [DAY + timedelta(days=30)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table([*columns, known], names=["entity", "variable", "text", "known"])
    row = next(r for r in link(table).to_pylist() if r["entity"] == "a:1")
    assert row["known"] == DAY + timedelta(days=30)


def test_names_come_apart_as_the_rules_say() -> None:
    name = fold("江苏省苏州市澄芯热控技术（集团）有限公司")
    part = named_parts([name])[name]
    assert part.form == "有限公司"
    assert part.core.startswith("澄芯热控技术")
    assert "苏州" in part.region


def test_suggestions_are_codes_one_error_away() -> None:
    swapped = CODE[:9] + CODE[10] + CODE[9] + CODE[11:]
    assert suggestions(swapped, repair_index([CODE, "91350100M000100Y43"])) == (CODE,)


def test_quality_counts_right_wrong_and_missing() -> None:
    found = link_quality({"a": "1", "b": "2"}, {"a": "1", "b": None, "c": "3"})
    assert (found.right, found.wrong, found.missing) == (1, 1, 1)
    assert found.precision == found.recall == 0.5
    assert link_quality({}, {}).precision is None
