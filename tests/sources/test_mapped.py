"""A mapping makes a source without code: facts, events, contract, quarantine, and where every row went."""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from huoju.core.errors import DocumentError
from huoju.core.ports import Reading
from huoju.services.words import words_in
from huoju.sources import SourceDeclaration, open_delivery, read_by, read_mapping
from huoju.sources.drift import drift

KNOWN = date(2024, 7, 15)
HEAD = """
label: {zh: 合成名录, en: Synthetic list}
publisher: {zh: 合成单位, en: Nobody}
provider: government
legal_basis: null
consent: none
purpose: {zh: 测试, en: Test}
rows_at_least: 1
set_aside_at_most: 50%
drift: {rows: 50%, filled: 20%, typical: 10}
layouts:
"""
LIST = """
  list:
    columns:
      统一社会信用代码: {name: uscc, kind: code}
      企业名称: {name: name, kind: name, required: true}
      注册资本: {variable: registered_capital, unit: 万元, at_most: 1000000}
      实缴资本: {variable: paid_in_capital, unit: 万元}
      成立日期: {variable: founded_on, filled_at_least: 80%}
      注销日期: {variable: deregistered_on}
      抽查合格率: {variable: product_check_pass_share, unit: "%"}
      状态: {variable: registration_status, kind: choice, choices: {存续: active, "1": active, 注销: deregistered}}
      币种: {name: currency, kind: choice, choices: {人民币: CNY}}
    ignore: [备注]
    rules:
      - {order: [founded_on, deregistered_on]}
      - {sum: [paid_in_capital], at_most: registered_capital}
      - {unique: [uscc]}
    events:
      registration_change: {at: founded_on, key: [name], fields: {item: registration_status}, stated: {decision: approved}}
"""
HEADER = "统一社会信用代码,企业名称,注册资本,实缴资本,成立日期,注销日期,抽查合格率,状态,币种,备注"


def mapping(folder: Path, layouts: str = LIST, name: str = "made_list") -> SourceDeclaration:
    path = folder / name / "mapping.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + layouts, encoding="utf-8")
    return read_mapping(path)


def reading(folder: Path, rows: list[str], *, header: str = HEADER, layouts: str = LIST) -> Reading:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_by(mapping(folder, layouts), open_delivery(path), KNOWN)


def said(found: Reading) -> dict[str, object]:
    for finding in found.findings:
        for language in ("zh", "en"):
            assert "?" not in words_in(language).say(f"finding.{finding.code}", dict(finding.data))
    return {finding.code: finding.data.get("every", "") for finding in found.findings}


def test_columns_become_facts_and_events_in_the_units_of_the_vocabulary(tmp_path: Path) -> None:
    found = reading(tmp_path, [",合成甲有限公司,100.5,50,二〇一七年十月二十三日,,98.5,存续,人民币,"])
    facts = {row["variable"]: row["number"] if row["text"] is None else row["text"] for row in found.facts.to_pylist()}
    assert facts == {
        "name_as_delivered": "合成甲有限公司",
        "registered_capital": 100_500_000,
        "paid_in_capital": 50_000_000,
        "founded_on": (date(2017, 10, 23) - date(1970, 1, 1)).days,
        "product_check_pass_share": 985_000,
        "registration_status": "active",
    }
    (event,) = found.events["registration_change"].to_pylist()
    assert (event["at"], event["item"], event["decision"]) == (date(2017, 10, 23), "active", "approved")
    assert {row["record"] for row in found.facts.to_pylist()} == {"list.csv:2"}


def test_a_unit_in_the_header_counts_before_the_declared_one(tmp_path: Path) -> None:
    header = HEADER.replace("注册资本", "注册资本（元）")
    found = reading(tmp_path, [",合成甲有限公司,1005000,,,,,,,"], header=header)
    assert [row["number"] for row in found.facts.to_pylist() if row["variable"] == "registered_capital"] == [
        100_500_000
    ]


def test_what_breaks_the_contract_is_set_aside_with_its_reason(tmp_path: Path) -> None:
    code = "91350100M000100Y43"
    rows = [
        ",合成甲有限公司,100,50,2017-01-02,2016-01-01,98,存续,人民币,",
        ",合成乙有限公司,100,150,2017-01-02,,98,存续,人民币,",
        ",合成丙有限公司,2000000,1,2017-01-02,,98,存续,人民币,",
        ",合成丁有限公司,100,50,2017-01-02,,198,存续,人民币,",
        ",合成戊有限公司,100,50,2017-01-02,,98,人民币,,",
        f"{code},合成己有限公司,100,50,2017-01-02,,98,存续,人民币,",
        f"{code},合成庚有限公司,100,50,2017-01-03,,98,1,人民币,",
        ",合成辛有限公司,100,50,,,,存续,人民币,",
    ]
    found = reading(tmp_path, rows)
    assert said(found) == {
        "not-in-range": "5",  # of the share; the finding about the capital came before it
        "days-not-in-order": "2",
        "parts-exceed-whole": "3",
        "cells-shifted": "6",
        "rows-contradict": "7-8",
        "codes-mixed-with-labels": "8",
    }
    reasons = {row["record"]: row["code"] for row in found.aside.to_pylist()}
    assert reasons["list.csv:4"] == reasons["list.csv:5"] == "not-in-range"
    assert len(reasons) == 7
    assert json.loads(found.aside["original"][0].as_py())["企业名称"] == "合成甲有限公司"
    assert (found.account.told, found.account.aside) == (1, 7)


def test_rows_are_accounted_for(tmp_path: Path) -> None:
    rows = [
        "序,合成园区名录,,,,,,,,",
        ",合成甲有限公司,100,50,2017-01-02,,98,存续,人民币,",
        ",合成甲有限公司,100,50,2017-01-02,,98,存续,人民币,",
        ",,100,50,2017-01-02,,98,存续,人民币,",
        "合计,,200,100,,,,,,",
    ]
    path = tmp_path / "list.csv"
    path.write_text("\n".join([rows[0], HEADER, *rows[1:]]) + "\n", encoding="utf-8")
    account = read_by(mapping(tmp_path), open_delivery(path), KNOWN).account
    assert (account.told, account.repeated, account.aside, account.left_out) == (1, 1, 1, 1)


def test_fields_filled_too_seldom_and_silent_rows_are_said(tmp_path: Path) -> None:
    layout = "  l:\n    columns:\n      编号: {name: identifier, kind: text, required: true}\n      域名数: {variable: domain_names, filled_at_least: 60%}\n    namespace: made\n"
    found = reading(tmp_path, ["1,3", "2,", "3,"], header="编号,域名数", layouts=layout)
    assert said(found) == {"filled-too-seldom": "", "row-says-nothing": "3-4"}
    assert (found.account.told, found.account.silent) == (1, 2)


def test_a_drift_of_rows_filling_and_size_is_noticed(tmp_path: Path) -> None:
    source = mapping(tmp_path)
    row = ",合成{n}有限公司,{capital},,2017-01-02,,98,存续,人民币,"
    before = reading(tmp_path, [row.format(n=n, capital=100 + n) for n in range(20)])
    same = reading(tmp_path, [row.format(n=n, capital=110 + n) for n in range(18)])
    yuan = reading(tmp_path, [row.format(n=n, capital=(100 + n) * 1000) for n in range(8)])
    gaps = reading(tmp_path, [row.format(n=n, capital=100 if n % 2 else "") for n in range(20)])
    codes = [[f.code for f in drift(source, "x", before.profiles, now.profiles)] for now in (same, yuan, gaps)]
    assert codes == [[], ["rows-drifted", "size-drifted-up"], ["filled-drifted"]]


def test_titles_in_merged_cells_are_left_out_and_cells_merged_downwards_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    layout = "  l:\n    columns:\n      企业名称: {name: name, kind: name, required: true}\n      状态: {variable: registration_status}\n      域名数: {variable: domain_names}\n"
    sheet.write_row(0, 0, ["企业名称", "状态", "域名数"])
    sheet.merge_range(1, 0, 1, 2, "一、高新区")
    sheet.merge_range(2, 0, 3, 0, "合成甲有限公司")
    sheet.write_row(2, 1, ["存续", 1])
    sheet.write_row(3, 1, ["存续", 2])
    sheet.write_row(4, 0, ["合成乙有限公司", "存续", 3])
    sheet.merge_range(20, 0, 20, 2, "二、开发区")
    sheet.write_row(21, 0, ["合成丙有限公司", "存续", 4])
    book.close()
    found = read_by(mapping(tmp_path, layout), open_delivery(path), KNOWN)
    assert said(found) == {"merged-row-left-out": "2, 21", "merged-cells-filled": "4"}
    names = [row["original"] for row in found.facts.to_pylist() if row["variable"] == "domain_names"]
    assert names == ["1", "2", "3", "4"]
    assert found.account.told == 4


def test_thousands_marks_are_taken_only_where_declared_and_right(tmp_path: Path) -> None:
    layout = "  l:\n    namespace: made\n    columns:\n      编号: {name: identifier, kind: text, required: true}\n      欠税: {variable: tax_arrears, unit: 元, thousands: true}\n"
    found = reading(
        tmp_path, ['1,"1,075.00"', '2,"48,151.71"', '3,"1,07.5"', "4,3"], header="编号,欠税", layouts=layout
    )
    assert [row["number"] for row in found.facts.to_pylist()] == [107_500, 4_815_171, 300]
    assert said(found) == {"not-a-number": "4"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("variable: registered_capital", "variable: registred_capital"), "nearest: registered_capital"),
        (("order: [founded_on, ", "order: [founded, "), "no column is called founded"),
        (("at: founded_on", "at: name"), "name is no column of days"),
        (("registration_change:", "registration_chance:"), "no event registration_chance"),
        (("stated: {decision", "stated: {decisions"), "unknown key 'decisions'"),
        (("at_most: 1000000", "at_most: much"), "at_most must be a number"),
        (("kind: code}", "kind: code, form: lunar}"), "form lunar is not known"),
    ],
)
def test_a_malformed_mapping_names_file_and_line(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(DocumentError, match=r"mapping\.yaml:\d+") as error:
        mapping(tmp_path, LIST.replace(*change))
    assert message in str(error.value)


def test_a_mapping_never_takes_the_name_of_a_source_of_huoju(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="is a source of huoju"):
        mapping(tmp_path, name="vat_invoice")
    with pytest.raises(DocumentError, match="lower-case"):
        mapping(tmp_path, name="名录")
