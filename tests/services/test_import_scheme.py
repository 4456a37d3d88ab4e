"""Importing an official table: from a file of any kind to a local overlay that scores, whole or not at all."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from huoju.core.errors import HuojuError, NothingFound, RefusedDelivery
from huoju.ratings.scheme import Version
from huoju.services.compare_schemes import local_changes
from huoju.services.home import Home, owner
from huoju.services.import_scheme import Proposal, accept_import, propose_import
from huoju.services.rate_enterprise import rate_stated
from huoju.services.schemes import scheme_of

SCHEME, TODAY = "innovation_points", date(2026, 3, 1)
FULL = [
    "1000万元",
    "30%",
    "10%",
    "40%",
    "20件",
    "5件",
    "500万元",
    "2000万元",
    "1亿元",
    "30%",
    "20%",
    "100万元",
    "15%",
    "20人",
    "2个",
    "3项",
    "1000万元",
    "5项",
]
WEIGHTS = (10, 6, 8, 8, 6, 4, 4, 6, 6, 8, 4, 3, 4, 5, 4, 4, 6, 4)
BOUNDS = (
    ("初创期最长成立年数", "5"),
    ("初创期最高营业收入（万元）", "5000"),
    ("成长期最长成立年数", "10"),
    ("成长期最高营业收入", "4亿元"),
)
HEAD = ("序号", "指标", "初创期", "成长期", "稳定期", "参考值")
Rows = Sequence[Sequence[str]]


def version() -> Version:
    return scheme_of(SCHEME).scheme.version("2024")


def annex() -> list[list[str]]:
    """Return a made-up annex: no number in it is official."""
    rows = [list(HEAD)]
    for number, (item, weight, full) in enumerate(zip(version().items, WEIGHTS, FULL, strict=True), start=1):
        rows.append([str(number), item.label["zh"], *[str(weight)] * 3, full])
    rows.append(["", "合计", "100", "100", "100", ""])
    return [*rows, *(["", label, "", "", "", value] for label, value in BOUNDS)]


def as_csv(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(",".join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def as_markdown(path: Path, rows: Rows) -> Path:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    path.write_text(
        "\n".join(["# 附件", "", lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n", encoding="utf-8"
    )
    return path


def as_xlsx(path: Path, rows: Rows, title: str = "附件1 企业创新积分指标及权重") -> Path:
    """Write a workbook as offices do: a title over all columns, numbers as numbers, a second sheet of remarks."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("权重")
        sheet.merge_range(0, 0, 0, len(rows[0]) - 1, title)
        for at, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if cell.replace(".", "", 1).isdigit():
                    sheet.write_number(at, place, float(cell))
                else:
                    sheet.write_string(at, place, cell)
        book.add_worksheet("说明").write_string(0, 0, "本表为虚构的样例。")
    return path


def proposed(home: Home, path: Path, **more: str) -> Proposal:
    return propose_import(home=home, who=owner(), scheme=SCHEME, path=path, today=TODAY, version="2024", **more)


def refusal(home: Home, path: Path) -> list[str]:
    with pytest.raises(RefusedDelivery) as caught:
        proposed(home, path)
    assert not (home.path / "ratings").exists()
    return [finding.code for finding in caught.value.findings]


def score(home: Home) -> object:
    stated: dict[str, object] = {
        "facts": {
            "founded_on": "2015-01-01",
            "operating_revenue": {"2023": 50_000_000, "2022": 50_000_000},
            "rd_expense": {"2023": 5_000_000, "2022": 5_000_000},
            "staff": 100,
            "rd_staff": 20,
            "postgraduate_staff": 0,
            "total_assets": 10_000_000,
            "total_liabilities": 0,
            "net_profit": 0,
        }
        | dict.fromkeys(NONE, 0)
    }
    return rate_stated(who=owner(), scheme=SCHEME, stated=stated, as_of=date(2024, 9, 1), home=home).rating.score


NONE = (
    "main_business_invention_applications",
    "main_business_pct_applications",
    "technology_contract_turnover",
    "high_tech_revenue",
    "rd_deduction_tax_relief",
    "graduates_hired",
    "innovation_platforms_two_years",
    "science_awards_two_years",
    "venture_capital_received",
    "science_projects",
)
# rd 5/10 of 10; growth 0; intensity 10 % of 8; staff 20/40 of 8; revenue 50/100 of 6
REACHED = 5 + 8 + 4 + 3


@pytest.mark.parametrize("kind", ["xlsx", "utf-8", "utf-8-sig", "gb18030", "md"])
def test_after_an_import_the_scheme_scores(home: Home, tmp_path: Path, kind: str) -> None:
    rows = annex()
    path = (
        as_xlsx(tmp_path / "annex.xlsx", rows)
        if kind == "xlsx"
        else as_markdown(tmp_path / "annex.md", rows)
        if kind == "md"
        else as_csv(tmp_path / "annex.csv", rows, kind)
    )
    assert score(home) is None
    proposal = proposed(home, path, source="附件", certainty="restated")
    assert len(proposal.recognised.changes) == 18 * 4 + 4
    assert all(change.before is None for change in proposal.recognised.changes)
    assert set(proposal.recognised.sums.values()) == {100}
    assert proposal.left == ()
    assert score(home) is None, "a proposal writes nothing"
    written = accept_import(home=home, who=owner(), proposal=proposal)
    assert written == home.path / "ratings" / SCHEME / "scheme.yaml"
    assert score(home) == REACHED
    assert [one.name for one in written.parent.iterdir()] == ["scheme.yaml"]


def test_the_overlay_says_who_when_from_what_and_how_sure(home: Home, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "annex.csv", annex(), "gb18030")
    proposal = proposed(home, path, source="国科办资〔2024〕84号 附件", certainty="official")
    accept_import(home=home, who=owner(), proposal=proposal)
    own = scheme_of(SCHEME, home).scheme.version("2024")
    (imported,) = own.imported
    assert (imported.by, imported.at, imported.file, imported.certainty) == ("owner", TODAY, "annex.csv", "official")
    assert len(imported.sha256) == 64
    basis = {item.id: item.basis for item in own.items}["rd_growth"]
    assert (basis.source, basis.certainty) == ("国科办资〔2024〕84号 附件（annex.csv:3）", "official")
    assert basis.clause == "技术创新类", "what the import does not state stays"
    assert own.parameters["rd_growth_full"].basis.clause == "参考值"
    places = {
        change.place: (change.before, change.after) for change in local_changes(who=owner(), scheme=SCHEME, home=home)
    }
    assert places["versions.2024.items.rd_amount.weight.startup"] == ("null", "10")
    assert places["versions.2024.parameters.startup_years.value"] == ("null", "5")


def test_another_import_merges_over_the_first(home: Home, tmp_path: Path) -> None:
    accept_import(home=home, who=owner(), proposal=proposed(home, as_csv(tmp_path / "a.csv", annex())))
    again = proposed(home, as_csv(tmp_path / "a.csv", annex()))
    assert (len(again.recognised.changes), len(again.recognised.confirmed), again.written) == (0, 76, ())
    newer = as_csv(tmp_path / "b.csv", [["指标", "成长期", "参考值"], ["研发费用金额", "20", "500万元"]])
    proposal = proposed(home, newer)
    assert [(c.before, c.after) for c in proposal.recognised.changes] == [(10, 20), (10_000_000, 5_000_000)]
    accept_import(home=home, who=owner(), proposal=proposal)
    assert score(home) == REACHED - 5 + 20
    own = scheme_of(SCHEME, home).scheme.version("2024")
    assert [one.file for one in own.imported] == ["a.csv", "b.csv"]
    assert {item.id: item.weight for item in own.items}["rd_growth"] == {"startup": 6, "growth": 6, "stable": 6}


def test_the_same_numbers_with_a_better_source_become_surer(home: Home, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", annex())
    accept_import(home=home, who=owner(), proposal=proposed(home, path))
    proposal = proposed(home, path, source="附件", certainty="official")
    assert (len(proposal.recognised.changes), len(proposal.written)) == (0, 76)
    accept_import(home=home, who=owner(), proposal=proposal)
    own = scheme_of(SCHEME, home).scheme.version("2024")
    assert {item.basis.certainty for item in own.items} == {"official"}
    assert [one.certainty for one in own.imported] == ["official"]
    assert proposed(home, path, certainty="single").written == ()
    assert score(home) == REACHED


def test_a_table_of_a_part_names_what_is_still_missing(home: Home, tmp_path: Path) -> None:
    proposal = proposed(home, as_csv(tmp_path / "a.csv", annex()[:3]))
    assert len(proposal.recognised.missing) == 16
    assert len(proposal.left) == 16 + 16 + 4
    accept_import(home=home, who=owner(), proposal=proposal)
    assert score(home) is None


def test_every_table_of_markdown_and_every_sheet_counts(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "annex.md"
    as_markdown(path, annex()[:-4])
    second = ["", "| 参数 | 参考值 |", "|:---|---:|", *(f"| {label} | **{value}** |" for label, value in BOUNDS)]
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(second), encoding="utf-8")
    assert proposed(home, path).left == ()


def test_an_old_overlay_by_hand_keeps_its_remarks(home: Home, tmp_path: Path) -> None:
    target = home.path / "ratings" / SCHEME / "scheme.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(
        '# 本区\nextends: innovation_points\nversions:\n  - id: "2024"\n    expiry: 2026-12-31  # 延长\n',
        encoding="utf-8",
    )
    accept_import(home=home, who=owner(), proposal=proposed(home, as_csv(tmp_path / "a.csv", annex())))
    assert "# 本区" in target.read_text(encoding="utf-8")
    assert scheme_of(SCHEME, home).scheme.version("2024").expiry == date(2026, 12, 31)
    assert score(home) == REACHED


def test_what_changed_meanwhile_is_not_overwritten(home: Home, tmp_path: Path) -> None:
    first = proposed(home, as_csv(tmp_path / "a.csv", annex()))
    second = proposed(home, as_csv(tmp_path / "b.csv", annex()[:3]))
    accept_import(home=home, who=owner(), proposal=first)
    with pytest.raises(HuojuError) as caught:
        accept_import(home=home, who=owner(), proposal=second)
    assert caught.value.code == "import-overtaken"
    assert score(home) == REACHED


def test_files_that_are_no_table_are_refused_and_leave_nothing(home: Home, tmp_path: Path) -> None:
    pdf, empty, notes, garbled = (tmp_path / name for name in ("a.xlsx", "b.csv", "c.md", "d.csv"))
    pdf.write_bytes(b"%PDF-1.7 annex")
    empty.write_bytes(b"")
    notes.write_text("# 附件\n\n没有表。\n", encoding="utf-8")
    garbled.write_text("指标,权重\n锟斤拷锟斤拷,8\n", encoding="utf-8")
    assert refusal(home, pdf) == ["kind-not-taken"]
    assert refusal(home, empty) == ["file-empty"]
    assert refusal(home, notes) == ["import-without-table"]
    assert refusal(home, garbled) == ["text-garbled"]
    data = tmp_path / "e.json"
    data.write_text('[{"指标": "研发费用金额", "权重": "8"}]', encoding="utf-8")
    assert refusal(home, data) == ["import-kind-not-taken"]


def test_hostile_workbooks_are_stopped_by_the_same_guard_as_deliveries(home: Home, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(packed.getvalue())
    assert refusal(home, bomb) == ["archive-bomb"]
    macros = tmp_path / "macros.xlsx"
    with zipfile.ZipFile(macros, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"x")
    assert refusal(home, macros) == ["workbook-with-macros"]


def test_a_wrong_row_is_named_by_file_and_row(home: Home, tmp_path: Path) -> None:
    rows = annex()
    rows[4][1] = "科技人员占比"
    with pytest.raises(RefusedDelivery) as caught:
        proposed(home, as_xlsx(tmp_path / "annex.xlsx", rows))
    finding = caught.value.findings[0]
    assert (finding.code, finding.where) == ("import-row-unknown", "annex.xlsx[权重]:6")
    assert "科技人员占职工总数的比重" in str(finding.data["nearest"])


@pytest.mark.parametrize(
    ("more", "code"),
    [({"certainty": "sure"}, "import-certainty-unknown"), ({"certainty": "official"}, "import-source-needed")],
)
def test_certainty_is_one_of_five_and_official_needs_a_source(
    home: Home, tmp_path: Path, more: dict[str, str], code: str
) -> None:
    with pytest.raises(HuojuError) as caught:
        proposed(home, as_csv(tmp_path / "a.csv", annex()), **more)
    assert caught.value.code == code


def test_without_a_certainty_nothing_is_claimed(home: Home, tmp_path: Path) -> None:
    accept_import(home=home, who=owner(), proposal=proposed(home, as_csv(tmp_path / "a.csv", annex())))
    items = scheme_of(SCHEME, home).scheme.version("2024").items
    assert {item.basis.certainty for item in items} == {"unverified"}


def test_a_scheme_version_or_file_that_is_not_there_is_said(home: Home, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", annex())
    asked: list[tuple[str, str | None, Path, str]] = [
        ("innovation_point", "2024", path, "scheme-unknown"),
        (SCHEME, "2023", path, "scheme-version-unknown"),
        (SCHEME, None, path, "scheme-version-unknown"),
        (SCHEME, "2024", tmp_path / "none.csv", "file-absent"),
    ]
    for scheme, name, file, code in asked:
        with pytest.raises(NothingFound) as caught:
            propose_import(home=home, who=owner(), scheme=scheme, path=file, today=TODAY, version=name)
        assert caught.value.code == code


def test_every_word_of_an_import_is_there_in_both_languages() -> None:
    from huoju.services.words import words_in

    chinese, english = words_in("zh"), words_in("en")
    codes = [code for code in chinese.sentences if ".import-" in code or ".document-" in code]
    assert len(codes) > 60
    assert all(code in english for code in codes)
