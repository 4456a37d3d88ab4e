"""Leave-one-out: what a member adds is the score with it less the score without it, and unknown is never nothing."""

from datetime import date
from fractions import Fraction

import pytest

from huoju.services.home import owner
from huoju.services.rate_enterprise import rate_stated

ZONES = {"zones": {"rd_institutions": [10, 50, 210], "rd_fte_share": ["0.1", "0.2", "0.4"]}}
DAY = date(2023, 6, 1)


def stated(**members: object) -> dict[str, object]:
    return {"populations": ZONES, "members": members}


def test_each_member_adds_what_the_zone_would_lose() -> None:
    """110 institutions → 0.8 × 1/2; without the 60 of A: 50 → 0.8 × 40/200 = 0.16, so A adds 0.24."""
    own = stated(A={"zone_rd_institutions": 60}, B={"zone_rd_institutions": 50}, C={"zone_rd_institutions": 0})
    rated = rate_stated(who=owner(), scheme="hi_tech_zone", stated=own, as_of=DAY)
    assert rated.rating.of("item")["rd_institutions"].points == (Fraction("0.4"), Fraction("0.4"))
    adds = {one.member: one.adds and one.adds.low for one in rated.contributions}
    assert adds == {"A": Fraction("0.24"), "B": Fraction("0.2"), "C": 0}
    assert [one.member for one in rated.contributions] == ["A", "B", "C"]


def test_a_member_can_pull_a_share_down() -> None:
    """R&D 20 + 0 of 50 + 50 staff is 20 % → 1.2 × 1/3; without B 40 % → 1.2, so B adds −0.8."""
    own = stated(A={"zone_rd_fte": 20, "zone_staff": 50}, B={"zone_rd_fte": 0, "zone_staff": 50})
    rated = rate_stated(who=owner(), scheme="hi_tech_zone", stated=own, as_of=DAY)
    assert {one.member: one.adds and one.adds.low for one in rated.contributions}["B"] == Fraction("-0.8")


def test_a_sum_with_an_untold_part_is_unknown() -> None:
    own = stated(A={"zone_rd_institutions": 60}, B={"zone_rd_fte": 3})
    rated = rate_stated(who=owner(), scheme="hi_tech_zone", stated=own, as_of=DAY)
    assert rated.rating.of("item")["rd_institutions"].state == "unknown"
    assert [one.adds for one in rated.contributions] == [None, None]


@pytest.mark.parametrize("told", [None, {}])
def test_without_members_nothing_is_attributed(told: object) -> None:
    rated = rate_stated(who=owner(), scheme="hi_tech_zone", stated={"members": told}, as_of=DAY)
    assert rated.contributions == ()
