"""Summaries: worked by hand, unknown where deliveries do not reach, and tied to the events behind them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from tests.facts.made import AS_OF, Made, each_month, happened, invoice, named, shelf

from huoju.core import Panel, Period, variables
from huoju.core.event import Event
from huoju.core.money import MICRO
from huoju.facts.summaries import BEHIND

TODAY = Period.day(AS_OF)
YEAR, TWO = Period.trailing(AS_OF, 12), Period.trailing(AS_OF, 24)
JUNE = Period.month(2024, 6)


def panel_of(
    place: Path, events: Iterable[Event], *, firms: tuple[str, ...] = ("uscc:A",), as_of: date = AS_OF
) -> Panel:
    return shelf(place / "s", Made("one", named(*firms), tuple(events))).panel(as_of)


def value(panel: Panel, variable: str, period: Period, row: int = 0) -> int | None:
    column = panel.column(variable, period)
    return int(column.values[row]) if column.known[row] else None


def test_a_month_of_invoices_adds_up_by_hand(tmp_path: Path) -> None:
    day = date(2024, 6, 28)
    panel = panel_of(
        tmp_path,
        [
            invoice("uscc:A", 1, day, 60_000, other="b", tax=6_000),
            invoice("uscc:A", 2, day, 40_000, other="b", tax=4_000),
            invoice("uscc:A", 3, day, 100_000, other="c", tax=9_000),
            invoice("uscc:A", 4, day, -30_000, other="c", tax=-3_000),
            invoice("uscc:A", 5, day, 999_999, other="d", tax=99_999, voided=True),
            invoice("uscc:A", 6, day, 50_000, other="s", tax=5_000, purchase=True),
        ],
    )
    expected = {
        "sales": 170_000,
        "output_tax": 16_000,
        "sales_invoices": 5,
        "active_buyers": 2,
        "purchases": 50_000,
        "input_tax": 5_000,
        "purchase_invoices": 1,
        "active_suppliers": 1,
        "net_inflow": 120_000,
    }
    for period in (JUNE, YEAR, TWO):
        assert {name: value(panel, name, period) for name in expected} == expected
    assert value(panel, "largest_buyer_share", YEAR) == round(100_000 / 170_000 * MICRO)
    assert value(panel, "buyer_concentration", YEAR) == round((100 / 170) ** 2 * MICRO + (70 / 170) ** 2 * MICRO)
    assert value(panel, "voided_share", YEAR) == MICRO // 5
    assert value(panel, "red_letter_share", YEAR) == MICRO // 4
    assert value(panel, "days_since_last_sale", TODAY) == 2


def test_partners_that_stay_and_repeat_are_counted_by_hand(tmp_path: Path) -> None:
    """Of b and c, met in the first of two years, only b is met again; only b has invoices in three months."""
    days = [date(2022, 9, 1), date(2022, 10, 1), date(2023, 8, 1)]
    events = [invoice("uscc:A", place, day, 100, other="b") for place, day in enumerate(days)]
    events += [
        invoice("uscc:A", 10, date(2023, 1, 5), 200, other="c"),
        invoice("uscc:A", 11, date(2024, 1, 5), 500, other="c", voided=True),
        invoice("uscc:A", 12, date(2024, 1, 5), -50, other="c"),
        invoice("uscc:A", 13, date(2024, 6, 30), 500, other="new"),
        invoice("uscc:A", 14, date(2024, 6, 30), 40, other="s", purchase=True),
    ]
    panel = panel_of(tmp_path, events)
    assert value(panel, "buyer_retention", TWO) == MICRO // 2
    assert value(panel, "repeat_sales_share", TWO) == round(300 / 1000 * MICRO)
    assert value(panel, "supplier_retention", TWO) is None
    assert value(panel, "repeat_purchases_share", TWO) == 0
    assert value(panel, "buyer_retention", YEAR) is None


def test_a_trailing_window_starts_the_day_after_the_same_day_a_year_before(tmp_path: Path) -> None:
    first = [invoice("uscc:A", 1, date(2023, 6, 30), 1), invoice("uscc:A", 2, date(2023, 7, 1), 10)]
    panel = panel_of(tmp_path, [*first, invoice("uscc:A", 3, date(2024, 6, 30), 100)])
    assert value(panel, "sales", YEAR) == 110
    assert value(panel, "sales", TWO) == 111


def test_a_month_without_invoices_is_zero_and_one_before_the_first_is_unknown(tmp_path: Path) -> None:
    panel = panel_of(tmp_path, [invoice("uscc:A", 1, date(2024, 3, 5), 7), invoice("uscc:A", 2, date(2024, 6, 30), 7)])
    months = [value(panel, "sales", Period.month(2024, month)) for month in (1, 2, 3, 4, 5, 6)]
    assert months == [None, None, 7, 0, 0, 7]


def test_the_first_invoice_of_either_side_opens_the_record_of_both(tmp_path: Path) -> None:
    events = [
        invoice("uscc:A", 1, date(2024, 4, 5), 7, purchase=True),
        invoice("uscc:A", 2, date(2024, 6, 30), 7),
        invoice("uscc:B", 3, date(2024, 6, 30), 7, purchase=True),
    ]
    panel = panel_of(tmp_path, events, firms=("uscc:A", "uscc:B"))
    assert value(panel, "sales", Period.month(2024, 4)) == 0
    assert value(panel, "sales", Period.month(2024, 4), row=1) is None


@pytest.mark.parametrize(("last", "june"), [(date(2024, 6, 23), None), (date(2024, 6, 24), 0)])
def test_a_month_counts_as_delivered_up_to_a_week_before_its_end(tmp_path: Path, last: date, june: int | None) -> None:
    events = [invoice("uscc:A", 1, date(2024, 5, 31), 7), invoice("uscc:B", 2, last, 7)]
    panel = panel_of(tmp_path, events, firms=("uscc:A", "uscc:B"))
    assert value(panel, "sales", JUNE) == june


def test_where_deliveries_ended_long_ago_nothing_is_known_of_the_time_after_and_nothing_is_zero(tmp_path: Path) -> None:
    events = each_month("uscc:A", date(2022, 1, 1), date(2024, 1, 1), 100)
    panel = panel_of(tmp_path, events)
    assert value(panel, "sales", Period.month(2024, 1)) == 100
    assert value(panel, "sales", Period.month(2024, 2)) is None
    for variable in ("sales", "voided_share", "largest_buyer_share"):
        assert value(panel, variable, YEAR) is None
    for variable in ("days_since_last_sale", "sales_growth", "active_months_share"):
        assert value(panel, variable, TODAY) is None


def test_an_enterprise_without_any_invoice_has_no_known_sales(tmp_path: Path) -> None:
    panel = panel_of(tmp_path, [invoice("uscc:A", 1, date(2024, 6, 30), 7)], firms=("uscc:A", "uscc:B"))
    assert value(panel, "sales", TWO, row=1) is None
    assert value(panel, "sales", JUNE, row=1) is None


def test_tax_is_unknown_where_an_invoice_that_stands_does_not_state_it(tmp_path: Path) -> None:
    events = [invoice("uscc:A", 1, date(2024, 6, 30), 7, tax=None), invoice("uscc:A", 2, date(2024, 6, 30), 7, tax=1)]
    panel = panel_of(tmp_path, events)
    assert value(panel, "output_tax", JUNE) is None
    assert value(panel, "sales", JUNE) == 14


def test_partners_are_unknown_where_an_invoice_names_none(tmp_path: Path) -> None:
    events = [invoice("uscc:A", 1, date(2024, 6, 30), 7, other=None), invoice("uscc:A", 2, date(2024, 6, 30), 7)]
    panel = panel_of(tmp_path, events)
    assert value(panel, "active_buyers", JUNE) is None
    assert value(panel, "buyer_concentration", YEAR) is None


def test_growth_volatility_and_activity_of_steady_sales_that_doubled(tmp_path: Path) -> None:
    events = [
        *each_month("uscc:A", date(2022, 7, 1), date(2023, 6, 1), 100),
        *(
            invoice("uscc:A", 900 + n, event.at, 200)
            for n, event in enumerate(each_month("uscc:A", date(2023, 7, 1), date(2024, 6, 1), 1))
        ),
    ]
    panel = panel_of(tmp_path, events)
    assert value(panel, "sales_growth", TODAY) == MICRO
    assert value(panel, "sales_volatility", TODAY) == 0
    assert value(panel, "active_months_share", TODAY) == MICRO


def test_judged_amount_is_unknown_where_a_case_states_none_and_cases_won_are_not_against(tmp_path: Path) -> None:
    day = date(2024, 3, 1)
    events = [
        happened("judgment", "uscc:A", "1", day, amount=500, matter="civil_judgment", role="defendant"),
        happened("judgment", "uscc:A", "2", day, amount=900, matter="civil_judgment", role="plaintiff"),
        happened("judgment", "uscc:B", "3", day, matter="enforcement", role="debtor"),
    ]
    panel = panel_of(tmp_path, events, firms=("uscc:A", "uscc:B", "uscc:C"))
    assert [value(panel, "judgments_against", TWO, row) for row in range(3)] == [1, 1, 0]
    assert [value(panel, "judged_amount", TWO, row) for row in range(3)] == [500, None, 0]


def loan(entity: str, contract: str, **fields: int | str) -> Event:
    stated: dict[str, int | str] = {
        "matures_on": days(date(2024, 12, 20)),
        "yearly_rate": 0,
        "repayment_method": "annuity",
    }
    return happened("loan", entity, contract, date(2023, 12, 20), amount=120_000, **{**stated, **fields})


def instalment(entity: str, contract: str, at: date, known: date, **fields: int) -> Event:
    key = f"{contract}|{at}"
    return happened("repayment", entity, key, at, known=known, amount=10_000, contract=contract, **fields)


def days(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def test_debt_is_what_was_reported_last_and_what_falls_due_follows_the_contract(tmp_path: Path) -> None:
    events = [
        loan("uscc:A", "1"),
        instalment(
            "uscc:A", "1", date(2024, 5, 20), date(2024, 5, 31), paid_on=days(date(2024, 5, 20)), outstanding=70_000
        ),
        instalment(
            "uscc:A", "1", date(2024, 6, 20), date(2024, 6, 30), paid_on=days(date(2024, 6, 20)), outstanding=60_000
        ),
    ]
    panel = panel_of(tmp_path, events, firms=("uscc:A", "uscc:B"))
    assert value(panel, "outstanding_debt", TODAY) == 60_000
    ahead = [value(panel, "debt_service", Period.month(2024, month)) for month in range(7, 13)]
    assert ahead == [10_000] * 6
    assert value(panel, "debt_service", Period.month(2025, 1)) == 0
    assert value(panel, "outstanding_debt", TODAY, row=1) is None


def test_debt_service_is_unknown_where_a_running_loan_does_not_state_its_rate(tmp_path: Path) -> None:
    event = loan("uscc:A", "1")
    bare = happened(
        "loan", "uscc:B", "2", event.at, amount=1, matures_on=days(date(2024, 12, 20)), repayment_method="bullet"
    )
    panel = panel_of(tmp_path, [event, bare], firms=("uscc:A", "uscc:B"))
    assert [value(panel, "debt_service", Period.month(2024, 7), row) for row in (0, 1)] == [10_000, None]
    assert value(panel, "outstanding_debt", TODAY, row=1) == 1


def test_only_a_report_made_after_the_day_shows_that_an_instalment_is_overdue(tmp_path: Path) -> None:
    events = [
        loan("uscc:A", "1"),
        loan("uscc:B", "2"),
        instalment("uscc:A", "1", date(2024, 5, 20), date(2024, 5, 31)),
        instalment("uscc:B", "2", date(2024, 6, 20), date(2024, 5, 31)),
    ]
    panel = panel_of(tmp_path, events, firms=("uscc:A", "uscc:B"))
    assert [value(panel, "days_overdue", TODAY, row) for row in (0, 1)] == [41, 0]


def test_without_any_report_of_repayments_days_overdue_are_unknown(tmp_path: Path) -> None:
    assert value(panel_of(tmp_path, [loan("uscc:A", "1")]), "days_overdue", TODAY) is None


def test_every_summary_says_which_events_are_behind_it(tmp_path: Path) -> None:
    day = date(2024, 6, 28)
    events = [
        invoice("uscc:A", 1, day, 7),
        invoice("uscc:A", 2, day, 7, purchase=True),
        invoice("uscc:A", 3, date(2023, 5, 1), 7, purchase=True),
        loan("uscc:A", "1"),
        instalment("uscc:A", "1", date(2024, 5, 20), date(2024, 5, 31), outstanding=1),
        happened("default", "uscc:A", "1", day),
        happened("patent", "uscc:A", "1", day, patent_type="invention", legal_status="in_force"),
        happened("judgment", "uscc:A", "1", day, amount=1, role="defendant"),
        happened("penalty", "uscc:A", "1", day, amount=1),
        happened("funding", "uscc:A", "1", day, amount=1),
    ]
    panel = panel_of(tmp_path, [*events, *each_month("uscc:A", date(2022, 1, 1), date(2024, 5, 1), 3)])
    summaries = {row["variable"] for row in panel.facts.to_pylist() if row["source"] == "summary"}
    assert summaries == set(BEHIND)
    assert set(BEHIND) <= set(variables())
