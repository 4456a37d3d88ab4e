"""The whole job on the 425 real enterprises: every fen, every repeated row and every stray blank accounted for."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.docs.test_reference import COLUMNS

from huoju.services.home import opened, owner
from huoju.services.list_findings import list_findings
from huoju.services.run_demo import Demo, run_demo

pytestmark = [pytest.mark.slow, pytest.mark.real, pytest.mark.xdist_group("real")]  # 1,099,441 rows
Said = tuple[str, str, int]
LAST = date(2020, 2, 21)
FILES = ("inv_123_input", "inv_123_output", "inv_302_input", "inv_302_output")


@pytest.fixture(scope="module")
def ran(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, list[Said]]:
    folder = real_data / "cumcm2020c"
    if not folder.is_dir():
        pytest.skip("the real invoices are not there (cumcm2020c)")
    with opened(tmp_path_factory.mktemp("real") / "home", create=True) as home:
        demo = run_demo(home=home, who=owner(), today=date(2026, 1, 1), on=folder)
        told = [
            (item.finding.code, item.file, rows_named(item.finding.data))
            for item in list_findings(home=home, who=owner())
        ]
    return demo, told


def independent_sums(folder: Path, side: str) -> dict[str, Decimal]:
    """Add up 价税合计 by plain SQL: voided out, red-letter netted, rows equal in every column once."""
    rows = duckdb.sql(
        f"""select 企业代号, sum(价税合计::decimal(18, 2)) from (
            select distinct * from read_parquet(['{folder}/inv_123_{side}.parquet', '{folder}/inv_302_{side}.parquet']))
        where 发票状态 not like '%作废%' and 开票日期 >= date '2018-02-22' and 开票日期 < date '2020-02-22' group by 1"""
    ).fetchall()
    return dict(rows)


def test_every_enterprise_has_a_row_with_every_column(ran: tuple[Demo, object]) -> None:
    table = ran[0].zone.enterprises
    assert tuple(table.column_names) == COLUMNS
    assert table.num_rows == 425
    assert set(table["as_of"].to_pylist()) == {LAST}
    assert Counter(str(name)[0] for name in table["enterprise"].to_pylist()) == {"E": 425}


@pytest.mark.parametrize(("column", "side"), [("sales_24m_yuan", "output"), ("purchases_24m_yuan", "input")])
def test_sums_are_right_to_the_fen(ran: tuple[Demo, object], real_data: Path, column: str, side: str) -> None:
    table = ran[0].zone.enterprises
    expected = independent_sums(real_data / "cumcm2020c", side)
    found = dict(zip(table["enterprise"].to_pylist(), table[column].to_pylist(), strict=True))
    assert len(found) == 425
    assert {name: value for name, value in found.items() if value is not None} == expected
    assert sum(value is None for value in found.values()) == 425 - len(expected)


def rows_named(data: Mapping[str, object]) -> int:
    """Return how many rows a finding names, one by one or as spans."""
    named = [span.split("-") for span in str(data.get("every", "")).split(", ") if span]
    return sum(int(span[-1]) - int(span[0]) + 1 for span in named)


def test_repeated_rows_and_stray_blanks_are_named(ran: tuple[Demo, list[Said]]) -> None:
    told = ran[1]
    repeated = {file: count for code, file, count in told if code == "duplicate-rows"}
    assert repeated == {
        "inv_123_input.parquet": 803,
        "inv_123_output.parquet": 4_436,
        "inv_302_output.parquet": 1_745,
        "inv_302_input.parquet": 4_681,
    }
    assert sum(repeated.values()) == 11_665
    blanks = {file: count for code, file, count in told if code == "stray-blank" and file.startswith("inv_")}
    assert (len(blanks), sum(blanks.values())) == (2, 95)
