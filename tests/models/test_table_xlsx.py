"""The points table as a workbook: LibreOffice, which calculates it anew, finds the points of the table."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import python_calamine
from tests.models.made_tables import made_table, made_values

from huoju.core.words import read_words
from huoju.models.default_risk.table_xlsx import CALCULATOR, HEAD, ROWS, to_xlsx

SOFFICE = shutil.which("soffice")
LOCALE = Path(__file__).parents[2] / "src" / "huoju" / "locale"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


WORDS = [read_words(LOCALE, language) for language in ("zh", "en")]


def say(code: str) -> str:
    return " ".join(words.say(f"workbook.{code}") for words in WORDS)


def emptied(book: bytes, path: Path) -> Path:
    """Write a workbook whose formulas hold no results: whatever is read from it was calculated by who reads it."""
    written = path.with_name("written.xlsx")
    written.write_bytes(book)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.infolist():
            text = source.read(item)
            if item.filename.startswith("xl/worksheets/"):
                text, count = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
                assert count or "sheet1" in item.filename
            target.writestr(item, text)
    return path


def recalculated(path: Path, folder: Path) -> list[list[str]]:
    """Return the lines of the calculator as LibreOffice calculates them."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with (folder / f"{path.stem}-{CALCULATOR}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))[HEAD:]


@pytest.mark.office
@pytest.mark.slow  # starts LibreOffice
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed")
def test_an_office_finds_the_points_of_the_table(tmp_path: Path) -> None:
    table = made_table(5, inputs=12, bins=12, pairs=4)
    values = made_values(table, ROWS - 5)
    lines = recalculated(emptied(to_xlsx(table, say, values=values), tmp_path / "card.xlsx"), tmp_path)
    inputs, parts = len(table.inputs), len(table.parts)
    assert len(values) == ROWS - 5
    for row, (line, addends) in enumerate(zip(lines, table.addends(values).tolist(), strict=False)):
        assert [int(cell) for cell in line[inputs + 1 : inputs + 1 + parts]] == addends, row
    told = [line[inputs + parts + 1 :] for line in lines[: len(values)]]
    assert [int(score) for score, _ in told] == table.score(values).tolist()
    assert [float(chance.removesuffix("%")) / 100 for _, chance in told] == pytest.approx(
        table.probability(values).tolist(), abs=1e-9
    )
    assert all(cell == "" for line in lines[len(values) : ROWS] for cell in line)


def test_what_is_stored_beside_the_formulas_is_right(tmp_path: Path) -> None:
    table = made_table(7, inputs=3, bins=4, pairs=1)
    values = made_values(table, 20)
    path = tmp_path / "card.xlsx"
    path.write_bytes(to_xlsx(table, say, values=values))
    rows = python_calamine.load_workbook(str(path)).get_sheet_by_name(CALCULATOR).to_python()[HEAD:]
    for row, addends in zip(rows, table.addends(values).tolist(), strict=False):
        assert row[4:8] == addends


def test_the_same_table_gives_the_same_bytes() -> None:
    table = made_table(7, inputs=2, bins=2)
    assert to_xlsx(table, say) == to_xlsx(table, say)


def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    table = made_table(1, inputs=2, bins=3, pairs=1)
    names = ("=1+1", "@SUM(A1)")
    risky = replace(table, inputs=tuple(replace(p, name=n) for p, n in zip(table.inputs, names, strict=True)))
    path = tmp_path / "card.xlsx"
    path.write_bytes(to_xlsx(risky, say, labels={"=1+1": '=HYPERLINK("x")'}))
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert "<f>" not in sheets[0]
    formulas = re.findall(r"<f>(.*?)</f>", sheets[1])
    assert formulas
    assert all(formula.startswith("IF(COUNTA(") for formula in formulas)
    assert "HYPERLINK" not in sheets[1]
