"""The header of a delivered table is found where offices really put it."""

from collections.abc import Sequence

import pyarrow as pa
import pytest

from huoju.sources import find_sources
from huoju.sources.delivery import ROW, RawTable
from huoju.sources.header import Header, find_header, repeated_columns, spell

LAYOUTS = tuple(find_sources()["social_insurance"].layouts.values())


def table(*rows: Sequence[str | None]) -> RawTable:
    width = max(map(len, rows))
    padded = [[*row, *[None] * (width - len(row))] for row in rows]
    columns = {str(place): pa.array([row[place] for row in padded], pa.string()) for place in range(width)}
    return RawTable("", pa.table({ROW: pa.array(range(1, len(rows) + 1)), **columns}))


def found(*rows: Sequence[str | None]) -> Header:
    header = find_header(table(*rows), LAYOUTS)
    assert header is not None
    return header


def names(header: Header) -> list[str]:
    return [rule[0].name if rule else "" for rule in header.rules]


def test_a_header_under_titles_is_found() -> None:
    header = found(
        ["社保情况"], ["2024年6月", None, "单位：元"], ["单位名称", "费款所属期", "参保人数"], ["甲", "202406", "3"]
    )
    assert (header.body, header.titles) == (3, ("社保情况", "2024年6月", "单位：元"))
    assert names(header) == ["name", "month", "headcount"]


def test_two_merged_rows_are_one_header() -> None:
    header = found(
        ["单位名称", "费款所属期", "参保人数", "缴费", "缴费"],
        ["单位名称", "费款所属期", "参保人数", "缴费基数合计(万元)", "欠缴金额"],
        ["甲", "202406", "3", "1", "0"],
    )
    assert header.body in {1, 2}
    assert names(header)[:3] == ["name", "month", "headcount"]


def test_other_spellings_blanks_and_units_are_read() -> None:
    header = found(
        ["企业 名称", "所属期", "参保人数（人）", "缴费基数合计（万元）", "不认识的列"], ["甲", "202406", "3", "1", "?"]
    )
    assert names(header) == ["name", "month", "headcount", "base", ""]
    assert header.rules[3] is not None
    assert header.rules[3][1] == "万元"


def test_the_unit_of_a_title_holds_for_money_without_one() -> None:
    header = found(["单位：万元"], ["单位名称", "费款所属期", "参保人数", "缴费基数合计", "欠缴金额（元）"])
    units = {rule[0].name: rule[1] for rule in header.rules if rule}
    assert (units["base"], units["arrears"], units["headcount"]) == ("万元", "元", "人")


def test_a_title_with_a_unit_of_persons_changes_no_money() -> None:
    header = found(["单位：人"], ["单位名称", "费款所属期", "参保人数", "缴费基数合计"], ["甲", "202406", "3", "1"])
    assert [rule[1] for rule in header.rules if rule and rule[0].name == "base"] == ["元"]


def test_a_column_that_stands_twice_is_told() -> None:
    header = found(["单位名称", "费款所属期", "参保人数", "参保人数"], ["甲", "202406", "3", "4"])
    assert repeated_columns(header) == {"参保人数"}


def test_another_table_has_no_header() -> None:
    assert find_header(table(["甲", "乙"], ["1", "2"]), LAYOUTS) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("研发费用（万元）", ("研发费用", "万元")),
        ("研发费用(单位:千元)", ("研发费用", "千元")),
        ("公开(公告)日", ("公开(公告)日", "")),
        ("申请（专利权）人", ("申请(专利权)人", "")),
        (" 参保\n人数 ", ("参保人数", "")),
    ],
)
def test_a_header_is_folded_and_its_unit_taken(written: str, meant: tuple[str, str]) -> None:
    assert spell(written) == meant
