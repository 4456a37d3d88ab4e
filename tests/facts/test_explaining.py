"""Explaining: every claim with why it won or lost, and events that add up to what is believed."""

from datetime import date
from pathlib import Path

import pytest
from tests.facts.made import Made, Shelf, claim, invoice, linked, named, shelf

from huoju.core import Period
from huoju.facts.believing import Belief
from huoju.facts.explaining import Explanation, explain

YEAR = Period.year(2023)


def explained(here: Shelf, variable: str, belief: Belief | None = None, entity: str = "uscc:A") -> Explanation:
    chosen = belief or Belief.plain()
    return explain(here.store(), here.panel(belief=chosen), chosen, entity, variable)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (None, ["only-claim"]),
        (claim("uscc:A", "staff", 20, YEAR, date(2024, 3, 1), row=2), ["known-later", "known-earlier"]),
        (claim("uscc:A", "staff", 20, YEAR, date(2024, 2, 1), source="rd_ledger"), ["source-order", "source-after"]),
        (claim("uscc:A", "staff", 20, YEAR, date(2024, 2, 1), row=2), ["file-order", "file-after"]),
        (claim("uscc:A", "staff", 20, Period.year(2022), date(2024, 2, 1), row=2), ["only-claim", "only-claim"]),
    ],
)
def test_each_claim_says_why_it_won_or_lost(tmp_path: Path, other: object, expected: list[str]) -> None:
    first = claim("uscc:A", "staff", 10, YEAR, date(2024, 2, 1))
    told = (first,) if other is None else (first, other)
    belief = Belief(Belief.plain().links, {"staff": ("rd_ledger", "annual_report")})
    found = explained(shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told))), "staff", belief)  # type: ignore[arg-type]
    assert found.claims["why"].to_pylist() == expected
    assert [row["number"] for row in found.claims.to_pylist() if row["won"]] == found.believed["number"].to_pylist()


def test_a_claim_leads_back_to_file_row_text_and_delivery(tmp_path: Path) -> None:
    here = shelf(
        tmp_path / "s", Made("one", (*named("uscc:A"), claim("uscc:A", "staff", 10, YEAR, date(2024, 2, 1), row=7)))
    )
    (row,) = explained(here, "staff").claims.to_pylist()
    assert (row["record"], row["original"], row["delivery"]) == ("annual_report.csv:7", "10", here.shas[0])


def test_two_deliveries_with_the_same_file_name_and_row_have_one_winner(tmp_path: Path) -> None:
    told = claim("uscc:A", "staff", 10, YEAR, date(2024, 2, 1))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), told)), Made("two", (told,)))
    assert explained(here, "staff").claims["won"].to_pylist() == [True, False]


def test_events_behind_sales_add_up_to_what_is_believed_voided_ones_apart(tmp_path: Path) -> None:
    sales = (
        invoice("uscc:A", 1, date(2024, 5, 31), 500),
        invoice("outside:A", 2, date(2024, 6, 30), 300),
        invoice("uscc:A", 3, date(2024, 6, 30), 900, voided=True),
    )
    belief = linked(("outside:A", "uscc:A", "same_as", date(2021, 1, 1)))
    found = explained(shelf(tmp_path / "s", Made("one", named("uscc:A"), sales)), "sales", belief)
    assert found.event_count == 3
    believed = {(row["start"], row["end"]): row["number"] for row in found.believed.to_pylist()}
    assert len(believed) > 2
    for span in found.spans.to_pylist():
        assert (span["amount"] or 0) == believed[span["start"], span["end"]]
    may = next(span for span in found.spans.to_pylist() if span["start"] == date(2024, 5, 1))
    assert (may["events"], may["standing"]) == (1, 1)


def test_events_behind_net_inflow_are_of_both_sides_and_purchases_count_against_it(tmp_path: Path) -> None:
    day = date(2024, 6, 30)
    events = (invoice("uscc:A", 1, day, 500), invoice("uscc:A", 2, day, 300, purchase=True))
    found = explained(shelf(tmp_path / "s", Made("one", named("uscc:A"), events)), "net_inflow")
    assert found.kinds == ("sales_invoice", "purchase_invoice")
    assert {span["amount"] for span in found.spans.to_pylist()} == {200}


def test_the_same_invoice_in_two_deliveries_is_one_event_behind(tmp_path: Path) -> None:
    sale = invoice("uscc:A", 1, date(2024, 6, 30), 500)
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), (sale,)), Made("two", (), (sale,)))
    assert explained(here, "sales").event_count == 1


def test_what_no_source_spoke_of_has_no_claims_and_no_events(tmp_path: Path) -> None:
    found = explained(shelf(tmp_path / "s", Made("one", named("uscc:A"))), "staff")
    assert (len(found.believed), len(found.claims), found.event_count) == (0, 0, 0)
