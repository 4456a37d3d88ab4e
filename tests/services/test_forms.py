"""Forms that go out and come back: the empty one of a source, and rows set aside that a provider corrects."""

import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from tests.services import files
from tests.services.test_import_delivery import take
from tests.services.test_mappings import write_list, write_mapping

from huoju.core.errors import NothingFound
from huoju.services.home import Home, owner, store_of
from huoju.services.write_corrections import write_corrections
from huoju.services.write_template import write_template
from huoju.sources import find_sources

Table = list[list[str]]


def sheets(path: Path) -> dict[str, Table]:
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [[str(c) for c in row] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names
    }


def typed(path: Path, tables: dict[str, Table]) -> Path:
    """Write what a person has typed into a workbook."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, [cell or None for cell in row])
    book.close()
    return path


@pytest.mark.parametrize("source", find_sources())
def test_every_source_has_a_form_with_its_headers_units_and_rules(source: str, tmp_path: Path) -> None:
    made = sheets(write_template(home=None, who=owner(), source=source, path=tmp_path / "t.xlsx", language="zh"))
    layouts = find_sources()[source].layouts
    assert list(made) == [*layouts, "填报说明"]
    for name, layout in layouts.items():
        assert [header.split("(")[0] for header in made[name][0]] == [
            rule.header.split("(")[0] for rule in layout.columns
        ]
    rules = made["填报说明"]
    assert len(rules) == 1 + sum(len(layout.columns) for layout in layouts.values())
    assert all(row[2] for row in rules)


def test_a_form_that_is_filled_in_comes_in(home: Home, tmp_path: Path) -> None:
    form = write_template(home=home, who=owner(), source="annual_report", path=tmp_path / "t.xlsx", language="zh")
    tables = sheets(form)
    header = tables["yearly"][0]
    filled = {"统一社会信用代码": files.code(1), "企业名称": "合成甲有限公司", "报告年度": "2023", "从业人数": "12"}
    money = next(h for h in header if "(万元)" in h or "(千元)" in h or "(元)" in h)
    row = [filled.get(h.split("(")[0], "1.5" if h == money else "") for h in header]
    receipt = take(home, typed(tmp_path / "filled.xlsx", {**tables, "yearly": [header, row]}), "annual_report")
    assert (receipt.rows, receipt.aside) == (1, 0)
    facts = store_of(home).facts().to_pylist()
    assert {fact["number"] for fact in facts if fact["variable"] == "employees"} == {12}
    unit = {"万元": 1_000_000, "千元": 100_000, "元": 100}[money.split("(")[1].rstrip(")")]
    assert 1.5 * unit in {fact["number"] for fact in facts}


def test_rows_set_aside_go_out_are_corrected_and_come_back(home: Home, tmp_path: Path) -> None:
    mapping = str(write_mapping(tmp_path))
    rows = [
        ",合成甲有限公司,100,50,2017-01-02,,98,存续,人民币,",
        ",合成乙有限公司,一百,50,2017-01-02,,98,存续,人民币,",
        ",合成丙有限公司,100,150,2017-02-30,,98,存续,人民币,",
        ",=1+1|合成丁,100,50,2017-01-02,,98,未知,人民币,@SUM(A1)",
    ]
    assert take(home, write_list(tmp_path / "list.csv", rows), mapping, set_aside=True).aside == 3
    out = tmp_path / "fix.xlsx"
    made = write_corrections(home=home, who=owner(), path=out, language="zh")
    assert made.rows == 3
    with zipfile.ZipFile(out) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)
    tables = sheets(out)
    table = tables["list.csv"]
    told = [(row[-4], row[-3], row[-2]) for row in table[1:]]
    assert told == [("3", "注册资本", "不是数字"), ("4", "成立日期", "不是日期"), ("5", "状态", "不是约定的写法")]
    assert "单位 万元" in table[1][-1]
    assert "存续" in table[3][-1]
    assert table[3][1] == "=1+1|合成丁"
    assert len(tables["数据问题"]) - 1 == made.findings >= 4
    table[1][2], table[2][3], table[2][4], table[3][7] = "100", "15", "2017-02-28", "存续"
    receipt = take(home, typed(tmp_path / "corrected.xlsx", tables), mapping)
    assert (receipt.rows, receipt.aside, receipt.account["told"]) == (3, 0, 3)
    assert not {"column-not-known", "duplicate-rows"} & {finding.code for finding in receipt.findings}
    names = {fact["text"] for fact in store_of(home).facts(variables=["name_as_delivered"]).to_pylist()}
    assert len(names) == 4


def test_a_unit_that_the_header_wrote_goes_out_and_comes_back(home: Home, tmp_path: Path) -> None:
    mapping = str(write_mapping(tmp_path))
    path = tmp_path / "list.csv"
    path.write_text(
        "企业名称,注册资本（元）,成立日期,统一社会信用代码,实缴资本,注销日期,抽查合格率,状态,币种\n合成甲有限公司,1000000,2017-13-01,,,,,,\n合成乙有限公司,1000000,2017-12-01,,,,,,\n",
        encoding="utf-8",
    )
    take(home, path, mapping, set_aside=True)
    out = tmp_path / "fix.xlsx"
    write_corrections(home=home, who=owner(), path=out, language="en", source="made_list")
    tables = sheets(out)
    assert "注册资本(元)" in tables["list.csv"][0]
    tables["list.csv"][1][2] = "2017-12-01"
    take(home, typed(tmp_path / "corrected.xlsx", tables), mapping)
    capital = store_of(home).facts(variables=["registered_capital"])["number"].to_pylist()
    assert capital == [100_000_000, 100_000_000]


def test_side_and_direction_survive_the_way_out_and_back(home: Home, tmp_path: Path) -> None:
    """The title of the sheet is the file's name, which may be all that says sales or purchases."""
    bad = files.invoices(
        tmp_path / "june.csv", [(files.code(1), n, "2024-06-31" if n == 3 else "2024-06-03", "1") for n in range(9)]
    )
    take(home, bad, set_aside=True)
    out = tmp_path / "fix.xlsx"
    write_corrections(home=home, who=owner(), path=out, language="zh")
    tables = sheets(out)
    (name,) = [title for title in tables if title != "数据问题"]
    place = tables[name][0].index("开票日期")
    tables[name][1][place] = "2024-06-30"
    receipt = take(home, typed(tmp_path / "corrected.xlsx", tables))
    assert (receipt.events, receipt.aside) == (1, 0)


def test_nothing_to_correct_is_said(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NothingFound) as error:
        write_corrections(home=home, who=owner(), path=tmp_path / "x.xlsx", language="zh", source="patents")
    assert error.value.code == "source-without-findings"
    with pytest.raises(NothingFound):
        write_corrections(home=home, who=owner(), path=tmp_path / "x.csv", language="zh")
