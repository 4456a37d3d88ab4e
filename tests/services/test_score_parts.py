"""Scores over parts of a panel are the scores of the whole, however it is cut."""

from pathlib import Path

import pytest

from huoju.facts.engine import DuckEngine
from huoju.facts.parts import join, split
from huoju.services.assessing import learned
from huoju.services.home import opened, owner, store_of
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import score_parts, score_zone

pytestmark = pytest.mark.xdist_group("zone")


def test_scores_of_parts_are_the_scores_of_the_whole(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        store = store_of(home)
        whole = score_zone(home=home, who=owner())
        panel, risk = learned(store, day_or_latest(store, None))
    engine = DuckEngine()
    for count in (1, 3, len(panel)):
        parts = score_parts(engine, panel, risk, "reference", snapshot=store.snapshot, count=count)
        assert parts.enterprises.equals(whole.enterprises)
        assert parts.monthly.equals(whole.monthly)
        assert parts.reasons.equals(whole.reasons)
        assert (parts.fitted_on, parts.policy, parts.findings) == (whole.fitted_on, whole.policy, whole.findings)
    engine.close()


def test_a_part_holds_all_of_its_enterprises_and_nothing_else(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        store = store_of(home)
        panel, _ = learned(store, day_or_latest(store, None))
    parts = [join(part) for part in split(panel, 4)]
    assert [entity for part in parts for entity in part.entities] == list(panel.entities)
    assert sum(len(part.facts) for part in parts) == len(panel.facts)
    assert sum(len(part.events["loan"]) for part in parts) == len(panel.events["loan"])
    for part in parts:
        assert part.findings == panel.findings
        assert list(part.columns) == list(panel.columns)
