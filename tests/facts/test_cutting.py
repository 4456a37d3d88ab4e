"""Panels: who is in them, which claim is believed, and what of events counts."""

from datetime import date
from pathlib import Path

import pytest
from tests.facts.made import AS_OF, Made, claim, fingerprint, happened, invoice, linked, named, shelf

from huoju.core import Panel, Period
from huoju.facts import FactStore
from huoju.facts.believing import Belief
from huoju.facts.cutting import cut_panel

YEAR = Period.year(2023)


def value(panel: Panel, variable: str, period: Period, row: int = 0) -> object:
    column = panel.column(variable, period)
    return column.values[row] if column.known[row] else None


def test_an_empty_store_gives_an_empty_panel(tmp_path: Path) -> None:
    panel = cut_panel(FactStore(tmp_path, ()), AS_OF, Belief.plain())
    assert len(panel) == 0
    assert not panel.columns


@pytest.mark.parametrize(("as_of", "expected"), [(date(2024, 3, 1), 10), (date(2024, 3, 2), 20)])
def test_a_correction_counts_from_the_day_it_was_known(tmp_path: Path, as_of: date, expected: int) -> None:
    first = claim("uscc:A", "staff", 10, YEAR, date(2024, 2, 1))
    corrected = claim("uscc:A", "staff", 20, YEAR, date(2024, 3, 2), row=2)
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), corrected, first)))
    assert value(here.panel(as_of), "staff", YEAR) == expected


def test_of_claims_known_on_one_day_the_order_of_belief_decides_then_the_name_of_the_source(tmp_path: Path) -> None:
    day = date(2024, 2, 1)
    told = [claim("uscc:A", "staff", 10, YEAR, day), claim("uscc:A", "staff", 20, YEAR, day, source="rd_ledger")]
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    assert value(here.panel(), "staff", YEAR) == 10
    ordered = Belief(Belief.plain().links, {"staff": ("rd_ledger", "annual_report")})
    assert value(here.panel(belief=ordered), "staff", YEAR) == 20


@pytest.mark.parametrize(("as_of", "expected"), [(date(2024, 5, 14), 500), (date(2024, 5, 15), 0)])
def test_a_voiding_counts_only_from_the_day_it_was_known(tmp_path: Path, as_of: date, expected: int) -> None:
    sale = invoice("uscc:A", 1, date(2024, 1, 31), 500)
    others = [invoice("uscc:A", 2 + month, date(2024, month, 28), 0) for month in range(2, 6)]
    void = invoice("uscc:A", 1, date(2024, 1, 31), 500, voided=True, known=date(2024, 5, 15), row=99)
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), (sale, *others)), Made("two", (), (void,)))
    assert value(here.panel(as_of), "sales", Period.month(2024, 1)) == expected


def test_overlapping_deliveries_hold_the_same_invoice_once(tmp_path: Path) -> None:
    sale = invoice("uscc:A", 1, date(2024, 5, 31), 500)
    again = invoice("uscc:A", 1, date(2024, 5, 31), 500, row=40)
    here = shelf(tmp_path / "s", Made("may", named("uscc:A"), (sale,)), Made("may and june", (), (again,)))
    panel = here.panel()
    assert value(panel, "sales", Period.month(2024, 5)) == 500
    assert value(panel, "sales_invoices", Period.month(2024, 5)) == 1


def test_the_same_number_of_another_enterprise_is_another_invoice(tmp_path: Path) -> None:
    sales = (invoice("uscc:A", 1, date(2024, 5, 31), 500), invoice("uscc:B", 1, date(2024, 5, 31), 300))
    panel = shelf(tmp_path / "s", Made("one", named("uscc:A", "uscc:B"), sales)).panel()
    assert panel.column("sales", Period.month(2024, 5)).values.tolist() == [500, 300]


def test_a_linked_subject_speaks_of_its_enterprise_and_a_counterparty_counts_once(tmp_path: Path) -> None:
    day = date(2024, 5, 31)
    sales = (
        invoice("outside:A", 1, day, 500, other="outside:B"),
        invoice("uscc:A", 2, day, 300, other="uscc:B"),
    )
    belief = linked(
        ("outside:A", "uscc:A", "same_as", date(2021, 1, 1)), ("outside:B", "uscc:B", "same_as", date(2021, 1, 1))
    )
    panel = shelf(tmp_path / "s", Made("one", named("uscc:A"), sales)).panel(belief=belief)
    assert value(panel, "sales", Period.month(2024, 5)) == 800
    assert value(panel, "active_buyers", Period.month(2024, 5)) == 1


def test_of_two_links_of_one_subject_the_one_known_last_counts_and_nothing_is_counted_twice(tmp_path: Path) -> None:
    sales = (invoice("outside:C", 1, date(2024, 5, 31), 500),)
    here = shelf(tmp_path / "s", Made("one", named("uscc:A", "uscc:B"), sales))
    rows = [
        ("outside:C", "uscc:A", "same_as", date(2021, 1, 1)),
        ("outside:C", "uscc:B", "same_as", date(2022, 1, 1)),
    ]
    one, other = here.panel(belief=linked(*rows)), here.panel(belief=linked(*reversed(rows)))
    assert fingerprint(one) == fingerprint(other)
    assert [value(one, "sales", Period.month(2024, 5), row) for row in (0, 1)] == [None, 500]


def test_a_branch_is_no_enterprise_of_its_own_and_its_figures_stay_its_own(tmp_path: Path) -> None:
    day = date(2024, 5, 31)
    sales = (invoice("uscc:A", 1, day, 500), invoice("uscc:BRANCH", 2, day, 300))
    here = shelf(tmp_path / "s", Made("one", named("uscc:A", "uscc:BRANCH"), sales))
    panel = here.panel(belief=linked(("uscc:BRANCH", "uscc:A", "branch_of", date(2021, 1, 1))))
    assert panel.entities == ("uscc:A",)
    assert value(panel, "sales", Period.month(2024, 5)) == 500


def test_without_a_register_those_that_a_list_names_are_the_enterprises_else_every_subject(tmp_path: Path) -> None:
    listed = claim("uscc:A", "name_as_delivered", "甲", Period.day(AS_OF), AS_OF, source="bank_loans")
    sales = (invoice("uscc:Z", 1, date(2024, 5, 31), 1),)
    assert shelf(tmp_path / "list", Made("one", (listed,), sales)).panel().entities == ("uscc:A",)
    told = claim("uscc:B", "staff", 1, YEAR, AS_OF)
    assert shelf(tmp_path / "none", Made("one", (told,), sales)).panel().entities == ("uscc:B", "uscc:Z")


def test_a_patent_granted_tomorrow_is_not_in_force_today_and_a_listing_that_ends_tomorrow_is_open(
    tmp_path: Path,
) -> None:
    def days(day: date) -> int:
        return (day - date(1970, 1, 1)).days

    granted, ended = date(2024, 1, 10), date(2024, 2, 1)
    events = (
        happened(
            "patent",
            "uscc:A",
            "P1",
            date(2023, 1, 5),
            patent_type="invention",
            granted_on=days(granted),
            legal_status="in_force",
        ),
        happened(
            "penalty",
            "uscc:A",
            "L1",
            date(2023, 3, 5),
            matter="abnormal_operation",
            role="listed",
            ended_on=days(ended),
        ),
    )
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), events))
    before, after = here.panel(date(2024, 1, 9)), here.panel(date(2024, 2, 1))
    assert value(before, "valid_invention_patents", Period.day(before.as_of)) == 0
    assert value(after, "valid_invention_patents", Period.day(after.as_of)) == 1
    assert before.events["penalty"]["ended_on"].to_pylist() == [None]
    assert after.events["penalty"]["ended_on"].to_pylist() == [days(ended)]


def test_a_summary_and_a_claim_of_the_same_cell_give_one_fact_the_summary(tmp_path: Path) -> None:
    month = Period.month(2024, 5)
    told = claim("uscc:A", "sales", 7, month, date(2024, 6, 1))
    sale = invoice("uscc:A", 1, date(2024, 5, 31), 500)
    panel = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), told), (sale,))).panel()
    assert value(panel, "sales", month) == 500
    assert panel.references(0, [("sales", month)]) == ("summary/sales:2024-05",)


def test_columns_point_to_the_facts_that_won(tmp_path: Path) -> None:
    told = [
        claim("uscc:B", "staff", 20, YEAR, date(2024, 2, 1), row=7),
        claim("uscc:A", "staff", 10, YEAR, date(2024, 2, 1)),
    ]
    panel = shelf(tmp_path / "s", Made("one", (*named("uscc:A", "uscc:B"), *told))).panel()
    assert panel.references(1, [("staff", YEAR)]) == ("annual_report/annual_report.csv:7",)
    assert panel.column("staff", YEAR).values.tolist() == [10, 20]
