"""One list as CSV, JSON and Parquet: the same facts, findings and corrections, whatever kind of file it comes in."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.services import files
from tests.services.test_forms import sheets, typed
from tests.services.test_mappings import take, write_mapping
from tests.sources.test_mapped import HEAD

from huoju.core.errors import DocumentError, RefusedDelivery
from huoju.services.deliveries import list_deliveries, undo_delivery
from huoju.services.home import Home, owner, store_of
from huoju.services.suggest_mapping import suggest_mapping
from huoju.services.write_corrections import write_corrections
from huoju.sources import read_mapping

LIST = """
  list:
    columns:
      代码: {name: uscc, kind: code}
      企业名称: {name: name, kind: name, required: true}
      注册资本: {variable: registered_capital, unit: 元}
      成立日期: {variable: founded_on}
      从业人数: {variable: reported_staff}
      异常: {variable: abnormal_list, choices: {"1": "1", "0": "0"}}
"""
Row = Mapping[str, object]
ROWS: list[Row] = [
    {
        "代码": files.code(n) if n % 3 else None,
        "企业名称": f"合成{n}号有限公司",
        "注册资本": Decimal(n) * 10**5 + Decimal("0.25"),
        "成立日期": date(2015, 1, 1 + n),
        "从业人数": None if n == 5 else n,
        "异常": None if n == 6 else n % 4 == 0,
    }
    for n in range(12)
]
BAD: Row = {**ROWS[1], "代码": None, "企业名称": "合成错误有限公司", "从业人数": -3}


def write_csv(folder: Path, rows: list[Row]) -> Path:
    path = folder / "list.csv"
    lines = [",".join(ROWS[0])]
    lines += [",".join("" if v is None else str(int(v) if v in (True, False) else v) for v in r.values()) for r in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def plain(row: Row) -> dict[str, object]:
    """Return a row as JSON has it: text, numbers (one with a power of ten), true and false, null."""
    numbers = {"注册资本": float(Decimal(str(row["注册资本"])))}
    return {**row, **numbers, "成立日期": str(row["成立日期"])}


def write_lines(folder: Path, rows: list[Row]) -> Path:
    path = folder / "list.jsonl"
    path.write_text("".join(json.dumps(plain(row), ensure_ascii=False) + "\r\n" for row in rows), encoding="utf-8")
    return path


def write_array(folder: Path, rows: list[Row]) -> Path:
    path = folder / "list.json"
    path.write_text(json.dumps([plain(row) for row in rows], ensure_ascii=False, indent=2), encoding="gb18030")
    return path


def write_decimals(folder: Path, rows: list[Row]) -> Path:
    path = folder / "decimals.parquet"
    columns = {name: [row[name] for row in rows] for name in ROWS[0]}
    table = pa.table({**columns, "企业名称": pa.array(columns["企业名称"]).dictionary_encode()})
    pq.write_table(table, path)
    return path


def write_floats(folder: Path, rows: list[Row]) -> Path:
    """As a data frame writes it: whole numbers with gaps as floats, days as moments of midnight in Shanghai, in UTC."""
    path = folder / "floats.parquet"
    columns = {name: [row[name] for row in rows] for name in ROWS[0]}
    days = [(day - date(1970, 1, 1)).days for day in columns["成立日期"]]  # type: ignore[operator]
    moments = pa.array([(day * 24 - 8) * 3_600_000 for day in days]).cast(pa.timestamp("ms", "UTC"))
    table = pa.table(
        {
            **columns,
            "注册资本": pa.array([float(str(v)) for v in columns["注册资本"]]),
            "从业人数": pa.array([None if v is None else float(str(v)) for v in columns["从业人数"]]),
            "成立日期": moments,
        }
    )
    pq.write_table(table, path)
    return path


KINDS = {
    "csv": write_csv,
    "lines": write_lines,
    "array": write_array,
    "decimals": write_decimals,
    "floats": write_floats,
}


def told(home: Home) -> list[tuple[object, ...]]:
    """Return what a home claims but for codes as written, and but for the words and the row that say so."""
    rows = (row for row in store_of(home).facts().to_pylist() if row["variable"] != "uscc_as_delivered")
    return sorted((row["entity"], row["variable"], row["number"], str(row["text"])) for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_tells_the_same(home: Home, tmp_path: Path, kind: str) -> None:
    path = KINDS[kind](tmp_path, ROWS)
    receipt = take(home, str(write_mapping(tmp_path, HEAD + LIST)), path)
    assert (receipt.rows, receipt.account["told"], receipt.aside) == (12, 12, 0)
    assert [finding.code for finding in receipt.findings] == (["encoding-detected"] if kind == "array" else [])
    entities = {text: entity for entity, variable, _, text in told(home) if variable == "name_as_delivered"}
    expected = []
    for row in ROWS:
        entity = entities[str(row["企业名称"])]
        assert entity == f"uscc:{row['代码']}" if row["代码"] else str(entity).startswith("made_list:")
        day = (row["成立日期"] - date(1970, 1, 1)).days  # type: ignore[operator]
        values = {"registered_capital": Decimal(str(row["注册资本"])) * 100, "founded_on": day}
        values |= {"reported_staff": row["从业人数"], "abnormal_list": row["异常"]}
        expected.append((entity, "name_as_delivered", None, row["企业名称"]))
        expected += [(entity, name, int(value), "None") for name, value in values.items() if value is not None]
    assert told(home) == sorted(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_row_of_every_kind_goes_out_and_comes_back(home: Home, tmp_path: Path, kind: str) -> None:
    path = KINDS[kind](tmp_path, [*ROWS, BAD])
    mapping = str(write_mapping(tmp_path, HEAD + LIST))
    receipt = take(home, mapping, path)
    assert (receipt.rows, receipt.account["told"], receipt.aside) == (13, 12, 1)
    out = tmp_path / "fix.xlsx"
    assert write_corrections(home=home, who=owner(), path=out, language="zh").rows == 1
    tables = sheets(out)
    table = tables[path.name]
    place = table[0].index("从业人数")
    assert table[1][place] in ("-3", "-3.0")
    assert [cell in table[1] for cell in ("合成错误有限公司", "从业人数")] == [True, True]
    table[1][place] = "3"
    assert take(home, "made_list", typed(tmp_path / "fixed.xlsx", tables)).account["told"] == 1
    staff = store_of(home).facts(variables=["reported_staff"])["number"].to_pylist()
    assert len(staff) == 12
    undo_delivery(home=home, who=owner(), delivery=path.name, today=files.TODAY)
    assert len(store_of(home).facts(variables=["reported_staff"])) == 1
    assert [item.state for item in list_deliveries(home=home, who=owner())] == ["undone", "accepted"]


@pytest.mark.parametrize("kind", ["lines", "array", "decimals", "floats"])
def test_the_mapping_of_every_kind_is_proposed_alike(tmp_path: Path, kind: str) -> None:
    """But for days that a file itself knows to be days, all columns look as they do in CSV."""
    found = [
        {
            column.header: (column.target, column.confidence)
            for column in suggest_mapping(home=None, who=owner(), path=KINDS[name](tmp_path, ROWS), language="en")
            .sheets[0]
            .columns
        }
        for name in ("csv", kind)
    ]
    assert found[0] == found[1]
    assert found[0]["代码"][0] == "uscc"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('{"代码": "a"}\n{"代码": \n', "json-broken", 2),
        ('{"代码": "a"}\n\n{"代码": {"内": 1}}\n', "json-nested", 3),
        ('{"代码": "a"}\n[1]\n', "json-not-objects", 2),
        ('[{"代码": "a"},\n{"代码": "b",\n}]\n', "json-broken", 3),
    ],
)
def test_what_is_wrong_with_json_names_its_line(home: Home, tmp_path: Path, text: str, code: str, line: int) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedDelivery) as refusal:
        take(home, str(write_mapping(tmp_path, HEAD + LIST)), path)
    (finding,) = refusal.value.findings
    assert (finding.code, finding.data["line"]) == (code, line)


@pytest.mark.parametrize("choices", ["", ", choices: {是: yes, 否: no}"])
def test_a_flag_says_which_words_mean_yes(tmp_path: Path, choices: str) -> None:
    """Without, it would set every row aside, or take every yes for a no."""
    column = f"  list:\n    columns:\n      异常: {{variable: abnormal_list{choices}}}\n"
    with pytest.raises(DocumentError, match="mean" if choices else "needs choices"):
        read_mapping(write_mapping(tmp_path, HEAD + column))


def test_numbers_with_powers_and_marks_inside_a_line_are_read(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    lines = [
        '{"企业名称": "合成\u2028甲有限公司", "注册资本": 1.5E3}',
        '{"企业名称": "合成乙有限公司", "注册资本": 1e999999}',
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    layouts = "  list:\n    columns:\n      企业名称: {name: name, kind: name, required: true}\n"
    layouts += "      注册资本: {variable: registered_capital, unit: 元}\n"
    receipt = take(home, str(write_mapping(tmp_path, HEAD + layouts)), path)
    assert store_of(home).facts(variables=["registered_capital"])["number"].to_pylist() == [150_000]
    assert {"not-a-number"} <= {finding.code for finding in receipt.findings}
