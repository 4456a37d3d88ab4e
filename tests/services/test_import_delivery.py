"""Import: the same bytes once, all or nothing, refusals kept, and overlapping deliveries count an event once."""

from datetime import date
from pathlib import Path

import pytest
from tests.services import files

from huoju.core.errors import NothingFound, RefusedDelivery
from huoju.core.period import Period
from huoju.services.home import Home, accepted, owner, store_of
from huoju.services.import_delivery import Receipt, import_delivery, import_folder
from huoju.services.list_findings import list_findings
from huoju.services.panels import panel_at

JUNE = Period.month(2024, 6)
A = files.code(1)


def take(home: Home, path: Path, source: str = "vat_invoice", **more: object) -> Receipt:
    given = {"known": None, "today": files.TODAY, **more}
    return import_delivery(home=home, who=owner(), source=source, path=path, **given)  # type: ignore[arg-type]


def sales(home: Home, as_of: date) -> int | None:
    panel = panel_at(store_of(home), as_of)
    column = panel.columns.get(("sales", JUNE))
    row = panel.entities.index(f"uscc:{A}")
    return int(column.values[row]) if column is not None and column.known[row] else None


@pytest.fixture
def registered(home: Home, tmp_path: Path) -> Home:
    take(home, files.register(tmp_path / "register.csv", [(A, "测试甲有限公司")]), "enterprise_register")
    return home


def test_the_same_bytes_twice_change_nothing(registered: Home, tmp_path: Path) -> None:
    file = files.invoices(tmp_path / "june.csv", [(A, 1, "2024-06-03", "113.00"), (A, 2, "2024-06-30", "1.13")])
    first = take(registered, file)
    again = take(registered, file.rename(tmp_path / "销项_other name.csv"))
    assert (first.already, again.already) == (False, True)
    assert (again.rows, again.events, again.sha256) == (first.rows, first.events, first.sha256)
    assert len(accepted(registered)) == 2
    assert sales(registered, files.TODAY) == 11_413


def test_an_overlap_counts_an_invoice_once(registered: Home, tmp_path: Path) -> None:
    take(registered, files.invoices(tmp_path / "1.csv", [(A, 1, "2024-06-03", "113"), (A, 2, "2024-06-09", "100")]))
    take(registered, files.invoices(tmp_path / "2.csv", [(A, 2, "2024-06-09", "100"), (A, 3, "2024-06-30", "50")]))
    assert sales(registered, files.TODAY) == 26_300


def test_a_later_voiding_counts_from_its_own_day(registered: Home, tmp_path: Path) -> None:
    """An invoice of June voided in July still was a sale in what was known in June."""
    path = files.invoices(tmp_path / "june.csv", [(A, 1, "2024-06-03", "113"), (A, 2, "2024-06-30", "100")])
    take(registered, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{lines[0]},作废日期", f"{lines[1]},".replace(",正常,", ",已作废,2024-07-02"), f"{lines[2]},"]
    later = tmp_path / "销项_july.csv"
    later.write_text("\n".join(lines) + "\n", encoding="utf-8")
    take(registered, later)
    assert sales(registered, date(2024, 7, 1)) == 21_300
    assert sales(registered, date(2024, 7, 2)) == 10_000


def test_a_refusal_is_kept_and_nothing_else(home: Home, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("甲,乙\n1,2\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RefusedDelivery):
            take(home, bad)
    assert accepted(home) == ()
    assert list(home.deliveries.iterdir()) == []
    told = list_findings(home=home, who=owner())
    assert [(item.finding.code, item.file, item.refused) for item in told] == [
        ("columns-not-recognised", "bad.csv", True)
    ]


def test_too_many_rows_set_aside_stop_an_import_until_agreed(home: Home, tmp_path: Path) -> None:
    from huoju.desk.models import Delivery

    rows = [(files.code(n), n, "2024-06-03" if n % 10 else "2024-06-31", "1") for n in range(40)]
    file = files.invoices(tmp_path / "june.csv", rows)
    with pytest.raises(RefusedDelivery) as refusal:
        take(home, file)
    assert {finding.code for finding in refusal.value.findings} == {"too-many-set-aside", "not-a-date"}
    receipt = take(home, file, set_aside=True)
    assert (receipt.events, receipt.aside) == (36, 4)
    assert Delivery.objects.get(state="accepted").set_aside_agreed


def test_a_folder_goes_on_past_a_bad_file(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    good = files.invoices(folder / "june.csv", [(A, 1, "2024-06-03", "1")])
    (folder / "bad.csv").write_text("", encoding="utf-8")
    receipts, refusals = import_folder(
        home=home, who=owner(), source="vat_invoice", path=folder, known=None, today=files.TODAY
    )
    assert [receipt.file for receipt in receipts] == [good.name]
    assert [refusal.findings[0].code for refusal in refusals] == ["file-empty"]


def test_what_is_not_there_is_said(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NothingFound) as absent:
        take(home, tmp_path / "none.csv")
    assert absent.value.code == "file-absent"
    with pytest.raises(NothingFound) as unknown:
        take(home, tmp_path, "no_such_source")
    assert unknown.value.code == "source-unknown"


def test_records_without_a_day_are_known_when_said(home: Home, tmp_path: Path) -> None:
    """A list without dates is known on ``known``, else on the day of import."""
    listed = tmp_path / "list.csv"
    listed.write_text("企业代号,企业名称\nE1,合成甲\n", encoding="utf-8")
    take(home, listed, "bank_loans", known=date(2020, 2, 21))
    assert store_of(home).latest_known() == date(2020, 2, 21)
    other = tmp_path / "other.csv"
    other.write_text("企业代号,企业名称\nE2,合成乙\n", encoding="utf-8")
    take(home, other, "bank_loans")
    assert store_of(home).latest_known() == files.TODAY
