"""A portfolio: unknown is never lent on, bounds hold, wider bounds never earn less, every loan has a reason."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.decisions.lending import WAN, applicants, terms

from huoju.core.errors import DocumentError, PolicyError
from huoju.decisions.lending import (
    SIMPLE,
    Applicants,
    Buyers,
    Churn,
    Portfolio,
    Terms,
    among_unrefused,
    choose,
    halving,
    make_offers,
    rating_chances,
    read_terms,
    sensitivity,
    simple_plan,
)
from huoju.decisions.lending.terms import ROOM

POLICY = terms()
CHURN = halving(0.035, POLICY.grid)


def lent(who: Applicants, policy: Terms = POLICY, churn: Churn = CHURN) -> Portfolio:
    return choose(make_offers(who, policy, churn))


@pytest.mark.parametrize(
    ("column", "code"),
    [("probability", "score-unknown"), ("room", "cash-flow-unknown"), ("yearly_sales", "sales-unknown")],
)
def test_what_is_unknown_is_referred_and_never_lent_on(column: str, code: str) -> None:
    who = applicants(60)
    best = lent(who).lent[0]
    values = getattr(who, column).copy()
    values[best] = np.nan
    again = lent(replace(who, **{column: values}))
    assert (again.verdict[best], again.limit[best]) == ("refer", 0)
    assert code in again.codes[best]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"rating": "D"}, "rating-refused"),
        ({"probability": 0.21}, "probability-too-high"),
        ({"room": 1 * WAN}, "repayment-capacity-too-small"),
        ({"room": -1e9}, "repayment-capacity-too-small"),
        ({"yearly_sales": 60 * WAN}, "share-of-sales-too-small"),
        ({"records": ("default-on-record",)}, "default-on-record"),
    ],
)
def test_each_refusal_is_named(changed: dict[str, object], code: str) -> None:
    who = applicants(60)
    best = int(lent(who).lent[0])
    for name, value in changed.items():
        column = list(getattr(who, name))
        column[best] = value
        kind = np.array(column) if isinstance(value, float | int) else tuple(column)
        who = replace(who, **{name: kind})  # type: ignore[arg-type]
    again = lent(who)
    assert (again.verdict[best], again.limit[best]) == ("refuse", 0)
    assert code in again.codes[best]


def test_limits_are_whole_and_within_the_contest_s_bounds() -> None:
    chosen = lent(applicants(200))
    given = chosen.limit[chosen.lent]
    assert set(chosen.limit[chosen.limit > 0]) == set(given)
    assert given.min() >= 10 * WAN
    assert given.max() <= 100 * WAN
    assert (given % WAN == 0).all()
    assert given.sum() <= POLICY.budget
    assert ((chosen.rate[chosen.lent] >= 0.04) & (chosen.rate[chosen.lent] <= 0.15)).all()


@pytest.mark.parametrize("counts", ["offered", "drawn"])
def test_every_bound_holds_by_an_independent_sum(counts: str) -> None:
    who = replace(applicants(300), buyers=Buyers(("B1",), np.random.default_rng(3).random((1, 300))))
    policy = terms(counts=counts)
    chosen = lent(who, policy)
    counted = chosen.limit * (1.0 if counts == "offered" else np.nan_to_num(chosen.kept))
    most = policy.budget * (1 + 1e-9)
    assert counted.sum() <= most
    for section in "CEFG":
        assert counted[np.array(who.industry) == section].sum() <= policy.bounds.industry * most
    assert counted @ who.buyers.share[0] <= policy.bounds.buyer * most
    assert chosen.limit.max() <= policy.bounds.single_borrower * policy.budget
    expected = np.nan_to_num(chosen.kept * chosen.limit * who.probability) * policy.loss_given_default
    assert chosen.total("loss") == pytest.approx(expected.sum())
    assert chosen.total("loss") <= policy.bounds.expected_loss * most
    assert chosen.solved.gap <= 1e-3
    assert any(bound.binds for bound in chosen.bounds)


def test_more_budget_never_earns_less_and_more_loss_allowed_neither() -> None:
    who = applicants(70)
    budgets = [lent(who, terms(budget=wan * WAN)).solved for wan in (500, 900, 1500)]
    assert all(more.bound >= less.value - 1e-9 for less, more in pairwise(budgets))
    assert all(more.value >= less.value * (1 - 1e-3) for less, more in pairwise(budgets))
    losses = []
    for share in (0.001, 0.003, 0.01):
        bounds = replace(POLICY.bounds, expected_loss=share)
        losses.append(lent(who, terms(bounds=bounds)).solved.value)
    assert losses[0] < losses[1] <= losses[2] * (1 + 1e-3)


@pytest.mark.parametrize("name", SIMPLE)
@pytest.mark.parametrize("counts", ["offered", "drawn"])
def test_no_simple_way_earns_more_within_the_same_bounds(name: str, counts: str) -> None:
    bounds = replace(POLICY.bounds, grants_at_least=0)
    chosen = lent(applicants(120, seed=4), terms(counts=counts, bounds=bounds))
    plan = simple_plan(name, chosen.offers, chosen.problem)
    assert len(plan.rows) > 0
    assert chosen.problem.broken(plan) == ()
    assert chosen.problem.aim(plan) <= chosen.solved.value * (1 + 1e-3)


def test_a_floor_that_can_t_be_met_says_how_many_could() -> None:
    bounds = replace(POLICY.bounds, grants_at_least=150)
    with pytest.raises(PolicyError) as error:
        lent(applicants(400), terms(budget=1000 * WAN, bounds=replace(bounds, single_borrower=0.1)))
    assert error.value.code == "lend-impossible"
    assert error.value.data["most"] == 100  # of 10 each out of 1,000
    with pytest.raises(PolicyError) as error:
        lent(applicants(20), terms(bounds=bounds))
    assert error.value.code == "lend-too-few-open"


def test_every_verdict_has_its_reason() -> None:
    chosen = lent(applicants(200))
    assert {"lend", "pass", "refuse"} <= set(chosen.verdict)
    for row, state in enumerate(chosen.verdict):
        assert chosen.codes[row]
        if state == "lend":
            assert chosen.codes[row][0].startswith("amount:")
            assert chosen.codes[row][1].startswith("rate-")
        if state == "pass":
            assert chosen.codes[row][0].split(":")[0] in ("no-rate-earns", "others-earn-more", "within-gap")


def test_the_amount_that_a_bound_cuts_names_the_bound() -> None:
    chosen = lent(applicants(200), terms(budget=1_995 * WAN))
    cut = [row for row in chosen.lent if chosen.codes[row][0] == "amount:budget"]
    assert len(cut) == 1
    assert chosen.limit[cut[0]] < chosen.problem.cap[cut[0], chosen.solved.plan.rate[cut[0]]] * WAN
    assert chosen.bounds[0].name == "budget"
    assert chosen.bounds[0].binds


def test_ratings_are_learnt_where_enough_are_on_record() -> None:
    rng = np.random.default_rng(1)
    probability = rng.beta(1, 8, 200)
    ranked = np.argsort(np.argsort(probability + rng.normal(0, 0.02, 200)))
    rating: list[str | None] = ["ABCD"[place * 4 // 200] for place in ranked]
    unrated = [*rating[:120], *[None] * 80]
    chance = rating_chances(probability, unrated, POLICY)
    assert chance.sum(axis=1) == pytest.approx(1)
    assert (chance[:120].max(axis=1) == 1).all()
    order = np.argsort(probability[120:])
    assert (np.diff(chance[120:][order, 3]) >= 0).all(), "the riskier, the likelier D"
    assert np.mean(chance[120:].argmax(axis=1) == ["ABCD".index(str(letter)) for letter in rating[120:]]) > 0.6


def test_with_too_few_ratings_the_policy_s_mix_stands() -> None:
    chance = rating_chances(np.array([0.01, np.nan, 0.5]), [None, None, "B"], POLICY)
    assert chance[:2, :3] == pytest.approx(np.tile(POLICY.mix, (2, 1)))
    assert chance[2].tolist() == [0, 1, 0, 0]


def test_a_probability_given_that_the_rating_is_not_refused() -> None:
    rng = np.random.default_rng(2)
    probability = rng.beta(2, 8, 100)
    rating = (*tuple("D" if row < 25 else "B" for row in range(99)), None)
    defaulted = np.array([1.0] * 25 + [1.0] * 3 + [0.0] * 71 + [np.nan])
    shifted = among_unrefused(probability, rating, defaulted, POLICY)
    assert shifted[25:99].mean() == pytest.approx(3.5 / 75)
    assert (np.argsort(shifted[25:99]) == np.argsort(probability[25:99])).all()
    assert (shifted[:25] == probability[:25]).all()
    assert shifted[99] == probability[99]


def test_the_sensitivity_moves_as_it_must() -> None:
    who = applicants(80)
    chosen = lent(who)
    found = {(line.code, line.by): line for line in sensitivity(chosen, who, POLICY, CHURN)}
    profits = {key: line.portfolio.total("profit") for key, line in found.items() if line.portfolio is not None}
    base = chosen.total("profit")
    assert profits["budget", "-20%"] < base < profits["budget", "+20%"]
    assert profits["loss-given-default", "75%"] < base < profits["loss-given-default", "45%"]
    assert profits["funding-cost", "2.7%"] < base < profits["funding-cost", "1.7%"]
    assert profits["churn", "+0.5"] < base < profits["churn", "-0.5"]
    assert profits["default-probability", "×1.5"] < base
    for line in found.values():
        if line.portfolio is not None and not np.isnan(line.kept_profit):
            assert line.kept_profit <= line.portfolio.total("profit") * (1 + 1e-3)


@pytest.mark.parametrize(
    ("was", "is_now", "error"),
    [
        ("at_least_yuan: 10万", "at_least_yuan: 200万", PolicyError),
        ("step_yuan: 1万", "step_yuan: 3万", PolicyError),
        ("yuan: 1亿", "yuan: 5万", PolicyError),
        ("single_borrower: 2%", "single_borrower: 0.01%", PolicyError),
        ("expected_loss: 2%", "expected_loss: 120%", PolicyError),
        ("counts: offered", "counts: both", DocumentError),
        ("at_least: 4%", "at_least: 16%", PolicyError),
        ("buyer: 10%", "bayer: 10%", DocumentError),
        ("{A: 27, B: 38, C: 34}", "{A: 0, B: 0, C: 0}", PolicyError),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(was: str, is_now: str, error: type, tmp_path: Path) -> None:
    text = (ROOM / "portfolio.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "own.yaml").write_text(text.replace(was, is_now, 1), encoding="utf-8")
    with pytest.raises(error):
        read_terms(tmp_path / "own.yaml")


def test_a_policy_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        read_terms(tmp_path / "none.yaml")


def test_every_code_has_words_in_both_languages() -> None:
    from huoju.decisions.lending.offers import CAPS
    from huoju.services.words import words_in

    for language in ("zh", "en"):
        words = words_in(language)
        for name in (*CAPS, "grants-at-least", "within-gap", "bound"):
            assert f"lend.reason.amount.{name}" in words
        for name in CAPS:
            assert f"lend.set-by.{name}" in words
            too_small = f"{name}-too-small"
            assert f"lend.code.{too_small}" in words or f"term.binding.{too_small}" in words
        for code in (*POLICY.refused_records, *POLICY.referred):
            assert f"lend.code.{code}" in words or f"term.binding.{code}" in words
        for name in SIMPLE:
            assert f"lend.simple.{name}" in words
