"""A sudden event: the harder hit lend less, weights add up, and the plan for the worst tail is best there."""

from pathlib import Path

import numpy as np
import pytest
from tests.decisions.lending import WAN, applicants, terms

from huoju.core.errors import PolicyError
from huoju.decisions.lending import choose, halving, make_offers, read_event, stress
from huoju.decisions.lending.terms import ROOM

POLICY = terms()
CHURN = halving(0.035, POLICY.grid)
EVENT = read_event()


def test_a_harder_hit_industry_is_likelier_to_default_and_a_gainer_less() -> None:
    chance = EVENT.probabilities(np.full(4, 0.05), ("H", "I", "", "E"), np.full(4, 5000.0 * WAN))
    ordinary, quarter, year = chance
    assert ordinary == pytest.approx(0.05)
    assert year[0] > year[3] > year[2] > 0.05 > year[1]
    assert (quarter[[0, 2, 3]] < year[[0, 2, 3]]).all()
    small = EVENT.probabilities(np.array([0.05]), ("E",), np.array([100.0 * WAN]))
    assert small[0, 0] == pytest.approx(0.05)
    assert small[2, 0] > year[3]
    assert np.isnan(EVENT.probabilities(np.array([np.nan]), ("E",), np.array([1.0]))).all()


def test_room_is_the_quantile_over_all_scenarios() -> None:
    rng = np.random.default_rng(0)
    sales = rng.uniform(50, 150, (3, 200, 12)) * WAN
    purchases = sales * 0.7
    paths = EVENT.paths(sales, purchases, ("H", "", "I"))
    room = EVENT.room(paths, np.array([np.nan, 0, 10 * WAN]), np.zeros(3), 0.2)
    for row in range(3):
        falls = (paths[row] < room[row] - (10 * WAN if row == 2 else 0)).mean(axis=1)
        assert falls @ EVENT.weight == pytest.approx(0.2, abs=0.005)
    calm = np.quantile(paths[:, 0], 0.2, axis=1)
    assert room[0] < calm[0]
    assert room[2] - 10 * WAN > calm[2]


def test_plans_are_best_for_what_they_aim_at() -> None:
    who = applicants(150, seed=2)
    before = choose(make_offers(who, POLICY, CHURN))
    found = stress(before, who.room, EVENT, POLICY, CHURN)
    assert found.mean("mean") >= found.mean("tail") - 1e-3 * abs(found.mean("mean"))
    assert found.tail("tail") >= found.tail("mean") - 1e-3 * abs(found.tail("tail"))
    assert found.tail("tail") <= found.mean("tail")
    for aim, portfolio in found.portfolios.items():
        assert portfolio.solved.gap <= 1e-3
        changed = {change.row for change in found.changes[aim]}
        same = [row for row in range(len(who)) if row not in changed]
        assert (before.limit[same] == portfolio.limit[same]).all()
        assert all(change.codes for change in found.changes[aim])
    assert found.outcomes["before"][0] == pytest.approx(before.total("profit"))


def test_no_cash_left_under_the_event_means_no_loan_and_says_so() -> None:
    who = applicants(150, seed=2)
    before = choose(make_offers(who, POLICY, CHURN))
    hit = int(before.lent[0])
    room = who.room.copy()
    room[hit] = -1.0
    change = next(c for c in stress(before, room, EVENT, POLICY, CHURN).changes["mean"] if c.row == hit)
    assert (change.kind, change.limit[1]) == ("dropped", 0)
    assert "repayment-capacity-too-small" in change.codes


@pytest.mark.parametrize(
    ("was", "is_now"), [("weight: 60%", "weight: 50%"), ("unknown: -6.8%", "T: 0%"), ("months: 12", "months: 13")]
)
def test_an_event_that_contradicts_itself_is_refused(was: str, is_now: str, tmp_path: Path) -> None:
    text = (ROOM / "events.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "own.yaml").write_text(text.replace(was, is_now, 1), encoding="utf-8")
    with pytest.raises(PolicyError):
        read_event(tmp_path / "own.yaml")
