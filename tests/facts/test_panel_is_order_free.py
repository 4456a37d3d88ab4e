"""The same deliveries give the same panel, whatever their order; what becomes known later changes nothing."""

import os
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts.made import AS_OF, Made, claim, fingerprint, invoice, linked, named, shelf

from huoju.core import Fact, Period
from huoju.core.event import Event

EXAMPLES = 200 if os.environ.get("HUOJU_DEEP") == "1" else 4  # a panel takes a third of a second
FIRMS = ("uscc:A", "uscc:B", "outside:C")
DAYS = st.integers(0, 700).map(lambda back: AS_OF - timedelta(days=back))
PERIODS = st.sampled_from([Period.year(2022), Period.year(2023), Period.month(2024, 3)])


@st.composite
def claims(draw: st.DrawFn, known: st.SearchStrategy[date] = DAYS) -> Fact:
    return claim(
        draw(st.sampled_from(FIRMS)),
        draw(st.sampled_from(["operating_revenue", "staff", "industry_code"])),
        draw(st.integers(0, 5)),
        draw(PERIODS),
        draw(known),
        source=draw(st.sampled_from(["annual_report", "rd_ledger"])),
        row=draw(st.integers(1, 9)),
    )


@st.composite
def invoices(draw: st.DrawFn, known: st.SearchStrategy[date] = DAYS) -> Event:
    at = draw(DAYS)
    return invoice(
        draw(st.sampled_from(FIRMS)),
        draw(st.integers(1, 6)),
        at,
        draw(st.integers(-10_000, 1_000_000)),
        other=draw(st.sampled_from(["x", "y", None])),
        purchase=draw(st.booleans()),
        voided=draw(st.booleans()),
        known=max(at, draw(known)),
        row=draw(st.integers(1, 9)),
    )


def deliveries(number: int) -> st.SearchStrategy[list[Made]]:
    def made(place: int) -> st.SearchStrategy[Made]:
        return st.builds(
            Made,
            st.just(f"delivery {place}"),
            st.lists(claims(), max_size=6, unique_by=lambda f: (f.source, f.record)).map(tuple),
            st.lists(invoices(), max_size=8, unique_by=lambda e: (e.kind, e.record)).map(tuple),
        )

    return st.tuples(*(made(place) for place in range(number))).map(list)


REGISTER = Made("register", named("uscc:A", "uscc:B"))
SAME = linked(("outside:C", "uscc:A", "same_as", date(2020, 1, 1)))


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(deliveries(3), st.permutations(range(4)))
def test_any_order_of_deliveries_and_rows_gives_the_same_panel(made: list[Made], order: list[int]) -> None:
    every = [REGISTER, *made]
    with tempfile.TemporaryDirectory() as place:
        one = shelf(Path(place) / "one", *every).panel(belief=SAME)
        other = shelf(Path(place) / "other", *(every[at].reversed() for at in order)).panel(belief=SAME)
        assert fingerprint(one) == fingerprint(other)


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(deliveries(2), st.lists(invoices(DAYS), max_size=5), st.lists(claims(DAYS), max_size=5), st.integers(1, 400))
def test_what_becomes_known_tomorrow_changes_nothing_today(
    made: list[Made], later: list[Event], told: list[Fact], days: int
) -> None:
    known = AS_OF + timedelta(days=days)
    events = tuple(_known(event, known, f"later.csv:{row}") for row, event in enumerate(later))
    facts = tuple(_told(fact, known, f"later.csv:{row}") for row, fact in enumerate(told))
    with tempfile.TemporaryDirectory() as place:
        before = shelf(Path(place) / "before", REGISTER, *made).panel(belief=SAME)
        after = shelf(Path(place) / "after", REGISTER, *made, Made("tomorrow", facts, events)).panel(belief=SAME)
        assert fingerprint(before) == fingerprint(after)


def test_a_link_known_tomorrow_changes_nothing_today(tmp_path: Path) -> None:
    made = Made("one", named("uscc:A"), (invoice("outside:C", 1, date(2024, 6, 30), 100),))
    later = linked(("outside:C", "uscc:A", "same_as", date(2024, 7, 1)))
    here = shelf(tmp_path / "store", made)
    assert fingerprint(here.panel(belief=later)) == fingerprint(here.panel())


def _known(event: Event, known: date, record: str) -> Event:
    return replace(event, known=known, record=record)


def _told(fact: Fact, known: date, record: str) -> Fact:
    return replace(fact, known=known, record=record)
