"""A real office program reads what we write, and what it writes we read as before."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from huoju.services.home import opened, owner
from huoju.services.score_zone import score_zone
from huoju.services.write_scores import write_scores
from huoju.sources import find_sources, open_delivery, read
from huoju.testing import SAMPLE_KNOWN, record_of

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,  # starts LibreOffice
    pytest.mark.xdist_group("zone"),
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed"),
]


def converted(file: Path, ending: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / f"{file.stem}.{ending.split(':', maxsplit=1)[0]}"


@pytest.mark.parametrize(
    "sample",
    [path for source in find_sources().values() for path in sorted((source.folder / "samples").glob("*.xlsx"))],
    ids=lambda path: f"{path.parents[1].name}-{path.stem}",
)
def test_a_delivery_saved_again_by_an_office_gives_the_same(sample: Path, tmp_path: Path) -> None:
    """Through the program's own format and back, as a clerk who edits and saves."""
    source = sample.parents[1].name
    again = converted(converted(sample, "ods", tmp_path), "xlsx", tmp_path)
    again = again.rename(again.with_name(sample.name))
    here, there = (record_of(read(source, open_delivery(path), SAMPLE_KNOWN)) for path in (sample, again))
    assert there == here


def test_scores_open_in_an_office_with_the_same_numbers(zone_home: Path, tmp_path: Path) -> None:
    with opened(zone_home, create=False) as home:
        zone = score_zone(home=home, who=owner())
    (book,) = write_scores(zone, tmp_path / "scores.xlsx")
    file = converted(book, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false", tmp_path)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == zone.enterprises.num_rows
    for row, expected in zip(rows, zone.enterprises.to_pylist(), strict=True):
        assert list(row) == list(expected)
        for name in ("enterprise", "name", "grade", "verdict", "missing"):
            assert row[name] == (expected[name] or "")
        for name in ("score", "default_probability", "dscr_p50", "limit_yuan", "sales_24m_yuan"):
            told = None if row[name] == "" else float(row[name])
            assert told == (None if expected[name] is None else pytest.approx(float(expected[name]), abs=0.005))
