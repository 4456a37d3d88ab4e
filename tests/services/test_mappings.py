"""Mappings in a home: kept when given by path, one source each, compared with the delivery before."""

from datetime import date
from pathlib import Path

import pytest
from tests.services import files
from tests.sources.test_mapped import HEAD, HEADER, LIST

from huoju.core.errors import NothingFound, RefusedDelivery
from huoju.services.declared import declared, source_of
from huoju.services.home import Home, owner, store_of
from huoju.services.import_delivery import Receipt, import_delivery, import_folder
from huoju.services.list_findings import list_findings
from huoju.services.panels import panel_at
from huoju.services.resolve_name import resolve_name
from huoju.services.suggest_mapping import suggest_mapping

ROW = ",合成{n}有限公司,{capital},,2017-01-02,,98,存续,人民币,"


def write_mapping(folder: Path, text: str = HEAD + LIST, name: str = "made_list") -> Path:
    path = folder / name / "mapping.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_list(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def take(home: Home, source: str, path: Path, *, set_aside: bool = False) -> Receipt:
    return import_delivery(
        home=home, who=owner(), source=source, path=path, known=None, today=files.TODAY, set_aside=set_aside
    )


def test_a_mapping_given_by_path_is_kept_and_has_a_name_from_then_on(home: Home, tmp_path: Path) -> None:
    mapping = write_mapping(tmp_path)
    first = take(home, str(mapping), write_list(tmp_path / "1.csv", [ROW.format(n=1, capital=5)]))
    second = take(home, "made_list", write_list(tmp_path / "2.csv", [ROW.format(n=2, capital=5)]))
    assert (first.source, second.source) == ("made_list", "made_list")
    assert (first.account["told"], first.account["aside"]) == (1, 0)
    assert "made_list" in declared(home)
    panel = panel_at(store_of(home), files.TODAY)
    assert len(panel) == 2
    assert panel.latest("registered_capital").values.tolist() == [5_000_000, 5_000_000]


def test_a_name_is_looked_up_in_a_list_where_there_is_no_register(home: Home, tmp_path: Path) -> None:
    take(home, str(write_mapping(tmp_path)), write_list(tmp_path / "1.csv", [ROW.format(n="澄芯", capital=5)]))
    found = resolve_name(who=owner(), name="合成澄芯", language="zh", home=home)
    assert [one.name for one in found] == ["合成澄芯有限公司"]


def test_another_mapping_of_that_name_replaces_it_and_the_old_one_stays_beside(home: Home, tmp_path: Path) -> None:
    source_of(home, str(write_mapping(tmp_path)))
    changed = write_mapping(tmp_path / "other", (HEAD + LIST).replace("at_most: 1000000", "at_most: 2000000"))
    source_of(home, str(changed))
    kept = sorted(path.name for path in (home.mappings / "made_list").iterdir())
    assert kept[0] == "mapping.yaml"
    assert kept[1].startswith("mapping.yaml.")
    assert (home.mappings / "made_list" / "mapping.yaml").read_bytes() == changed.read_bytes()


def test_the_same_bytes_by_other_rules_are_refused_until_undone(home: Home, tmp_path: Path) -> None:
    listed = write_list(tmp_path / "1.csv", [ROW.format(n=1, capital=5)])
    take(home, str(write_mapping(tmp_path)), listed)
    changed = write_mapping(tmp_path / "other", (HEAD + LIST).replace("at_most: 1000000", "at_most: 2000000"))
    with pytest.raises(RefusedDelivery) as refusal:
        take(home, str(changed), listed)
    assert [finding.code for finding in refusal.value.findings] == ["delivery-read-otherwise"]


def test_an_unknown_source_and_an_absent_mapping_are_said(home: Home, tmp_path: Path) -> None:
    for named, code in (("rumours", "source-unknown"), (str(tmp_path / "mapping.yaml"), "file-absent")):
        with pytest.raises(NothingFound) as error:
            source_of(home, named)
        assert error.value.code == code


def test_a_delivery_is_compared_with_the_one_before(home: Home, tmp_path: Path) -> None:
    mapping = str(write_mapping(tmp_path))
    take(home, mapping, write_list(tmp_path / "1.csv", [ROW.format(n=n, capital=100 + n) for n in range(20)]))
    yuan = [ROW.format(n=n, capital=(100 + n) * 1000) for n in range(9)]
    codes = {finding.code for finding in take(home, mapping, write_list(tmp_path / "2.csv", yuan)).findings}
    assert codes == {"rows-drifted", "size-drifted-up"}
    back = [ROW.format(n=n, capital=100 + n) for n in range(9)]
    codes = {finding.code for finding in take(home, mapping, write_list(tmp_path / "3.csv", back)).findings}
    assert codes == {"size-drifted-down"}


def test_a_mapping_says_its_rhythm_and_is_late_like_any_source(home: Home, tmp_path: Path) -> None:
    mapping = write_mapping(
        tmp_path, HEAD.replace("rows_at_least: 1", "rows_at_least: 1\nupdate_rhythm_days: 31") + LIST
    )
    take(home, str(mapping), write_list(tmp_path / "1.csv", [ROW.format(n=1, capital=5)]))
    told = list_findings(home=home, who=owner(), as_of=date(2024, 9, 30))
    assert [(item.finding.code, item.source) for item in told if item.finding.code == "source-late"] == [
        ("source-late", "made_list")
    ]


def test_a_folder_and_what_is_not_there(home: Home, tmp_path: Path) -> None:
    source_of(home, str(write_mapping(tmp_path)))
    folder = tmp_path / "box"
    folder.mkdir()
    write_list(folder / "1.csv", [ROW.format(n=1, capital=5)])
    receipts, refusals = import_folder(
        home=home, who=owner(), source="made_list", path=str(folder), known=None, today=files.TODAY
    )
    assert (len(receipts), refusals) == (1, [])
    with pytest.raises(NothingFound):
        import_folder(home=home, who=owner(), source="made_list", path="nowhere", known=None, today=files.TODAY)


def test_a_suggestion_is_a_mapping_that_reads_the_file_it_was_made_for(home: Home, tmp_path: Path) -> None:
    listed = tmp_path / "名录.csv"
    lines = ["社会信用代码,单位名称,注册资本(万元),登记日期,成立时间,参保人数,备注"]
    lines += [
        f"{files.code(n)},合成{n}号科技有限公司,{100 + n},2024-01-0{n % 9 + 1},2015-03-1{n % 9},{n},x"
        for n in range(40)
    ]
    listed.write_text("\n".join(lines) + "\n", encoding="gb18030")
    found = suggest_mapping(home=home, who=owner(), path=listed, language="zh")
    targets = {column.header: column.target for column in found.sheets[0].columns}
    assert targets["社会信用代码"] == "uscc"
    assert targets["单位名称"] == "name"
    assert targets["注册资本(万元)"] == "registered_capital"
    assert targets["参保人数"] == "insured_headcount"
    assert targets["备注"] == ""
    assert all(0 <= column.confidence <= 1 for column in found.sheets[0].columns)
    receipt = take(home, str(write_mapping(tmp_path, found.text, "suggested")), listed)
    assert receipt.account["told"] == 40
    capital = panel_at(store_of(home), files.TODAY).latest("registered_capital")
    assert sorted(capital.values.tolist()) == [(100 + n) * 1_000_000 for n in range(40)]


def test_a_suggestion_tells_days_in_milliseconds_and_where_no_header_is(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "编号,成立日期\n" + "".join(f"A{n},{1422547200000 + n * 86400000}.0\n" for n in range(30)), encoding="utf-8"
    )
    found = suggest_mapping(home=None, who=owner(), path=path, language="en")
    assert "variable: founded_on, form: epoch_ms" in found.text
    path.write_text("1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(NothingFound) as error:
        suggest_mapping(home=None, who=owner(), path=path, language="en")
    assert error.value.code == "header-absent"
