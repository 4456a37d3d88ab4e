"""Drawings add up, escape everything, keep their labels apart and show unknown as unknown."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from types import ModuleType
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoju.reports.cash_flow import MonthActual, MonthForecast
from huoju.reports.drawings import svg
from huoju.reports.drawings.axis import nice_ticks
from huoju.reports.drawings.bar import draw_bar
from huoju.reports.drawings.fan import Fan, FanWords, draw_fan
from huoju.reports.drawings.qr import draw_qr
from huoju.reports.drawings.radar import Axis, Radar, draw_radar
from huoju.reports.drawings.scale import draw_scale
from huoju.reports.drawings.spark import draw_spark
from huoju.reports.drawings.waterfall import Step, Waterfall, draw_waterfall
from huoju.reports.palette import LIGHT, STYLED

HOSTILE = "<script>alert('x')</script>&\"\x00\u202e]]>"
WORDS = FanWords("万元", "实际", "预测", "中位", "还本付息", "未知")
SPACE = "{http://www.w3.org/2000/svg}"


def waterfall(*points: int | None, total: int | None) -> Waterfall:
    steps = tuple(Step(f"项目{at}", each, "凭证") for at, each in enumerate(points))
    return Waterfall("评分构成", steps, "火炬积分", total, "未知")


def texts(drawing: str) -> list[str]:
    return [each.text or "" for each in ElementTree.fromstring(drawing).iter(f"{SPACE}text")]


def all_drawings(words: str) -> list[str]:
    fan_words = FanWords(*(words,) * 6)
    months = (MonthActual(date(2026, 5, 1), 5),), (MonthForecast(date(2026, 6, 1), (1, 2, 3, 4, 5), 2),)
    return [
        draw_waterfall(Waterfall(words, (Step(words, 3, words), Step(words, -1)), words, 2, words), LIGHT),
        draw_radar(Radar(words, (Axis(words, 0.1, None),) * 3, words, words, words), STYLED),
        draw_fan(Fan(words, *months, fan_words), LIGHT),
        draw_spark(words, (1, None, 3), LIGHT, unknown=words),
        draw_bar(words, 0.5, LIGHT, span=(0.2, 0.9)),
        draw_scale(words, (words, "B"), "B", LIGHT),
        draw_qr(words, "HJ-1"),
    ]


@settings(deadline=None)
@given(st.lists(st.integers(-900, 900), min_size=1, max_size=14), st.integers(-5, 5))
def test_a_waterfall_is_drawn_only_where_the_parts_sum_to_the_total(points: list[int], off: int) -> None:
    if off:
        with pytest.raises(ValueError, match="sum to"):
            waterfall(*points, total=sum(points) + off)
        return
    drawing = draw_waterfall(waterfall(*points, total=sum(points)), LIGHT)
    assert all(svg.MINUS in said or not said.startswith("-") for said in texts(drawing))


def test_an_unknown_part_leaves_the_total_unknown() -> None:
    with pytest.raises(ValueError, match="with 1 unknown"):
        waterfall(600, None, total=600)
    with pytest.raises(ValueError, match="total is unknown"):
        waterfall(600, 20, total=None)
    said = texts(draw_waterfall(waterfall(600, None, total=None), LIGHT))
    assert said.count("未知") == 2
    assert "0" not in said[:-3]


def test_losses_carry_a_true_minus_and_gains_a_plus() -> None:
    said = texts(draw_waterfall(waterfall(86, -18, total=68), LIGHT))
    assert {"+86", "−18", "68"} <= set(said)


def test_the_compact_waterfall_is_340_wide_and_without_evidence() -> None:
    compact = draw_waterfall(waterfall(400, 30, total=430), LIGHT, compact=True)
    assert 'viewBox="0 0 340 ' in compact
    assert "凭证" not in texts(compact)
    assert "凭证" in texts(draw_waterfall(waterfall(400, 30, total=430), LIGHT))


def test_everything_is_escaped_and_control_characters_are_replaced() -> None:
    for drawing in all_drawings(HOSTILE):
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert root.find(f"{SPACE}title") is not None
        assert not [each for each in root.iter() if each.tag.endswith("script")]
        assert not any(sign in drawing for sign in "\x00\u202e")


def test_every_drawing_says_its_numbers_to_those_who_cannot_see_it() -> None:
    label = ElementTree.fromstring(draw_waterfall(waterfall(86, -18, total=68), LIGHT)).get("aria-label") or ""
    assert all(number in label for number in ("+86", "−18", "68"))


def test_the_same_values_draw_the_same_bytes() -> None:
    assert all_drawings("甲") == all_drawings("甲")


def test_a_month_without_a_value_is_a_gap_and_not_zero() -> None:
    values = (3_000_000, None, 4_000_000)
    months = tuple(MonthActual(date(2026, at, 1), value) for at, value in zip((1, 2, 3), values, strict=True))
    drawing = draw_fan(Fan("t", months, (), WORDS), LIGHT)
    assert drawing.count("<circle") == 2
    assert drawing.count('fill-opacity="0.12"') == 1


def test_nothing_known_gives_no_scale_of_invented_numbers() -> None:
    months = tuple(MonthActual(date(2026, at, 1), None) for at in (1, 2, 3))
    ahead = tuple(MonthForecast(date(2026, at, 1), None) for at in (4, 5))
    said = texts(draw_fan(Fan("t", months, ahead, WORDS), LIGHT))
    assert "未知" in said
    assert "0" not in said
    assert draw_fan(Fan("t", (), (), WORDS), LIGHT)


quantiles = st.lists(st.integers(-(10**12), 10**12), min_size=5, max_size=5).map(lambda found: tuple(sorted(found)))


@settings(deadline=None)
@given(quantiles, st.integers(0, 10**12), st.booleans())
def test_labels_at_line_ends_never_overlap(spread: tuple[int, ...], due: int, compact: bool) -> None:
    ahead = (MonthForecast(date(2026, 6, 1), spread, due),)  # type: ignore[arg-type]
    drawing = draw_fan(Fan("t", (), ahead, WORDS), LIGHT, compact=compact)
    names = ("P90", "中位", "P10", "还本付息")
    labels = [
        each for each in ElementTree.fromstring(drawing).iter(f"{SPACE}text") if (each.text or "").startswith(names)
    ]
    heights = sorted(float(each.get("y") or 0) for each in labels)
    assert len(heights) == 4
    assert all(lower - upper >= 11 for upper, lower in pairwise(heights))
    width = 340 if compact else 760
    assert all(float(each.get("x") or 0) + svg.width_of(each.text or "", 11) <= width for each in labels)


def test_labels_of_one_line_keep_their_order() -> None:
    ahead = (MonthForecast(date(2026, 6, 1), (7, 7, 7, 7, 7), 7),)
    said = ElementTree.fromstring(draw_fan(Fan("t", (), ahead, WORDS), LIGHT)).iter(f"{SPACE}text")
    places = {(each.text or "").split()[0]: float(each.get("y") or 0) for each in said}
    assert places["P90"] < places["中位"] < places["P10"]


@settings(deadline=None)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=8), st.floats(1, 20))
def test_spread_places_keep_gap_and_order(places: list[float], gap: float) -> None:
    moved = svg.spread(places, gap, 0, 200)
    ordered = sorted(moved)
    assert all(late - early >= gap - 1e-6 for early, late in pairwise(ordered))
    assert max(moved) <= 200 + 1e-6
    assert [places[at] for at in sorted(range(len(places)), key=moved.__getitem__)] == sorted(places)


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e9))
def test_ticks_enclose_what_they_measure(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    assert float(ticks[0]) <= low
    assert float(ticks[-1]) >= low + span
    assert 2 <= len(ticks) <= 8


def test_a_radar_needs_three_groups_and_keeps_its_legend_below_the_labels() -> None:
    axes = tuple(
        Axis(label, 0.5, 0.5) for label in ("Innovation and technology", "成长", "Repayment capacity", "合规", "人")
    )
    with pytest.raises(ValueError, match="three groups"):
        Radar("t", axes[:2], "a", "b", "?")
    found = list(
        ElementTree.fromstring(draw_radar(Radar("t", axes, "本企业", "中位数", "?"), LIGHT)).iter(f"{SPACE}text")
    )
    legend = [float(each.get("y") or 0) for each in found if each.text in ("本企业", "中位数")]
    labels = [float(each.get("y") or 0) for each in found if each.text not in ("本企业", "中位数")]
    assert min(legend) - max(labels) > 12


def test_an_unknown_percentile_has_no_corner() -> None:
    axes = (Axis("甲", None, 0.5), Axis("乙", 0.4, 0.5), Axis("丙", 0.8, 0.5))
    drawing = draw_radar(Radar("t", axes, "本企业", "中位数", "未知"), LIGHT)
    assert drawing.count("<circle") == 2
    assert "未知 / 50" in texts(drawing)


def test_a_report_refuses_sums_bounds_and_months_that_contradict_themselves(sample: ModuleType) -> None:
    content = sample.full()
    with pytest.raises(ValueError, match="sum to 730"):
        replace(content, score=replace(content.score, value=731))
    with pytest.raises(ValueError, match="score must rise"):
        replace(content, score=replace(content.score, low=740))
    with pytest.raises(ValueError, match="lacks"):
        replace(content, reasons=(replace(content.reasons[0], group="luck"), *content.reasons[1:]))
    with pytest.raises(ValueError, match="Months must"):
        replace(content, cash_flow=replace(content.cash_flow, history=content.cash_flow.history[::-1]))
    first = content.cash_flow.forecast[0]
    falling = replace(content.cash_flow, forecast=(replace(first, quantiles=first.quantiles[::-1]),))
    with pytest.raises(ValueError, match="inflow of 2026-06-01"):
        replace(content, cash_flow=falling)
