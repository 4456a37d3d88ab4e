"""Monitoring a home: nothing is known before its day, reasons add up, and what can't be known is said."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from huoju.core.errors import PolicyError
from huoju.facts import FactStore
from huoju.models.monitoring.model import watch
from huoju.services.home import opened, owner, store_of
from huoju.services.import_delivery import import_folder
from huoju.services.monitor_tables import monitor_tables, write_monitor
from huoju.services.monitor_zone import Monitored, monitor_zone
from huoju.services.panels import panel_at
from huoju.services.words import words_in

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zone")]  # imports a zone and cuts its panels
DAY, SINCE = date(2025, 6, 30), date(2025, 3, 31)


def first_known(store: FactStore, sha: str) -> date:
    files = (store.deliveries / sha).rglob("*.parquet")
    days = [pc.min(pq.read_table(file, columns=["known"])["known"]).as_py() for file in files if _has_known(file)]
    return min(day for day in days if day is not None)


def _has_known(file: Path) -> bool:
    return "known" in pq.read_schema(file).names


def test_what_became_known_later_changes_no_trigger(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        store, day = store_of(home), date(2024, 12, 31)
        by_then = tuple(sha for sha in store.shas if first_known(store, sha) <= day)
        assert 5 < len(by_then) < len(store.shas) - 5
        now, then = watch(panel_at(store, day)), watch(panel_at(replace(store, shas=by_then, cache=None), day))
    assert now.entities == then.entities
    assert now.points.sum() > 0
    assert (now.points == then.points).all()
    assert (now.watched == then.watched).all()


@pytest.fixture(scope="module")
def found(zone_home: Path) -> Monitored:
    with opened(zone_home, create=False) as home:
        return monitor_zone(home=home, who=owner(), as_of=DAY, since=SINCE)


def test_reasons_add_up_and_lead_back_to_facts(found: Monitored) -> None:
    tables = monitor_tables(found, words_in("en"))
    alarms, reasons = tables["alarms"].to_pylist(), tables["reasons"].to_pylist()
    assert alarms
    for alarm in alarms:
        mine = [row for row in reasons if row["enterprise"] == alarm["enterprise"]]
        assert sum(row["points"] for row in mine) == alarm["points"] >= alarm["alarm_at"]
        assert SINCE < alarm["since"] <= DAY
        assert all("{" not in row["what"] for row in mine)
        assert any(row["facts"] for row in mine)


def test_both_languages_tell_the_same_and_every_word_is_there(found: Monitored) -> None:
    chinese, english = (monitor_tables(found, words_in(language)) for language in ("zh", "en"))
    for name, table in chinese.items():
        assert table.num_rows == english[name].num_rows
        assert table.column_names == english[name].column_names
    assert len(english["drift"]) == len(found.inputs) + 1
    assert english["advice"].num_rows
    assert all(ord(letter) < 0x2E80 for sentence in english["advice"]["seen"].to_pylist() for letter in sentence)


def test_files_hold_every_table(found: Monitored, tmp_path: Path) -> None:
    words = words_in("zh")
    (document,) = write_monitor(found, words, tmp_path / "m.json")
    told = json.loads(document.read_text(encoding="utf-8"))
    assert told["as_of"] == "2025-06-30"
    assert len(told["alarms"]) == int(found.watches[-1].alarm.sum())
    assert told["action"] in {row["action"] for row in told["advice"]}
    assert {file.name for file in write_monitor(found, words, tmp_path / "m.csv")} >= {"m.csv", "m.drift.csv"}
    (book,) = write_monitor(found, words, tmp_path / "m.xlsx")
    assert book.stat().st_size > 5000
    with pytest.raises(PolicyError):
        write_monitor(found, words, tmp_path / "m.doc")


def test_a_home_without_loans_says_what_it_cannot_know(zone: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "home", create=True) as home:
        for source in ("enterprise_register", "social_insurance"):
            folder = zone / "deliveries" / source
            import_folder(home=home, who=owner(), source=source, path=folder, known=None, today=date(2026, 1, 1))
        told = monitor_zone(home=home, who=owner(), as_of=DAY, since=SINCE)
    assert {"no-model", "no-loans", "no-instalments", "no-defaults", "no-statements"} <= set(told.unknown)
    assert not told.watches[-1].watched.any()
    tables = monitor_tables(told, words_in("zh"))
    assert len(tables["alarms"]) == len(tables["vintages"]) == len(tables["roll"]) == 0
    assert [advice.code for advice in told.advice if advice.action == "refit"] == []


def test_a_reference_day_must_lie_before(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home, pytest.raises(PolicyError):
        monitor_zone(home=home, who=owner(), as_of=DAY, since=DAY)
