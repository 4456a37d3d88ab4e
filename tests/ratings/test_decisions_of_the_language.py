"""The points on which official texts force a decision, each with its one defined behaviour."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.ratings.local import said, written

from huoju.core.rule_row import Span
from huoju.ratings.decide import NO_GRADE

LABEL = "label: {zh: 甲, en: A}"
ITEM = "{id: a, label: {zh: 甲, en: A}, "


def span(low: object, high: object) -> Span:
    return Span(Fraction(str(low)), Fraction(str(high)))


def test_a_strict_edge_is_not_met_at_the_edge(tmp_path: Path) -> None:
    scheme = written(tmp_path, f"gates: [{{id: a, {LABEL}, require: {{more_than: [staff, 70]}}}}]\n")
    assert [said(scheme, {"staff": count}).outcome for count in (70, 71, None)] == ["failed", "passed", "unknown"]


def test_dividing_by_nothing_is_unknown_and_never_nothing(tmp_path: Path) -> None:
    rules = f"""\
    items:
      - {ITEM}step: {{of: {{ratio: [rd_staff, staff]}}, bands: [{{at_least: 10%, give: 4}}], else: 0}}}}
    routes: [{{id: r, {LABEL}, total: {{at_least: 4}}}}]
    """
    scheme = written(tmp_path, rules)
    rating = said(scheme, {"rd_staff": 0, "staff": 0})
    assert (rating.outcome, rating.total) == ("unknown", span(0, 4))
    assert said(scheme, {"rd_staff": 1, "staff": 10}).outcome == "passed"


def test_a_ramp_without_length_is_unknown_with_its_reason(tmp_path: Path) -> None:
    ramp = "ramp: {of: staff, base: {parameter: low}, lead: 10, give: 5}"
    rules = f"parameters: {{low: {{{LABEL}, value: 0}}}}\nitems: [{ITEM}{ramp}}}]\n"
    scheme = written(tmp_path, rules)
    rating = said(scheme, {"staff": 3}, parameters={"low": 10})
    assert rating.total == span(0, 5)
    assert [finding.code for finding in rating.findings] == ["ramp-without-length"]
    assert said(scheme, {"staff": 3}).score == Fraction(3, 2)


def test_not_met_inside_an_item_is_nothing_but_not_applicable_is_left_out(tmp_path: Path) -> None:
    def rules(otherwise: str) -> str:
        return f"""\
        parts: [{{id: p, {LABEL}}}]
        items:
          - {{id: a, {LABEL}, part: p, step: {{of: staff, bands: [{{at_least: 10, give: 6}}], else: 0}}}}
          - {{id: b, {LABEL}, part: p, applies_if: is_resident, otherwise: {otherwise}, give: 4}}
        """

    for otherwise, expected in (("drop", 6), ("zero", 6), ("rescale", 10)):
        scheme = written(tmp_path / otherwise, rules(otherwise))
        assert said(scheme, {"staff": 10, "is_resident": False}).score == expected, otherwise
        assert said(scheme, {"staff": 10, "is_resident": True}).score == 10, otherwise
        rating = said(scheme, {"staff": 10})
        assert rating.total is not None
        assert rating.total.low <= expected <= rating.total.high, otherwise
    unstated = said(written(tmp_path / "null", rules("null")), {"staff": 10, "is_resident": False})
    assert (unstated.total, unstated.of("item")["b"].state) == (None, "not_applicable")


def test_a_judgement_outside_what_data_allow_counts_as_the_nearest_end(tmp_path: Path) -> None:
    rules = f"""\
    items:
      - {ITEM}judged: {{of: staff, bands: [{{at_least: 20, between: [5, 6]}}, {{at_least: 10, between: [3, 4]}}], else: [0, 0]}}}}
    """
    scheme = written(tmp_path, rules)
    rating = said(scheme, {"staff": 20}, judgements={"a": 10})
    assert rating.score == 6
    assert [finding.code for finding in rating.findings] == ["judgement-outside"]
    assert said(scheme, {"staff": 20}, judgements={"a": 5}).findings == ()
    unjudged = said(scheme, {"staff": 20})
    assert (unjudged.total, unjudged.of("item")["a"].state) == (span(5, 6), "manual_review")
    assert said(scheme, {}, judgements={"a": 4}).total == span(0, 5)


def test_an_undecided_stage_gives_bounds_over_its_weights(tmp_path: Path) -> None:
    rules = f"""\
    stages:
      - {{id: young, {LABEL}, when: {{at_most: [employees, 20]}}}}
      - {{id: old, {LABEL}, else: true}}
    items:
      - {ITEM}weight: {{young: 10, old: 4}}, step: {{of: staff, bands: [{{at_least: 5, give: 1}}], else: 0}}}}
    """
    scheme = written(tmp_path, rules)
    assert said(scheme, {"staff": 5, "employees": 20}).score == 10
    assert said(scheme, {"staff": 5, "employees": 21}).score == 4
    rating = said(scheme, {"staff": 5})
    assert (rating.stages, rating.total) == (("young", "old"), span(4, 10))
    assert "employees" in [reading.name for reading in rating.missing]


def test_a_direct_route_skips_the_score_but_no_gate_and_no_veto(tmp_path: Path) -> None:
    rules = f"""\
    gates: [{{id: g, {LABEL}, require: {{at_most: [staff, 500]}}}}]
    vetoes: [{{id: v, {LABEL}, when: abnormal_list}}]
    items: [{ITEM}give: 0}}]
    routes:
      - {{id: score, {LABEL}, total: {{at_least: 60}}}}
      - {{id: direct, {LABEL}, when: status_high_tech_enterprise}}
    """
    scheme = written(tmp_path, rules)
    facts: dict[str, object] = {"staff": 500, "abnormal_list": False, "status_high_tech_enterprise": True}
    assert (said(scheme, facts).outcome, said(scheme, facts).route) == ("passed", "direct")
    assert said(scheme, {**facts, "staff": 501}).outcome == "failed"
    assert said(scheme, {**facts, "abnormal_list": None}).outcome == "unknown"
    assert said(scheme, {**facts, "abnormal_list": True, "staff": None}).outcome == "failed"


def test_force_includes_the_first_and_the_last_day(tmp_path: Path) -> None:
    scheme = written(tmp_path, f"gates: [{{id: g, {LABEL}, require: is_resident}}]\n")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    outcomes = [said(scheme, {"is_resident": True}, as_of=day).outcome for day in days]
    assert outcomes == ["not_in_force", "passed", "passed", "not_in_force"]


def test_a_weight_that_no_source_states_refuses_the_score_and_names_the_source(tmp_path: Path) -> None:
    scheme = written(tmp_path, f"items: [{ITEM}weight: null, give: 1}}]\n")
    rating = said(scheme, {})
    assert (rating.total, rating.score) == (None, None)
    assert [(one.sort, one.id, one.document) for one in rating.unstated] == [("item", "a", "示例〔2026〕1号")]


def test_a_window_counts_from_the_day_itself_and_each_thing_once(tmp_path: Path) -> None:
    rules = f"""\
    gates:
      - id: g
        {LABEL}
        require: {{at_least: [{{events: conversion, years: 3, distinct: name}}, 2]}}
    """
    scheme = written(tmp_path, rules)

    def events(*at: str) -> list[dict[str, str]]:
        return [{"kind": "conversion", "at": day, "name": f"r{place}"} for place, day in enumerate(at)]

    assert said(scheme, {}, events=events("2023-06-02", "2026-06-01")).outcome == "passed"
    assert said(scheme, {}, events=events("2023-06-01", "2026-06-01")).outcome == "failed"
    assert said(scheme, {}, events=events("2026-06-02", "2026-06-01")).outcome == "failed"
    twice = [{"kind": "conversion", "at": day, "name": "same"} for day in ("2026-05-01", "2026-05-02")]
    assert said(scheme, {}, events=twice).outcome == "failed"
    assert said(scheme, {}).outcome == "unknown"
    assert said(scheme, {}, events={"conversion": []}).outcome == "failed"


def test_a_statistic_over_a_population_that_is_not_there_is_unknown(tmp_path: Path) -> None:
    rules = f"""\
    values: {{size: {{sum: [staff]}}}}
    grades: [{{id: first, total: {{at_least: 1}}}}]
    items:
      - {ITEM}step: {{of: {{peer: rank, of: size, population: zone}}, bands: [{{at_most: 2, give: 1}}], else: 0}}}}
    """
    scheme = written(tmp_path, rules)
    population = {"zone": {"size": [10, 20, 30]}}
    assert said(scheme, {"staff": 20}, populations=population).score == 1
    assert said(scheme, {"staff": 19}, populations=population).grades == ()
    assert said(scheme, {"staff": 20}).grades == ("first", NO_GRADE)


def test_who_is_sent_to_an_older_version_is_judged_by_it(tmp_path: Path) -> None:
    head = """\
    id: local
    entity: enterprise
    label: {zh: 示例方案, en: Example scheme}
    versions:
      - id: old
        document: {number: 旧, certainty: derived}
        effective: 2022-01-01
        expiry: 2026-03-31
        gates: [{id: g, label: {zh: 甲, en: A}, require: {at_least: [staff, 1]}}]
      - id: new
        document: {number: 新, certainty: derived}
        effective: 2026-04-01
        expiry: null
        transitions: [{when: is_review, from: 2026-04-01, to: 2026-12-31, use: old}]
        gates: [{id: g, label: {zh: 甲, en: A}, require: {at_least: [staff, 9]}}]
    """
    from textwrap import dedent

    scheme = written(tmp_path, "", head=dedent(head))
    for facts, day, outcome, version in (
        ({"staff": 5, "is_review": True}, date(2026, 6, 1), "passed", "old"),
        ({"staff": 5, "is_review": False}, date(2026, 6, 1), "failed", "new"),
        ({"staff": 5, "is_review": True}, date(2027, 1, 1), "failed", "new"),
        ({"staff": 5}, date(2026, 3, 31), "passed", "old"),
    ):
        rating = said(scheme, facts, as_of=day)
        assert (rating.outcome, rating.version and rating.version.id) == (outcome, version)
    assert [f.code for f in said(scheme, {"staff": 5}).findings] == ["transition-undecided"]


@pytest.mark.parametrize(("missing", "low", "high"), [("unknown", 0, 5), ("zero", 0, 0), ("last", 5, 5)])
def test_what_a_missing_fact_gives_is_stated_by_the_item(tmp_path: Path, missing: str, low: int, high: int) -> None:
    step = "step: {of: staff, bands: [{at_least: 5, give: 5}], else: 0}"
    scheme = written(tmp_path, f"items: [{ITEM}missing: {missing}, {step}}}]\n")
    assert said(scheme, {"staff": {"2023": 7}}).total == span(low, high)


def test_rounding_is_half_up_and_after_the_cap(tmp_path: Path) -> None:
    rules = f"""\
    total: {{cap: 100, round: 1}}
    items: [{ITEM}formula: {{of: {{ratio: [staff, 2]}}}}}}]
    """
    scheme = written(tmp_path, rules)
    assert [said(scheme, {"staff": count}).score for count in (5, 4, 999)] == [3, 2, 100]
