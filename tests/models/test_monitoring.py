"""After the loan: drift that chance can't explain, alarms read off one panel, leads against a known future."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.core import Column, EntityId, Panel, Period
from huoju.core.event import Event, event_table
from huoju.core.panel import ColumnKey
from huoju.core.period import complete_months
from huoju.models.monitoring.advice import advise, strongest
from huoju.models.monitoring.calibration import calibrate, discrimination, jeffreys
from huoju.models.monitoring.cash_path import cash_path
from huoju.models.monitoring.drift import drift
from huoju.models.monitoring.leads import measure
from huoju.models.monitoring.loans import roll, vintages
from huoju.models.monitoring.model import watch
from huoju.models.monitoring.months import change
from huoju.models.monitoring.triggers import triggers

AS_OF = date(2025, 12, 31)
NOW = Period.day(AS_OF)


def column(*values: float) -> Column:
    array = np.array(values)
    return Column(np.nan_to_num(array).astype(np.int64), ~np.isnan(array), np.full(len(array), -1))


def steady(count: int, *, sales: float = 100_000, purchases: float = 60_000, **more: Column) -> Panel:
    """Return a panel of enterprises whose months are all alike, in yuan."""
    columns: dict[ColumnKey, Column] = {}
    for name, yuan in (("sales", sales), ("purchases", purchases), ("contribution_base", 20_000)):
        for month in complete_months(AS_OF, 36):
            columns[name, month] = column(*[yuan * 100] * count)
    columns["sales", Period.trailing(AS_OF, 12)] = column(*[sales * 1200] * count)
    columns |= {(name, NOW): values for name, values in more.items()}
    return Panel(AS_OF, tuple(EntityId(f"made:{row}") for row in range(count)), columns)


def test_the_same_sample_has_not_moved_and_a_shifted_one_has() -> None:
    rng = np.random.default_rng(1)
    first, second, shifted = rng.normal(0, 1, 800), rng.normal(0, 1, 800), rng.normal(1, 1, 800)
    assert drift("x", first, first).psi == pytest.approx(0)
    assert drift("x", first, second).verdict == "none"
    assert drift("x", first, shifted).verdict == "much"


def test_small_samples_of_one_population_are_seldom_called_moved() -> None:
    rng = np.random.default_rng(2)
    found = [drift("x", rng.normal(0, 1, 60), rng.normal(0, 1, 60)) for _ in range(300)]
    assert np.mean([each.psi > 0.25 for each in found]) > 0.3  # the custom of the trade alone would cry
    assert np.mean([each.verdict != "none" for each in found]) < 0.06
    assert np.mean([each.psi for each in found]) == pytest.approx(found[0].noise, rel=0.25)


def test_unknown_is_a_bin_of_its_own() -> None:
    values = np.arange(400.0)
    lost = np.where(np.arange(400) % 2 == 0, np.nan, values)
    found = drift("x", values, lost)
    assert found.verdict == "much"
    assert found.unknown == (0.0, 0.5)


def test_drift_of_nobody_is_unknown() -> None:
    assert drift("x", np.empty(0), np.arange(5.0)).verdict == "unknown"


def test_jeffreys_is_the_published_interval() -> None:
    # Brown, Cai, DasGupta 2001, table 5: n = 10, x = 1 and x = 3
    assert jeffreys(1, 10) == pytest.approx((0.011, 0.381), abs=6e-4)
    assert jeffreys(3, 10) == pytest.approx((0.093, 0.606), abs=6e-4)


def test_probabilities_that_come_true_hold_and_halved_ones_do_not() -> None:
    rng = np.random.default_rng(3)
    chance = rng.beta(2, 18, 4000)
    outcome = (rng.random(4000) < chance).astype(float)
    right = calibrate(AS_OF, outcome, chance, chance * 0.9, chance * 1.1)
    assert right.verdict == "holds"
    assert right.slope_span[0] < 1 < right.slope_span[1]
    half = calibrate(AS_OF, outcome, chance / 2, chance * 0.45, chance * 0.55)
    assert half.verdict == "too-low"
    assert half.shift == pytest.approx(np.log(2), abs=0.2)


def test_discrimination_equals_counting_pairs() -> None:
    rng = np.random.default_rng(4)
    outcome = (rng.random(200) < 0.2).astype(float)
    chance = np.round(rng.random(200) + outcome * 0.2, 2)
    bad, good = chance[outcome > 0], chance[outcome == 0]
    pairs = (bad[:, None] > good[None, :]).mean() + (bad[:, None] == good[None, :]).mean() / 2
    area, span = discrimination(outcome, chance)
    assert area == pytest.approx(pairs)
    assert span[0] < area < span[1]
    assert np.isnan(discrimination(outcome[:10], chance[:10])[0])


def test_a_change_compares_the_last_known_months_with_those_of_a_year_before() -> None:
    panel = steady(2)
    columns = dict(panel.columns)
    for place, month in enumerate(complete_months(AS_OF, 36)[-3:]):
        columns["sales", month] = column(50_000 * 100, np.nan if place == 2 else 200_000 * 100)
    assert change(Panel(AS_OF, panel.entities, columns), "sales", 3) == pytest.approx([-0.5, 2 / 3])


def test_cash_is_carried_forward_from_the_statement() -> None:
    panel = steady(2)
    columns = dict(panel.columns)
    columns["cash", Period.year(2024)] = column(1_000_000 * 100, np.nan)
    path = cash_path(Panel(AS_OF, panel.entities, columns))
    unseen = 1.25 * 20_000 + 0.08 * 100_000
    assert path.cash[0] == pytest.approx(1_000_000 + 12 * (100_000 - 60_000 - unseen))
    assert np.isnan(path.cash[1])
    assert path.free[1] == pytest.approx(100_000 - 60_000 - unseen)
    assert path.lowest(6)[0] <= path.cover()[0]
    assert np.isnan(path.lowest(6)[1])


@settings(max_examples=60)
@given(st.lists(st.floats(-3, 3) | st.just(float("nan")), min_size=1, max_size=6))
def test_no_trigger_has_more_points_where_things_are_better(values: list[float]) -> None:
    for each in triggers().each:
        worse = np.array(values) * 100 + (1 if each.above else -1)
        points, more = each.points(np.array(values) * 100), each.points(worse)
        assert (more >= points).all()
        assert (points[np.isnan(values)] == 0).all()


def test_only_who_owes_gives_alarm_and_the_points_add_up() -> None:
    panel = steady(3, purchases=90_000, outstanding_debt=column(10**8, 0, 10**8), days_overdue=column(60, 60, 0))
    columns = dict(panel.columns)
    columns["cash", Period.year(2024)] = column(0, 0, 10**10)
    found = watch(Panel(AS_OF, panel.entities, columns))
    assert found.alarm.tolist() == [True, False, False]
    assert found.total[0] == found.total[1] > found.total[2]
    assert (found.points.sum(axis=1) == found.total).all()


def test_leads_and_false_alarms_are_counted_as_defined() -> None:
    alarm = np.zeros((4, 30), dtype=bool)
    alarm[0, 14:] = True  # default in month 20: lead 6
    alarm[1, 2:4] = True  # in vain, once
    alarm[1, 20:30] = True  # and again after a quiet time
    alarm[2, 0:30] = True  # in vain for 30 months: opened in months 0, 12 and 24
    found = measure(alarm, np.ones_like(alarm), np.array([20, -1, -1, 25]), first=0, counted=range(3, 30))
    assert found.leads.tolist() == [6, 0]
    assert found.false == 5
    assert found.healthy_years == pytest.approx((8 + 30 + 30 + 13) / 12)
    summary = found.summary()
    assert summary["caught"] == 0.5
    assert summary["median_lead_of_caught"] == 6


def instalments() -> Panel:
    """Return a panel of two loans: one always paid on its day, one that stopped paying in 2025-08."""
    loans, paid = [], []
    for name, stops in (("a", None), ("b", 8)):
        entity = EntityId(f"made:{name}")
        loans.append(Event(entity, "loan", name, None, date(2025, 1, 15), 12_000, date(2025, 1, 15), "bank", "f:1"))
        for month in range(2, 13):
            due = date(2025, month, 20)
            done = stops is None or month < stops
            fields = {
                "contract": name,
                "days_overdue": 0,
                **({"paid_on": (due - date(1970, 1, 1)).days} if done else {}),
            }
            paid.append(Event(entity, "repayment", f"{name}|{due}", None, due, 1_000, AS_OF, "bank", "f:2", fields))
    events = {"loan": event_table("loan", loans), "repayment": event_table("repayment", paid)}
    return Panel(AS_OF, (EntityId("made:a"), EntityId("made:b")), {}, events=events)


def test_vintages_and_rolls_follow_each_contract() -> None:
    panel = instalments()
    (vintage,) = vintages(panel)
    assert (vintage.name, vintage.loans) == ("2025H1", 2)
    assert vintage.shares == (0.0, None, None, None)  # by mid-July nothing was late; 2026 has not been reported on
    moved = roll(panel, 10)
    assert moved is not None
    assert moved.counts[0, 1] == moved.counts[1, 2] == moved.counts[2, 3] == moved.counts[3, 4] == 1
    assert moved.rate(1, 2) == 1.0
    assert moved.rate(0, 4) == 0.0


def test_advice_is_never_silent_and_refits_only_for_a_reason() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(0, 1, 500)
    steady_score, moved = drift("torch_score", values, values), drift("torch_score", values, values + 2)
    quiet = advise(steady_score, [], [])
    assert {each.code for each in quiet} == {"no-outcomes", "score-steady"}
    assert strongest(quiet) == "wait"
    assert strongest(advise(moved, [], [])) == "refit"
    chance = rng.beta(2, 18, 3000)
    outcome = (rng.random(3000) < chance).astype(float)
    holds = calibrate(AS_OF, outcome, chance, chance * 0.9, chance * 1.1)
    assert strongest(advise(moved, [], [holds])) == "watch"
    low = calibrate(AS_OF, outcome, chance / 3, chance * 0.3, chance * 0.36)
    assert strongest(advise(steady_score, [], [low])) in ("anchor", "refit")


def test_a_lost_delivery_is_not_taken_for_a_changed_world() -> None:
    values = np.random.default_rng(6).normal(0, 1, 400)
    lost = drift("margin", values, np.full(400, np.nan))
    found = advise(drift("torch_score", values, values), [lost], [])
    assert [each.code for each in found if each.data.get("inputs")] == ["inputs-lost"]
