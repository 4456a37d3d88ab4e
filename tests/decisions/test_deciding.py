"""Decisions: bounds that bind are named, worse risk never costs less, unknown is referred."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoju.core.errors import PolicyError
from huoju.decisions import decide, policy, read_policy
from huoju.decisions.deciding import Case, grades, price

POLICY = read_policy()


def case(**changed: object) -> Case:
    sound = Case(
        probability=np.array([0.008]),
        probability_high=np.array([0.02]),
        span=np.array([20.0]),
        apart=np.array([-30.0]),
        shortfall=np.array([0.01]),
        room=np.array([1e9]),
        service_share=1.02,
        yearly_sales=np.array([1e10]),
        months_known=np.array([36.0]),
        days_overdue=np.array([0.0]),
        has_defaulted=np.array([False]),
        is_dishonest=np.array([False]),
        is_out_of_business=np.array([False]),
        debt_known=np.array([True]),
        cash_known=np.array([True]),
    )
    return replace(sound, **{name: np.array([value]) for name, value in changed.items()})  # type: ignore[arg-type]


@given(st.floats(1e-4, 0.9), st.floats(0, 0.09))
def test_worse_risk_never_costs_less(probability: float, worse: float) -> None:
    both = price(np.array([probability, min(probability + worse, 0.99)]), POLICY)
    assert both[1] >= both[0]


@pytest.mark.parametrize(
    ("probability", "grade"),
    [(0.01, "A"), (0.010001, "B"), (0.03, "B"), (0.030001, "C"), (0.10, "C"), (0.100001, "D"), (np.nan, None)],
)
def test_a_grades_bound_belongs_to_the_better_letter(probability: float, grade: str | None) -> None:
    assert grades(np.array([probability]), POLICY)[0] == grade


@pytest.mark.parametrize(
    ("changed", "verdict", "code"),
    [
        ({}, "approve", "limit-at-most"),
        ({"yearly_sales": 1e8}, "approve", "share-of-sales"),
        ({"room": 1.5e8}, "approve", "repayment-capacity"),
        ({"has_defaulted": True}, "decline", "default-on-record"),
        ({"days_overdue": 91.0}, "decline", "overdue-on-record"),
        ({"days_overdue": 90.0}, "approve", "limit-at-most"),
        ({"is_dishonest": True}, "decline", "dishonesty-on-record"),
        ({"is_out_of_business": True}, "decline", "out-of-business"),
        ({"probability": 0.2}, "decline", "grade-declined"),
        ({"room": -1.0}, "decline", "repayment-capacity-too-small"),
        ({"probability": np.nan}, "refer", "score-unknown"),
        ({"room": np.nan}, "refer", "cash-flow-unknown"),
        ({"months_known": 11.0}, "refer", "history-too-short"),
        ({"months_known": 12.0}, "approve", "limit-at-most"),
        ({"span": 161.0}, "refer", "score-span-too-wide"),
        ({"apart": -81.0}, "refer", "challenger-differs"),
        ({"apart": 81.0}, "refer", "challenger-differs"),
        ({"apart": 80.0}, "approve", "limit-at-most"),
        ({"apart": np.nan}, "approve", "limit-at-most"),
        ({"probability_high": 0.21}, "refer", "default-probability-uncertain"),
        ({"shortfall": 0.41}, "refer", "shortfall-likely"),
    ],
)
def test_each_rule_decides_and_is_named(changed: dict[str, object], verdict: str, code: str) -> None:
    advice = decide(case(**changed), POLICY)
    assert advice.verdict[0] == verdict
    assert code in advice.binding[0]


def test_debt_that_is_not_on_record_is_said_so() -> None:
    assert decide(case(debt_known=False, cash_known=False), POLICY).missing[0] == (
        "debt-not-on-record",
        "cash-not-on-record",
    )


def test_a_declined_case_has_no_price_and_no_limit() -> None:
    advice = decide(case(has_defaulted=True), POLICY)
    assert advice.limit[0] == 0
    assert np.isnan(advice.rate[0])


def test_an_unknown_cash_flow_has_an_unknown_limit() -> None:
    assert np.isnan(decide(case(room=np.nan), POLICY).limit[0])


def test_grades_that_do_not_rise_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (policy.ROOM / "reference.yaml").read_text(encoding="utf-8").replace("B: 3%", "B: 0.5%")
    (tmp_path / "odd.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(policy, "ROOM", tmp_path)
    with pytest.raises(PolicyError, match="must rise"):
        read_policy("odd")


def test_an_unknown_policy_is_an_error() -> None:
    with pytest.raises(PolicyError):
        read_policy("none")
