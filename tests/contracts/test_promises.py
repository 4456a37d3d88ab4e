"""What every part promises together: no look-ahead, no order, reasons that add up, one answer at every door."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import import_zone

from huoju.core import Panel
from huoju.services.home import opened, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.panels import panel_at
from huoju.services.score_zone import ZoneScore, score_zone

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zone")]
BEFORE = date(2024, 6, 30)


def same_panel(one: Panel, other: Panel) -> bool:
    """Return whether two panels say the same of the same enterprises."""
    if one.entities != other.entities or set(one.columns) != set(other.columns):
        return False
    return all(
        np.array_equal(one.columns[key].known, other.columns[key].known)
        and np.array_equal(
            one.columns[key].values[one.columns[key].known], other.columns[key].values[other.columns[key].known]
        )
        for key in one.columns
    )


@pytest.fixture(scope="module")
def scored(zone_home: Path) -> ZoneScore:
    with opened(zone_home, create=False) as home:
        return score_zone(home=home, who=owner())


def test_the_order_of_deliveries_is_no_matter(zone: Path, zone_home: Path, tmp_path: Path, scored: ZoneScore) -> None:
    import_zone(zone, tmp_path / "other", backwards=True)
    with opened(tmp_path / "other", create=False) as home:
        backwards = score_zone(home=home, who=owner())
        panel = panel_at(store_of(home), scored.as_of)
    with opened(zone_home, create=False) as home:
        assert same_panel(panel, panel_at(store_of(home), scored.as_of))
    assert backwards.enterprises.equals(scored.enterprises)
    assert backwards.reasons.equals(scored.reasons)
    assert backwards.monthly.equals(scored.monthly)


def test_what_becomes_known_tomorrow_changes_nothing_today(zone: Path, zone_home: Path, tmp_path: Path) -> None:
    """A home that holds only what was known by a day gives the same panel of that day as one that holds all."""
    with opened(zone_home, create=False) as home:
        store = store_of(home)
        full = panel_at(store, BEFORE)
        early = store.deliveries
    past = tmp_path / "past"
    shas = []
    for folder in sorted(path for path in early.iterdir() if path.is_dir()):
        (past / folder.name / "events").mkdir(parents=True)
        shutil.copy(folder / "delivery.json", past / folder.name)
        for file in folder.rglob("*.parquet"):
            table = pq.read_table(file)
            if "known" in table.column_names:
                table = table.filter(pa.compute.less_equal(table["known"], pa.scalar(BEFORE, pa.date32())))
            pq.write_table(table, past / folder.name / file.relative_to(folder))
        shas.append(folder.name)
    from huoju.facts import FactStore

    only = panel_at(FactStore(past, tuple(shas)), BEFORE)
    assert only.facts.num_rows > 1000
    assert same_panel(only, full)


def test_nothing_in_a_panel_was_known_after_its_day(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        panel = panel_at(store_of(home), BEFORE)
    assert max(panel.facts["known"].to_pylist()) <= BEFORE
    for table in panel.events.values():
        assert all(day <= BEFORE for day in table["known"].to_pylist())


def test_a_later_delivery_leaves_an_earlier_day_as_it_was(zone_home: Path, tmp_path: Path, zone: Path) -> None:
    place = tmp_path / "growing"
    import_zone(zone, place)
    with opened(place, create=False) as home:
        before = panel_at(store_of(home), BEFORE)
        late = tmp_path / "用电量_20260301.csv"
        name = str(before.latest("legal_name").values[0])
        late.write_text(f"户号,用户名称,月份,用电量,电费\n1,{name},202405,999999,5\n", encoding="utf-8")
        import_delivery(
            home=home, who=owner(), source="electricity", path=late, known=None, today=BEFORE + timedelta(900)
        )
        assert same_panel(panel_at(store_of(home), BEFORE), before)


def test_reasons_sum_to_the_score_and_lead_back_to_records(scored: ZoneScore) -> None:
    sums = scored.reasons.group_by("enterprise").aggregate([("points", "sum")]).to_pylist()
    by_name = {row["enterprise"]: row["points_sum"] for row in sums}
    rows = [row for row in scored.enterprises.to_pylist() if row["score"] is not None]
    assert rows
    assert all(by_name[row["enterprise"]] == row["score"] for row in rows)
    facts = [row["facts"] for row in scored.reasons.to_pylist() if row["part"] not in ("base", "bound")]
    assert sum(bool(text) for text in facts) > len(facts) * 0.5


def test_bounds_hold_and_unknown_is_null(scored: ZoneScore) -> None:
    for row in scored.enterprises.to_pylist():
        if row["score"] is not None:
            assert row["score_low"] <= row["score"] <= row["score_high"]
            assert row["default_probability_low"] <= row["default_probability"] <= row["default_probability_high"]
            assert row["score"] == round(600 + 50 * np.log2((1 / row["default_probability"] - 1) / 50))
        if row["growth_p10"] is not None:
            assert row["growth_p10"] <= row["growth_p50"] <= row["growth_p90"]
        assert row["verdict"] in ("approve", "refer", "decline")


def test_explain_of_one_says_what_score_of_all_says(zone_home: Path, scored: ZoneScore) -> None:
    from huoju.services.explain_enterprise import explain_enterprise

    row = scored.enterprises.slice(7, 1).to_pylist()[0]
    with opened(zone_home, create=False) as home:
        told = explain_enterprise(home=home, who=owner(), enterprise=row["enterprise"])
    assert dict(told.row) == row
    assert told.score.value == row["score"]


def test_every_panel_fact_is_traced_to_its_record(zone_home: Path) -> None:
    from huoju.services.trace_variable import trace_variable

    with opened(zone_home, create=False) as home:
        panel = panel_at(store_of(home), BEFORE)
        column = panel.latest("insured_headcount")
        row = int(np.flatnonzero(column.known)[0])
        found = trace_variable(
            home=home, who=owner(), enterprise=panel.entities[row], variable="insured_headcount", as_of=BEFORE
        )
    assert found.claims.num_rows >= 1
    assert any(found.claims["won"].to_pylist())
    assert all(record for record in found.claims["record"].to_pylist())
