"""Facts that a person states are taken word for word, or refused with what, where, what is expected and what next."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from huoju.core.period import Period
from huoju.core.words import read_words
from huoju.ratings.stating import Expected, StatedError, view_of

ROOT = Path(__file__).parents[2]
DAY = date(2026, 6, 1)
NOTHING = Expected(frozenset({"market"}), frozenset({"line"}))


def test_a_bare_value_stands_for_the_evaluated_year_or_for_the_day() -> None:
    view = view_of({"facts": {"rd_expense": "3000000.05", "is_resident": True}}, DAY, 2025, NOTHING)
    assert view.panel.column("rd_expense", Period.year(2025)).values.tolist() == [300000005]
    assert not view.column("rd_expense", 1).known[0]
    assert view.panel.column("is_resident", Period.day(DAY)).values.tolist() == [1]


@pytest.mark.parametrize(
    "told", [{"2024": "2亿", "2025": 300}, [{"period": "2024", "value": "200000000"}, {"value": "300"}]]
)
def test_values_by_year_are_a_mapping_or_a_list(told: object) -> None:
    view = view_of({"facts": {"operating_revenue": told}}, DAY, 2025, NOTHING)
    assert [view.column("operating_revenue", lag).values.tolist() for lag in (0, 1)] == [[30_000], [20_000_000_000]]


def test_a_status_holds_from_issue_to_expiry_and_is_unknown_outside() -> None:
    stated = {"facts": {"status_high_tech_enterprise": [{"period": "2023-01-01/2025-12-31", "value": True}]}}
    inside, after = (view_of(stated, day, day.year - 1, NOTHING) for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert inside.column("status_high_tech_enterprise").known[0]
    assert not after.column("status_high_tech_enterprise").known[0]


def test_a_float_is_what_was_written_and_never_its_bits() -> None:
    view = view_of({"facts": {"total_assets": Decimal("0.1"), "rd_expense": "100"}}, DAY, 2025, NOTHING)
    assert view.column("total_assets").values.tolist() == [10]


def test_null_and_absent_are_unknown() -> None:
    view = view_of({"facts": {"staff": None, "rd_staff": [{"period": "2025", "value": None}]}}, DAY, 2025, NOTHING)
    assert not view.column("staff").known[0]
    assert not view.column("rd_staff").known[0]


def test_parameters_populations_and_judgements_are_read_exactly() -> None:
    stated = {"parameters": {"line": "60"}, "populations": {"z": {"size": ["0.1", 2]}}, "judgements": {"market": True}}
    view = view_of(stated, DAY, 2025, NOTHING)
    assert view.parameters == {"line": Fraction(60)}
    assert view.populations["z"]["size"] == (Fraction(1, 10), Fraction(2))
    assert view.judgements["market"].values.tolist() == [1_000_000]


@pytest.mark.parametrize(
    ("stated", "code", "told"),
    [
        ({"fact": {}}, "stated-section-not-known", "facts"),
        ({"facts": []}, "stated-section-not-mapping", "facts"),
        ({"facts": {"staf": 1}}, "stated-fact-not-known", "staff"),
        ({"facts": {"staff": "1,000"}}, "stated-number-malformed", "1,000"),
        ({"facts": {"staff": "NaN"}}, "stated-number-malformed", "NaN"),
        ({"facts": {"staff": -1}}, "stated-number-out-of-range", "-1"),
        ({"facts": {"staff": "1.5"}}, "stated-number-too-fine", "1.5"),
        ({"facts": {"rd_expense": "0.001"}}, "stated-number-too-fine", "0.001"),
        ({"facts": {"rd_expense": "99999999999999999999"}}, "stated-number-too-fine", "99999999999999999999"),
        ({"facts": {"is_resident": "maybe"}}, "stated-flag-malformed", "maybe"),
        ({"facts": {"founded_on": "2020/1/1"}}, "stated-day-malformed-at", "2020/1/1"),
        ({"facts": {"staff": [{"period": "Q1", "value": 1}]}}, "stated-period-malformed", "Q1"),
        ({"facts": {"staff": [7]}}, "stated-claim-malformed", "7"),
        ({"events": [{"kind": "conversions", "at": "2025-01-01"}]}, "stated-event-not-known", "conversion"),
        ({"events": [{"kind": "conversion"}]}, "stated-event-malformed", "conversion"),
        ({"events": [{"kind": "conversion", "at": "2025-01-01", "nam": 1}]}, "stated-field-not-known", "name"),
        ({"events": "none"}, "stated-section-not-list", "events"),
        ({"judgements": {"markt": 1}}, "stated-judgement-not-known", "market"),
        ({"parameters": {"lines": 1}}, "stated-parameter-not-known", "line"),
    ],
)
def test_each_mistake_says_what_where_and_what_next(stated: dict[str, object], code: str, told: str) -> None:
    with pytest.raises(StatedError) as refused:
        view_of(stated, DAY, 2025, NOTHING)
    assert refused.value.code == code
    for language in ("zh", "en"):
        sentence = read_words(ROOT / "src" / "huoju" / "locale", language).say(f"error.{code}", refused.value.data)
        assert told in sentence
        assert "?" not in sentence
