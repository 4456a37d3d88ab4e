"""Shared buyers: worked by hand, those of one enterprise left out, and nothing from tomorrow."""

from datetime import date
from pathlib import Path

from tests.facts.made import AS_OF, Made, invoice, named, shelf

from huoju.core import EntityId
from huoju.core.event import Event
from huoju.facts.believing import Belief
from huoju.facts.buyers import SCHEMA, shared_buyers

FIRMS = (EntityId("uscc:A"), EntityId("uscc:B"))
DAY = date(2024, 6, 28)


def shared(place: Path, *events: Event, as_of: date = AS_OF) -> list[tuple[str, str, int]]:
    store = shelf(place / "s", Made("one", named(*FIRMS), events)).store()
    table = shared_buyers(store, as_of, Belief.plain(), FIRMS)
    assert table.schema == SCHEMA
    return [tuple(row.values()) for row in table.to_pylist()]


def test_only_buyers_of_several_count_net_of_returns_and_without_voided(tmp_path: Path) -> None:
    found = shared(
        tmp_path,
        invoice("uscc:A", 1, DAY, 60_000, other="shared"),
        invoice("uscc:A", 2, DAY, -10_000, other="shared"),
        invoice("uscc:A", 3, DAY, 500_000, other="shared", voided=True),
        invoice("uscc:B", 1, DAY, 30_000, other="shared"),
        invoice("uscc:A", 4, DAY, 70_000, other="own"),
        invoice("uscc:B", 2, DAY, 5_000, other="returned"),
        invoice("uscc:A", 5, DAY, -5_000, other="returned"),
        invoice("uscc:B", 3, date(2023, 6, 29), 90_000, other="own"),
        invoice("uscc:B", 4, DAY, 90_000, other="bought from", purchase=True),
    )
    assert found == [("uscc:A", "shared", 50_000), ("uscc:B", "shared", 30_000)]


def test_what_becomes_known_tomorrow_changes_nothing_today(tmp_path: Path) -> None:
    events = (invoice("uscc:A", 1, DAY, 60_000, other="c"), invoice("uscc:B", 1, AS_OF, 30_000, other="c"))
    assert len(shared(tmp_path, *events)) == 2
    store = shelf(tmp_path / "t", Made("one", named(*FIRMS), events)).store()
    assert len(shared_buyers(store, date(2024, 6, 28), Belief.plain(), FIRMS)) == 0


def test_without_invoices_nothing_is_known(tmp_path: Path) -> None:
    assert shared(tmp_path) == []
