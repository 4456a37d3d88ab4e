"""Deciding facts: worked by hand, and what is said to decide does decide."""

from fractions import Fraction
from random import Random

import pytest
from tests.ratings.gap_made import INNOVATIVE, TECH, firm

from huoju.ratings.decide import rate
from huoju.ratings.gap import Costs, Deciding, deciding_facts, deciding_of
from huoju.ratings.gap.guesses import Guesser
from huoju.ratings.gap.told import alone
from huoju.ratings.plan import Prepared
from huoju.ratings.shipped import load_scheme

TECH_SME, INNOVATIVE_SME = load_scheme("tech_sme"), load_scheme("innovative_sme")


def named(result: Deciding) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(tuple(one.reading.name for one in own.wanted), own.brings) for own in result.sets]


def test_costs_that_are_missing_decide() -> None:
    """Vector 5 of 115号: R&D 1,000,000 of unknown costs; from 20 % on it earns 30, so up to 5 million it passes."""
    result = deciding_facts(TECH_SME, firm(TECH_SME, TECH, rd_expense=1_000_000, costs_and_expenses=None))
    assert named(result) == [(("costs_and_expenses",), ("passed", "failed"))]
    stretches = [(s.brings, s.low, s.high) for s in result.sets[0].stretches]
    assert stretches == [("open", "0", "0"), ("passed", "0.01", "5000000"), ("failed", "5000000.01", None)]
    assert result.sets[0].wanted[0].supplier == "企业自报"
    assert result.is_complete


def test_a_list_that_is_missing_decides_whatever_it_says() -> None:
    result = deciding_facts(TECH_SME, firm(TECH_SME, TECH, abnormal_list=None))
    assert named(result) == [(("abnormal_list",), ("failed", "passed"))]
    assert result.sets[0].is_certain


def test_what_alone_can_only_fail_passes_together() -> None:
    view = firm(TECH_SME, TECH, abnormal_list=None, banned_product=None)
    assert named(deciding_facts(TECH_SME, view)) == [
        (("banned_product",), ("failed",)),
        (("abnormal_list",), ("failed",)),
        (("banned_product", "abnormal_list"), ("passed",)),
    ]


def test_the_cheaper_of_two_comes_first() -> None:
    view = firm(TECH_SME, TECH, abnormal_list=None, banned_product=None)
    result = deciding_facts(TECH_SME, view, costs=Costs({}, {"banned_product": Fraction(3)}))
    assert [names for names, _ in named(result)][:2] == [("abnormal_list",), ("banned_product",)]


def test_with_all_unknown_one_set_is_named_that_can_pass() -> None:
    view = firm(TECH_SME, dict.fromkeys(TECH))
    result = deciding_facts(TECH_SME, view)
    assert all(own.brings == ("failed",) for own in result.sets)
    assert result.passing is not None
    assert {"is_resident", "staff", "abnormal_list"} <= {one.reading.name for one in result.passing.wanted}


def test_where_nothing_is_open_nothing_decides() -> None:
    result = deciding_facts(TECH_SME, firm(TECH_SME, TECH))
    assert (result.decides, result.sets) == ("nothing", ())


def test_where_only_the_score_is_open_a_fact_narrows_it() -> None:
    result = deciding_facts(TECH_SME, firm(TECH_SME, TECH, class2_ip=None))
    assert (result.outcome, result.decides) == ("passed", "score")
    assert named(result) == [(("class2_ip",), ("scored",))]
    assert result.sets[0].narrows == 24


def test_plain_results_hold_texts_only() -> None:
    plain = deciding_of(prepared=TECH_SME, view=firm(TECH_SME, TECH, abnormal_list=None))
    sets = plain["sets"]
    assert isinstance(sets, list)
    assert sets[0]["wanted"][0]["reading"] == {"sort": "fact", "name": "abnormal_list", "lag": 0}


@pytest.mark.parametrize("seed", range(30))
def test_what_is_said_to_decide_does(seed: int) -> None:
    random = Random(seed)
    prepared, base = (TECH_SME, TECH) if seed % 2 else (INNOVATIVE_SME, INNOVATIVE)
    unknown = random.sample(sorted(set(base) - {"main_revenue"}), random.randint(1, 4))
    view = firm(prepared, base, **dict.fromkeys(unknown))
    result = deciding_facts(prepared, view)
    for own in result.sets:
        for example in own.examples:
            told = view
            for one, (name, shown) in zip(own.wanted, example.values, strict=True):
                assert one.reading.name == name
                guesses = _guesser(prepared).guesses(one.reading, alone(told, 0))
                told = next(guess for guess in guesses if guess.shown == shown).tell(told)
            if result.decides == "outcome":
                assert rate(prepared, told, 0).outcome == example.brings


@pytest.mark.parametrize("name", ["rd_expense", "class2_ip", "rd_staff", "operating_revenue", "costs_and_expenses"])
def test_between_its_points_a_fact_brings_the_same(name: str) -> None:
    """Values drawn at random bring what the stretch says in which they lie."""
    random = Random(name)
    view = firm(TECH_SME, TECH, **{name: None})
    result = deciding_facts(TECH_SME, view)
    stretches = [stretch for own in result.sets for stretch in own.stretches]
    for _ in range(40 if stretches else 0):
        value = random.choice([random.randint(0, 12), random.randint(0, 10**7), random.randint(0, 3 * 10**8)])
        brings = next(
            s.brings
            for s in stretches
            if (s.low is None or float(s.low) <= value) and (s.high is None or value <= float(s.high))
        )
        outcome = rate(TECH_SME, firm(TECH_SME, TECH, **{name: value}), 0).outcome
        assert (outcome if outcome in ("passed", "failed") else "open") == brings or result.decides == "score"


def _guesser(prepared: Prepared) -> Guesser:
    return Guesser(prepared, prepared.scheme.versions[-1])
