"""The real tables of Jinan come in through the mappings of the examples, every row accounted for."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import pytest

from huoju.core.ports import Reading
from huoju.services.words import words_in
from huoju.sources import open_delivery, read_by, read_mapping

EXAMPLES = Path(__file__).parents[2] / "examples" / "jinan"
FILES = {
    line.split()[0]: line.split()[1]
    for line in (EXAMPLES / "tables.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}
KNOWN = date(2018, 12, 31)
REFUSED_SHARE = 0.15  # what the loosest of the mappings allows to be set aside


def delivered(real_data: Path, name: str, folder: Path) -> Path:
    packed = real_data / "inspur_jinan" / f"{FILES[name]}.csv.gz"
    path = folder / f"{FILES[name]}.csv"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def taken(real_data: Path, name: str, folder: Path) -> tuple[Reading, int]:
    """Return the reading of a table and how many rows it has by an independent count."""
    path = delivered(real_data, name, folder)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    rows = sum(any(row) for row in csv.reader(io.StringIO(text, newline=""))) - 1
    return read_by(read_mapping(EXAMPLES / name / "mapping.yaml"), open_delivery(path), KNOWN), rows


def test_every_mapping_of_the_examples_has_its_table_and_is_well_formed() -> None:
    names = {path.parent.name for path in EXAMPLES.glob("*/mapping.yaml")}
    assert names == set(FILES)
    assert len(names) >= 14
    assert {read_mapping(EXAMPLES / name / "mapping.yaml").name for name in names} == {f"jinan_{n}" for n in names}


@pytest.mark.real
@pytest.mark.parametrize("name", FILES)
def test_no_row_of_a_real_table_is_lost(name: str, real_data: Path, tmp_path: Path) -> None:
    reading, rows = taken(real_data, name, tmp_path)
    account = reading.account
    assert account.told + account.silent + account.aside + account.repeated == reading.rows
    assert reading.rows + account.left_out == rows
    records = {*reading.facts["record"].to_pylist()}
    for table in reading.events.values():
        records |= {*table["record"].to_pylist()}
    assert len(records) == account.told > 0
    assert not records & {*reading.aside["record"].to_pylist()}
    assert account.aside <= rows * REFUSED_SHARE
    for finding in reading.findings:
        for language in ("zh", "en"):
            assert "?" not in words_in(language).say(f"finding.{finding.code}", dict(finding.data))


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (
            "contributions_yearly",
            {"cells-shifted", "codes-mixed-with-labels", "encoding-detected", "parts-exceed-whole"},
        ),
        ("changes", {"codes-mixed-with-labels", "encoding-detected", "value-missing"}),
        ("guarantees", {"codes-mixed-with-labels", "choice-not-known", "days-not-in-order", "not-in-range"}),
        ("register", {"moment-too-coarse", "stray-blank"}),
        ("judgments", {"not-a-date", "duplicate-rows", "value-missing"}),
        ("credit_grades", {"rows-contradict"}),
        ("insurance_enrolments", {"not-in-range"}),
    ],
)
def test_the_known_mess_becomes_findings(name: str, codes: set[str], real_data: Path, tmp_path: Path) -> None:
    reading, _ = taken(real_data, name, tmp_path)
    assert codes <= {finding.code for finding in reading.findings}


@pytest.mark.real
def test_real_values_are_what_the_tables_say(real_data: Path, tmp_path: Path) -> None:
    """Picked by hand: thousands marks, Chinese numerals, milliseconds at midnight in Shanghai."""
    arrears, _ = taken(real_data, "tax_arrears", tmp_path)
    by_original = {row["original"]: row["number"] for row in arrears.facts.to_pylist()}
    assert by_original["48,151.71"] == 4_815_171
    assert by_original["318720.0"] == 31_872_000
    judgments, _ = taken(real_data, "judgments", tmp_path)
    first = judgments.events["judgment"].to_pylist()[0]
    assert (first["entity"], first["at"]) == ("jinan:6638b33ba1d5c1036b050fa0fed25a56", date(2017, 10, 23))
    changes, _ = taken(real_data, "changes", tmp_path)
    assert changes.events["registration_change"]["at"][0].as_py() == date(2015, 1, 30)
