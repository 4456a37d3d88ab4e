"""The inbox takes what is whole, moves it, says why it refuses, and names the department that is overdue."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.services import files
from tests.services.test_import_delivery import take

from huoju.core.errors import NothingFound
from huoju.services.home import Home, accepted, owner
from huoju.services.watch_inbox import InboxPass, Looks, look_into_inbox

A = files.code(1)


def look(home: Home, folder: Path, before: Looks, days: int = 0) -> InboxPass:
    today = files.TODAY + timedelta(days=days)
    return look_into_inbox(home=home, who=owner(), folder=folder, today=today, before=before)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_taken_once_it_has_stopped_growing(home: Home, tmp_path: Path) -> None:
    box = tmp_path / "box"
    file = files.invoices(box / "vat_invoice" / "june.csv", [(A, 1, "2024-06-03", "1")])
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    first = look(home, box, {})
    assert (first.waiting, first.receipts) == (("vat_invoice/销项_june.csv",), ())
    file.write_bytes(whole)
    second = look(home, box, first.looks)
    assert second.waiting == ("vat_invoice/销项_june.csv",)
    third = look(home, box, second.looks)
    assert [receipt.events for receipt in third.receipts] == [1]
    assert names(box) == {"done/vat_invoice/销项_june.csv"}
    assert look(home, box, third.looks).looks == {}


def test_what_is_refused_stands_beside_its_reason_and_stops_no_one(home: Home, tmp_path: Path) -> None:
    box = tmp_path / "box"
    files.invoices(box / "vat_invoice" / "june.csv", [(A, 1, "2024-06-03", "1")])
    (box / "vat_invoice" / "a.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (box / "loose.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (box / "vat_invoice" / "half.csv.part").write_text("", encoding="utf-8")
    (box / "vat_invoice" / ".hidden").write_text("", encoding="utf-8")
    seen = look(home, box, look(home, box, {}).looks)
    assert len(seen.receipts) == 1
    assert [file for file, _ in seen.refusals] == ["loose.csv", "vat_invoice/a.csv"]
    assert names(box) == {
        "done/vat_invoice/销项_june.csv",
        "refused/loose.csv",
        "refused/loose.csv.reason.txt",
        "refused/vat_invoice/a.csv",
        "refused/vat_invoice/a.csv.reason.txt",
        "vat_invoice/half.csv.part",
        "vat_invoice/.hidden",
    }
    assert "列" in (box / "refused/vat_invoice/a.csv.reason.txt").read_text(encoding="utf-8")


def test_the_same_file_again_overwrites_nothing(home: Home, tmp_path: Path) -> None:
    box = tmp_path / "box"
    for _ in range(2):
        files.invoices(box / "vat_invoice" / "june.csv", [(A, 1, "2024-06-03", "1")])
        seen = look(home, box, look(home, box, {}).looks)
    assert seen.receipts[0].already
    assert names(box) == {"done/vat_invoice/销项_june.csv", "done/vat_invoice/销项_june-2.csv"}
    assert len(accepted(home)) == 1


def test_killed_between_import_and_move_nothing_counts_twice(home: Home, tmp_path: Path) -> None:
    box = tmp_path / "box"
    file = files.invoices(box / "vat_invoice" / "june.csv", [(A, 1, "2024-06-03", "1")])
    take(home, file)  # as far as it came before the power went
    seen = look(home, box, look(home, box, {}).looks)
    assert [receipt.already for receipt in seen.receipts] == [True]
    assert names(box) == {"done/vat_invoice/销项_june.csv"}


def test_departments_that_are_overdue_or_never_came_are_named(home: Home, tmp_path: Path) -> None:
    box = tmp_path / "box"
    files.invoices(box / "vat_invoice" / "june.csv", [(A, 1, "2024-06-03", "1")])
    (box / "electricity").mkdir()
    seen = look(home, box, look(home, box, {}).looks)
    assert [(late.source, late.last) for late in seen.overdue] == [("electricity", None)]
    later = look(home, box, {}, days=90)
    assert {late.source: late.days for late in later.overdue} == {"electricity": 0, "vat_invoice": 90}
    assert later.overdue[0].publisher["zh"]


def test_an_absent_inbox_is_said(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NothingFound):
        look(home, tmp_path / "none", {})
