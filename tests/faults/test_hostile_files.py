"""Every kind of bad file is refused or set aside with a sentence, nothing of it stays, and the reader lives on."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.faults import hostile

from huoju.core.errors import RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.uscc import ALPHABET
from huoju.services.home import Home, owner
from huoju.services.import_delivery import Receipt, import_delivery
from huoju.services.words import words_in
from huoju.sources import Limits, find_sources, open_delivery, read

TODAY = date(2024, 7, 15)


def take(home: Home, path: Path, *, set_aside: bool = False) -> Receipt:
    return import_delivery(
        home=home, who=owner(), source="electricity", path=path, known=None, today=TODAY, set_aside=set_aside
    )


def check_said(finding: Finding) -> None:
    """A finding has a sentence in both languages and fills every blank of it."""
    for language in ("zh", "en"):
        sentence = words_in(language).say(f"finding.{finding.code}", dict(finding.data))
        assert "?" not in sentence.replace("?.", ""), sentence


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_a_bad_file_is_refused_and_the_next_is_read(name: str, home: Home, tmp_path: Path) -> None:
    code, build = hostile.REFUSED[name]
    bad, good = tmp_path / "bad.xlsx", tmp_path / "good.csv"
    build(bad)
    with pytest.raises(RefusedDelivery) as refusal:
        take(home, bad)
    assert [finding.code for finding in refusal.value.findings] == [code]
    check_said(refusal.value.findings[0])
    assert list(home.deliveries.iterdir()) == []
    hostile.good_csv(good)
    assert take(home, good).facts == 2


@pytest.mark.parametrize("name", hostile.SET_ASIDE)
def test_a_bad_row_is_set_aside_and_the_others_count(name: str, home: Home, tmp_path: Path) -> None:
    code, row = hostile.SET_ASIDE[name]
    path = tmp_path / "mixed.csv"
    path.write_text(hostile.HEADER + row + "\n2,合成乙有限公司,202405,7\n", encoding="utf-8")
    with pytest.raises(RefusedDelivery) as refusal:
        take(home, path)
    assert refusal.value.findings[0].code == "too-many-set-aside"
    receipt = take(home, path, set_aside=True)
    assert (receipt.rows, receipt.aside, receipt.facts) == (2, 1, 2)
    assert code in {finding.code for finding in receipt.findings}
    for finding in receipt.findings:
        assert finding.where == "mixed.csv:2"
        check_said(finding)


def test_a_parser_that_needs_too_much_is_stopped(tmp_path: Path) -> None:
    """The guard lets this workbook pass; the child's own bound on memory stops it."""
    path = tmp_path / "large.xlsx"
    hostile.good_xlsx(path, rows=30_000)
    with pytest.raises(RefusedDelivery) as refusal:
        open_delivery(path, Limits(memory=180 << 20))
    assert refusal.value.findings[0].code in {"file-needs-too-much-memory", "file-kills-parser", "file-damaged"}
    with pytest.raises(RefusedDelivery) as refusal:
        open_delivery(path, Limits(seconds=0))
    assert refusal.value.findings[0].code == "file-takes-too-long"
    assert open_delivery(path).tables[0].cells.num_rows == 30_001


def test_gb18030_and_both_marks_are_read_and_said(tmp_path: Path) -> None:
    for encoding, said in (("gb18030", ["gb18030"]), ("utf-8", []), ("utf-8-sig", [])):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes((hostile.HEADER + hostile.ROW).encode(encoding))
        reading = read("electricity", open_delivery(path), TODAY)
        assert reading.rows == 1
        assert [finding.data["encoding"] for finding in reading.findings] == said


def test_deep_nesting_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "nested.xlsx"
    hostile.rebuilt(path, lambda _, old: old, {"docProps/deep.xml": b"<a>" * 100_000 + b"</a>" * 100_000})
    assert open_delivery(path).tables[0].cells.num_rows == 4


def _samples() -> list[Path]:
    folders = [source.folder / "samples" for source in find_sources().values()]
    return [path for folder in folders for path in sorted(folder.iterdir()) if "expected" not in path.name]


def _changed(raw: bytes, chance: random.Random) -> bytes:
    content = bytearray(raw)
    ways: list[Callable[[], object]] = [
        lambda: content.__setitem__(chance.randrange(len(content)), chance.randrange(256)),
        lambda: content.__delitem__(slice(at := chance.randrange(len(content)), at + chance.randrange(1, 40))),
        lambda: content.__setitem__(slice(at := chance.randrange(len(content)), at), ALPHABET.encode()),
    ]
    for _ in range(chance.randrange(1, 9)):
        chance.choice(ways)()
        if not content:
            content.append(0)
    return bytes(content)


@pytest.mark.slow  # hundreds of files go through the child process
def test_random_changes_of_bytes_end_in_a_reading_or_a_refusal(tmp_path: Path, deep: bool) -> None:
    chance, samples = random.Random(8), _samples()
    refused = 0
    for number in range(10_000 if deep else 1_000):
        sample = samples[number % len(samples)]
        path = tmp_path / f"{number % 8}-{sample.name}"
        path.write_bytes(_changed(sample.read_bytes(), chance))
        try:
            read(sample.parent.parent.name, open_delivery(path), TODAY)
        except RefusedDelivery as refusal:
            refused += 1
            for finding in refusal.findings:
                check_said(finding)
    assert refused > 0
