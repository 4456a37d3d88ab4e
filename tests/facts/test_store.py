"""The store: only the deliveries that count, whole files, and what of a cache may be lost."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.facts.made import AS_OF, Made, claim, fingerprint, invoice, named, shelf

from huoju.core import Finding, Period
from huoju.facts import FactStore, cache
from huoju.facts.believing import Belief
from huoju.facts.cutting import cut_panel
from huoju.facts.engine import DuckEngine
from huoju.facts.lateness import late_sources

SALES = (invoice("uscc:A", 1, date(2024, 5, 31), 500), invoice("uscc:A", 2, date(2024, 6, 30), 300))


def test_a_folder_that_is_not_named_does_not_count(tmp_path: Path) -> None:
    here = shelf(tmp_path / "s", Made("one", named("uscc:A")), Made("two", named("uscc:B")))
    only = FactStore(here.place, (here.shas[0],))
    assert set(only.facts()["entity"].to_pylist()) == {"uscc:A"}
    assert only.snapshot != here.store().snapshot


def test_the_snapshot_does_not_depend_on_the_order_of_deliveries(tmp_path: Path) -> None:
    shas = shelf(tmp_path / "s", Made("one"), Made("two")).shas
    assert FactStore(tmp_path, tuple(shas)).snapshot == FactStore(tmp_path, tuple(reversed(shas))).snapshot


def test_the_latest_day_known_is_that_of_facts_and_events_alike(tmp_path: Path) -> None:
    assert FactStore(tmp_path, ()).latest_known() is None
    here = shelf(tmp_path / "s", Made("one", named("uscc:A", known=date(2024, 1, 1)), SALES))
    assert here.store().latest_known() == date(2024, 6, 30)
    here.add(Made("two", named("uscc:A", known=date(2024, 7, 2))))
    assert here.store().latest_known() == date(2024, 7, 2)


def test_facts_come_with_their_delivery_and_only_those_asked_for(tmp_path: Path) -> None:
    year = Period.year(2023)
    told = (claim("uscc:A", "staff", 1, year, date(2024, 2, 1)), claim("uscc:B", "staff", 2, year, date(2024, 3, 1)))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    found = here.store().facts(variables=["staff"], until=date(2024, 2, 15)).to_pylist()
    assert [(row["entity"], row["number"], row["delivery"]) for row in found] == [("uscc:A", 1, here.shas[0])]


def test_findings_come_with_the_delivery_they_are_about(tmp_path: Path) -> None:
    finding = Finding("stray-blank", "a.csv:2", {"count": 1})
    here = shelf(tmp_path / "s", Made("one", findings=(finding,)), Made("two"))
    assert here.store().findings().to_pylist() == [
        {"code": "stray-blank", "where": "a.csv:2", "data": '{"count": 1}', "delivery": here.shas[0]}
    ]


def test_a_panel_is_the_same_with_and_without_a_cache_and_when_the_cache_is_broken(tmp_path: Path) -> None:
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), SALES))
    kept = tmp_path / "cache"
    plain = fingerprint(here.panel())
    for _ in range(2):
        assert fingerprint(cut_panel(here.store(kept), AS_OF, Belief.plain())) == plain
    (file,) = kept.glob("*.parquet")
    file.write_bytes(file.read_bytes()[:100])
    assert fingerprint(cut_panel(here.store(kept), AS_OF, Belief.plain())) == plain
    assert pq.read_metadata(file).num_rows > 0


def test_what_is_kept_is_not_taken_for_other_deliveries_days_or_links(tmp_path: Path) -> None:
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), SALES))
    kept = tmp_path / "cache"
    cut_panel(here.store(kept), AS_OF, Belief.plain())
    here.add(Made("two", (), (invoice("uscc:A", 3, date(2024, 6, 30), 1_000),)))
    panel = cut_panel(here.store(kept), AS_OF, Belief.plain())
    assert panel.column("sales", Period.month(2024, 6)).values.tolist() == [1_300]
    earlier = cut_panel(here.store(kept), date(2024, 5, 31), Belief.plain())
    assert ("sales", Period.month(2024, 6)) not in earlier.columns


def test_the_cache_forgets_what_was_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    import pyarrow as pa

    monkeypatch.setattr(cache, "KEPT", 2)
    for turn, key in enumerate("abc"):
        cache.kept(tmp_path, lambda key=key: key, lambda: pa.table({"x": [1]}))
        os.utime(tmp_path / f"{key}.parquet", (turn, turn))
    assert sorted(file.stem for file in tmp_path.glob("*")) == ["b", "c"]


def test_a_cache_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    import pyarrow as pa

    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert cache.kept(blocked, lambda: "a", lambda: pa.table({"x": [1]})).to_pylist() == [{"x": 1}]


@pytest.mark.parametrize(("rhythm", "is_late"), [(30, False), (29, True)])
def test_a_source_is_late_when_nothing_became_known_within_its_rhythm(
    tmp_path: Path, rhythm: int, is_late: bool
) -> None:
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), SALES))
    engine = DuckEngine()
    late = late_sources(engine, here.store(), date(2024, 7, 30), {"vat_invoice": rhythm})
    engine.close()
    assert [finding.where for finding in late] == (["vat_invoice"] if is_late else [])
    if is_late:
        assert late[0].data == {
            "source": "vat_invoice",
            "last": "2024-06-30",
            "days": 30,
            "rhythm": 29,
            "as_of": "2024-07-30",
        }


def test_a_panel_names_the_sources_that_are_late(tmp_path: Path) -> None:
    here = shelf(tmp_path / "s", Made("one", named("uscc:A"), SALES))
    panel = cut_panel(here.store(), date(2024, 12, 31), Belief.plain(), {"vat_invoice": 31, "patents": 31})
    assert [(finding.code, finding.where) for finding in panel.findings] == [("source-late", "vat_invoice")]
