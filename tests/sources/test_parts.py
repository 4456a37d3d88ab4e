"""A delivery read in parts gives what the whole gives: same cells, same events, same findings, each once."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huoju.core.finding import Finding
from huoju.core.ports import Account, Reading
from huoju.sources import (
    Delivery,
    coded,
    find_sources,
    open_delivery,
    open_parts,
    read,
    read_by,
    read_mapping,
    read_parts,
    read_parts_by,
)
from huoju.sources.coded import is_coded
from huoju.sources.delivery import RawTable
from huoju.sources.files import csv_parts
from huoju.sources.files.csv_parts import CsvParts
from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal
from huoju.sources.memory import Memory, SeenRows, row_hashes
from huoju.sources.tally import Sizes

KNOWN = date(2024, 7, 31)
CELL = st.text(st.sampled_from('ab 0,"\n\r\t;甲１'), max_size=6)
LINE = st.one_of(
    st.lists(CELL, min_size=1, max_size=4).map(",".join),
    st.lists(st.sampled_from(["1", "x", "", " ", "甲", '"a"', '"a,b"', '"a""b"']), min_size=3, max_size=3).map(
        ",".join
    ),
)


def by_the_standard_reader(text: str) -> list[tuple[int, list[str | None]]] | None:
    """Read as the csv module does, with the line each row begins on; None where quotes are unbalanced."""
    delimiter = max(",;\t", key=text[: 64 << 10].count)
    reader, found, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((line, [cell or None for cell in row]))
            line = reader.line_num + 1
    except csv.Error:
        return None
    return found


def by_parts(path: Path) -> list[tuple[int, list[str | None]]] | None:
    found = []
    try:
        for table in CsvParts(path, Limits()):
            for row in table.to_pylist():
                cells = list(row.values())
                found.append((cells[0], cells[1:]))
    except Refusal as refusal:
        if refusal.code != "quotes-unbalanced":
            raise
        return None
    return found


def trimmed(rows: list[tuple[int, list[str | None]]] | None) -> list[tuple[int, list[str | None]]] | None:
    """Leave out cells without anything at the ends of rows: how wide a table is depends on its parts."""
    if rows is None:
        return None
    return [(line, cells[: max((n for n, c in enumerate(cells, 1) if c), default=0)]) for line, cells in rows]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lines=st.lists(LINE, min_size=1, max_size=30), end=st.sampled_from(["\n", "\r\n"]), block=st.integers(8, 200))
def test_every_text_gives_the_cells_of_the_standard_reader(
    tmp_path: Path, lines: list[str], end: str, block: int
) -> None:
    text = end.join(lines) + end
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(csv_parts, "BLOCK", block)
        patched.setattr(csv_parts, "_HEAD", 2)
        patched.setattr(csv_parts, "_LEAST", 16)
        assert trimmed(by_parts(path)) == trimmed(by_the_standard_reader(text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_blocks_may_end_anywhere(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "标题\n名称,金额\n" + "".join(f"测试{n}有限公司,{n}.25\n" for n in range(3_000))
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    for block in (37, 1_000, 1 << 20):
        monkeypatch.setattr(csv_parts, "BLOCK", block)
        assert CsvParts(path, Limits()).encoding == encoding
        assert trimmed(by_parts(path)) == trimmed(by_the_standard_reader(text))


def test_a_late_wrong_byte_refuses_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_parts, "BLOCK", 64)
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + "甲,1\n".encode("gb18030") * 50 + b"\xff\xff,1\n")
    with pytest.raises(Refusal, match="encoding-unknown"):
        by_parts(path)
    path.write_bytes(codecs.BOM_UTF8 + "甲,1\n".encode() * 50 + "乙,2\n".encode("gb18030"))
    with pytest.raises(Refusal, match="encoding-mixed"):
        by_parts(path)


def cut(delivery: Delivery, first: int, size: int) -> Iterator[Delivery]:
    """Yield a delivery of one table in parts: ``first`` rows, then ``size`` at a time."""
    cells, memory = delivery.tables[0].cells, Memory()
    bounds = [0, *range(first, len(cells), size), len(cells)]  # the first part holds titles and header
    for start, end in pairwise(bounds):
        yield replace(delivery, tables=(RawTable("", cells.slice(start, end - start)),), memory=memory)


def joined(parts: list[Reading]) -> Reading:
    kinds = {kind for part in parts for kind in part.events}
    return Reading(
        rows=sum(part.rows for part in parts),
        facts=pa.concat_tables([part.facts for part in parts]),
        events={kind: pa.concat_tables([p.events[kind] for p in parts if kind in p.events]) for kind in kinds},
        findings=parts[-1].findings,
        aside=pa.concat_tables([part.aside for part in parts]),
        account=sum((part.account for part in parts), Account()),
        profiles=parts[-1].profiles,
    )


def in_any_order(table: pa.Table) -> list[str]:
    return sorted(map(repr, table.to_pylist()))


def assert_same(parts: Reading, whole: Reading) -> None:
    assert parts.rows == whole.rows
    assert in_any_order(parts.facts) == in_any_order(whole.facts)
    assert {kind: table.to_pylist() for kind, table in parts.events.items()} == {
        kind: table.to_pylist() for kind, table in whole.events.items()
    }
    assert parts.findings == whole.findings
    assert parts.aside.equals(whole.aside)
    assert parts.account == whole.account
    assert parts.profiles == whole.profiles


@pytest.mark.parametrize("size", [1, 2, 7, 5_000])
def test_parts_of_any_size_give_what_the_whole_gives(tmp_path: Path, size: int) -> None:
    path = tmp_path / "销项.csv"
    path.write_text(made_up_invoices(), encoding="utf-8")
    whole = read("vat_invoice", open_delivery(path), KNOWN)
    codes = {finding.code for finding in whole.findings}
    assert {"duplicate-rows", "not-a-date", "code-not-valid", "stray-blank", "total-row-left-out"} <= codes
    parts = list(read_parts("vat_invoice", cut(open_delivery(path), 2, size), KNOWN))
    assert_same(joined(parts), whole)


def made_up_invoices() -> str:
    rng = np.random.default_rng(4)
    lines = [
        "销项发票明细表",
        "发票代码,发票号码,销方识别号,销方名称,购方识别号,购方名称,开票日期,金额,价税合计,发票状态",
    ]
    for number in range(60):
        code = "91350100M000100Y43" if rng.random() < 0.7 else "91350100M000100Y44"
        day = "2024-02-30" if rng.random() < 0.1 else "2024-02-03"
        name = " 测试甲有限公司" if rng.random() < 0.1 else "测试甲有限公司"
        lines.append(f"0320,{number:08d},{code},{name},,测试乙,{day},1.00,1.13,正常")
        if rng.random() < 0.2:
            lines.append(lines[int(rng.integers(2, len(lines)))])
    return "\n".join([*lines, "合计,,,,,,,60,67.8,"]) + "\n"


def test_coded_columns_give_what_plain_ones_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child codes columns in which few texts repeat; a whole delivery comes plain."""
    monkeypatch.setattr(csv_parts, "_HEAD", 2)
    monkeypatch.setattr(coded, "_LEAST", 1)
    path = tmp_path / "销项.csv"
    path.write_text(untidy_invoices(), encoding="utf-8")
    tables = list(CsvParts(path, Limits()))
    assert any(is_coded(column.chunk(0)) for table in tables for column in table.columns)
    memory = Memory()
    parts = [Delivery("", path.name, "csv", "utf-8", (RawTable("", table),), memory) for table in tables]
    whole = read("vat_invoice", open_delivery(path), KNOWN)
    codes = {finding.code for finding in whole.findings}
    assert {"hidden-characters", "stray-blank", "not-a-number", "value-missing", "row-says-nothing"} <= codes
    assert_same(joined(list(read_parts("vat_invoice", parts, KNOWN))), whole)


def untidy_invoices() -> str:
    """Return invoices whose cells repeat and are full-width, blank, hidden, marked, without a value, or wrong."""
    rng = np.random.default_rng(5)
    choices = (
        ("0320", "０３２０", ""),
        ("91350100M000100Y43", "91350100m000100y43", "９１３５０１００M000100Y43", "91350100M000100Y44", "无", "—", ""),
        ("测试甲有限公司", " 测试甲有限公司", "测试（甲）有限公司", "测\u202e试", "暂无", ""),
        ("91350100M000100Y43", "", "/"),
        ("测试乙", "", "　"),
        ("2024-02-03", "2024年2月3日", "２０２４-02-04", "2024-02-30", "不详", ""),
        ("1.00", "-1.00", "１．５", "1e2", '"1,000.00"', "-", "无", "x", ""),
        ("1.13", "-2", "+3.5", "1e1", "50%", "x"),
        ("正常", "已作废", "作废 ", "正常（红字）"),
    )
    columns = [np.where(rng.random(2_500) < 0.9, found[0], rng.choice(found, 2_500)).tolist() for found in choices]
    columns.insert(1, [f"{number % 2_400:08d}" for number in range(2_500)])
    header = "发票代码,发票号码,销方识别号,销方名称,购方识别号,购方名称,开票日期,金额,价税合计,发票状态"
    lines = ["销项发票明细表", header, *map(",".join, zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


MAPPING = """
label: {zh: 处罚, en: Penalties}
publisher: {zh: 试, en: Test}
provider: government
legal_basis: null
consent: none
purpose: {zh: 试, en: Test}
update_rhythm_days: 31
rows_at_least: 1
set_aside_at_most: 90%
drift: {rows: 50%, filled: 20%, typical: 10}
layouts:
  list:
    columns:
      企业名称: {name: name, kind: name, required: true}
      统一社会信用代码: {name: uscc, kind: code}
      注册资本: {name: capital, kind: money, unit: 万元, variable: registered_capital}
      成立日期: {name: founded, kind: day, variable: founded_on}
      决定日期: {name: decided, kind: day}
      状态: {name: state, kind: choice, choices: {已: "1", 未: "0"}}
    rules:
      - {order: [founded, decided]}
    events:
      registration_change: {at: decided}
"""


def made_up_list() -> str:
    rng = np.random.default_rng(5)
    lines = ["企业名称,统一社会信用代码,注册资本,成立日期,决定日期,状态"]
    for number in range(70):
        capital = "" if rng.random() < 0.2 else f"{rng.integers(1, 10**6)}.{rng.integers(10, 99)}"
        decided = ["2024-02-03", "1999-01-01", "", "x"][int(rng.integers(4))]
        state = ["已", "未", "", "已经"][int(rng.integers(4))]
        lines.append(f"测试{number % 9}有限公司,,{capital},2001-05-06,{decided},{state}" + "," * (number == 33))
        if rng.random() < 0.2:
            lines.append(lines[int(rng.integers(1, len(lines)))])
    return "\n".join([*lines, "合计"]) + "\n"


@pytest.mark.parametrize("size", [1, 6, 5_000])
def test_parts_by_a_mapping_give_what_the_whole_gives(tmp_path: Path, size: int) -> None:
    (tmp_path / "made_up").mkdir()
    declared = tmp_path / "made_up" / "mapping.yaml"
    declared.write_text(MAPPING, encoding="utf-8")
    path = tmp_path / "list.csv"
    path.write_text(made_up_list(), encoding="utf-8")
    mapping = read_mapping(declared)
    assert mapping.by_part
    whole = read_by(mapping, open_delivery(path), KNOWN)
    codes = {finding.code for finding in whole.findings}
    assert {"duplicate-rows", "not-a-date", "days-not-in-order", "choice-not-known", "total-row-left-out"} <= codes
    account = whole.account
    assert account.told + account.silent + account.aside + account.repeated == whole.rows
    assert_same(joined(list(read_parts_by(mapping, cut(open_delivery(path), 1, size), KNOWN))), whole)


@pytest.mark.parametrize(
    ("change", "by"),
    [
        (("- {order: [founded, decided]}", "- {unique: [name]}"), "unique"),
        (("kind: code}", "kind: code, filled_at_least: 50%}"), "filled"),
        (('{已: "1", 未: "0"}', '{已: "1", "1": "1"}'), "choices"),
    ],
)
def test_rules_across_rows_see_the_whole(tmp_path: Path, change: tuple[str, str], by: str) -> None:
    declared = tmp_path / f"by_{by}" / "mapping.yaml"
    declared.parent.mkdir()
    declared.write_text(MAPPING.replace(*change), encoding="utf-8")
    path = tmp_path / "list.csv"
    path.write_text(made_up_list(), encoding="utf-8")
    mapping = read_mapping(declared)
    assert not mapping.by_part
    (found,) = read_parts_by(mapping, cut(open_delivery(path), 1, 7), KNOWN)
    assert_same(found, read_by(mapping, open_delivery(path), KNOWN))


def test_a_source_whose_rows_need_each_other_is_read_whole() -> None:
    assert not find_sources()["electricity"].by_part
    sample = find_sources()["electricity"].folder / "samples" / "monthly.csv"
    (found,) = read_parts("electricity", open_parts(sample), KNOWN)
    assert_same(found, read("electricity", open_delivery(sample), KNOWN))


CELLS = st.lists(st.tuples(*[st.one_of(st.none(), st.text(st.sampled_from("ab甲\0"), max_size=12))] * 2), max_size=40)


@given(CELLS, st.integers(1, 40))
def test_rows_are_known_again_by_all_their_cells(rows: list[tuple[str | None, str | None]], size: int) -> None:
    expected = [row in rows[:place] for place, row in enumerate(rows)]
    seen, found = SeenRows(), []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        columns = [pa.array([row[place] for row in part], pa.string()) for place in (0, 1)]
        found += seen.repeats(*row_hashes(columns)).tolist()
    assert found == expected


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-99_999, 99_999), max_size=9), max_size=5))
def test_a_tally_of_sizes_tells_the_middle_of_all_parts(parts: list[list[int]]) -> None:
    sizes, everything = Sizes(), sorted(number for part in parts for number in part if number)
    for part in parts:
        sizes.add(np.array([number for number in part if number], dtype=np.int64))
    if not everything:
        assert sizes.middle() is None
        return
    middle = str(abs(max(everything[(len(everything) - 1) // 2], -(2**63) + 1)))
    expected = int(middle[:4] + "0" * (len(middle) - 4))
    assert sizes.middle() in (expected, -expected)
    assert (sizes.middle() or 0) * everything[(len(everything) - 1) // 2] > 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30), st.integers(1, 9))
def test_rows_that_share_half_a_hash_are_told_apart(pairs: list[tuple[int, int]], size: int) -> None:
    seen, found = SeenRows(), []
    for start in range(0, len(pairs) + 1, size):
        part = np.array(pairs[start : start + size], dtype=np.uint64).reshape(-1, 2)
        found += seen.repeats(part[:, 0], part[:, 1]).tolist()
    assert found == [pair in pairs[:place] for place, pair in enumerate(pairs)]


def test_a_finding_of_parts_names_every_row() -> None:
    from huoju.sources.complaints import merged

    def said(every: str, count: int) -> Finding:
        first = every.split("-", maxsplit=1)[0].split(",", maxsplit=1)[0]
        return Finding("not-a-date", f"a.csv:{first}", {"column": "x", "count": count, "rows": first, "every": every})

    (one,) = merged([said("2-4, 9", 4), said("10-12", 3)], {})
    assert one.where == "a.csv:2"
    assert one.data["every"] == "2-4, 9-12"
    assert one.data["count"] == 7
    assert one.data["rows"] == "2, 3, 4, 9, 10, …"
