"""Cheapest changes: worked by hand, cheapest on every grid that was tried, confirmed, and never of what is fixed."""

import os
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from tests.ratings.gap_made import INNOVATIVE, TECH, firm

from huoju.core.variable import variables
from huoju.core.view import View
from huoju.ratings.decide import rate
from huoju.ratings.gap import Changes, Costs, Price, changes_of, cheapest_changes
from huoju.ratings.gap.movable import read_now
from huoju.ratings.gap.told import value_of, with_facts
from huoju.ratings.plan import Prepared
from huoju.ratings.shipped import load_scheme

TECH_SME, INNOVATIVE_SME = load_scheme("tech_sme"), load_scheme("innovative_sme")
Grid = dict[str, list[tuple[Fraction, Fraction]]]
FIRMS = 2_000 if os.environ.get("HUOJU_DEEP") else 120


def told(result: Changes) -> dict[str, object]:
    return {change.name: change.after for change in result.changes}


def after(view: View, result: Changes) -> View:
    return with_facts(view, {(change.name, 0): change.after for change in result.changes})


def price(up: int | None, down: int | None = None, **more: object) -> Price:
    ways = [None if way is None else Fraction(way) for way in (up, down)]
    return Price(*ways, **more)  # type: ignore[arg-type]


def test_one_more_of_the_technical_staff_is_enough() -> None:
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, rd_staff=9))
    assert (result.found, told(result), result.cost) == ("changes", {"rd_staff": 10}, 1)
    assert (result.route, result.score, result.is_exact) == ("score", 72, True)


def test_one_yuan_that_is_lacking_is_one_yuan_to_find() -> None:
    view = firm(TECH_SME, TECH, rd_staff=10, class2_ip=1, rd_expense=2_999_999)
    result = cheapest_changes(TECH_SME, view)
    assert told(result) == {"rd_expense": 3_000_000}
    assert result.cost == Fraction(1, 2_999_999)


def test_rd_by_sales_is_raised_to_the_next_band_that_is_needed() -> None:
    """2 % gives 10; 16 + 18 leave 26 to find, so 30 points, so 4 % of 50 million."""
    costs = Costs({"rd_expense": price(1), "class2_ip": price(2_000_000)}, {})
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, rd_expense=1_000_000), costs=costs)
    assert (told(result), result.cost, result.score) == ({"rd_expense": 2_000_000}, 1_000_000, 64)


def test_a_dear_fact_gives_way_to_a_cheap_one() -> None:
    """One right of Class I gives 12 more than three of Class II: then 20 points of R&D do, 3 % of 50 million."""
    costs = Costs({"rd_expense": price(1), "class1_ip": price(400_000)}, {})
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, rd_expense=1_000_000), costs=costs)
    assert (told(result), result.cost) == ({"rd_expense": 1_500_000, "class1_ip": 1}, 900_000)


def test_a_fixed_cost_is_paid_once() -> None:
    fixed = {"rd_expense": price(1, fixed=Fraction(500_000)), "class1_ip": price(2_000_000)}
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, rd_expense=1_000_000), costs=Costs(fixed, {}))
    assert (told(result), result.cost) == ({"rd_expense": 2_000_000}, 1_500_000)


def test_a_step_rounds_to_the_safe_side() -> None:
    costs = Costs({"rd_expense": price(1, step=Fraction(300_000))}, {})
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, rd_expense=1_000_000), costs=costs)
    assert told(result) == {"rd_expense": 2_200_000}


def test_a_label_can_be_bought_where_it_is_priced() -> None:
    scheme = INNOVATIVE_SME
    labels = {"municipal": Fraction(1), "provincial": Fraction(7), "national": Fraction(9)}
    view = firm(scheme, INNOVATIVE, rd_expense=900_000)
    flags = [name for name in read_now(scheme, scheme.scheme.versions[0]) if name == "provincial_rd_institution"]
    costs = Costs({"rd_institution_level": Price(labels=labels), **{name: price(7) for name in flags}}, {})
    result = cheapest_changes(scheme, view, costs=costs)
    assert (result.found, result.route, result.cost) == ("changes", "direct", 7)


def test_a_part_that_is_too_weak_is_what_is_mended() -> None:
    """R&D 0.9 % leaves innovation at 5 of 20: 3 % gives 15 more."""
    costs = Costs({"rd_expense": price(1)}, {})
    result = cheapest_changes(INNOVATIVE_SME, firm(INNOVATIVE_SME, INNOVATIVE, rd_expense=900_000), costs=costs)
    assert (told(result), result.cost, result.score) == ({"rd_expense": 3_000_000}, 2_100_000, 75)


def test_a_veto_that_is_history_blocks() -> None:
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, abnormal_list=True))
    assert result.found == "blocked"
    assert [(own.sort, own.ids, own.unknown) for own in result.blocked] == [("veto", ("abnormal_list",), ())]


def test_what_is_unknown_blocks_and_is_named() -> None:
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH, major_accident_since_last_year=None))
    assert [(own.ids, [r.name for r in own.unknown]) for own in result.blocked] == [
        (("accident",), ["major_accident_since_last_year"])
    ]


def test_what_passes_needs_nothing() -> None:
    result = cheapest_changes(TECH_SME, firm(TECH_SME, TECH))
    assert (result.found, result.changes, result.cost) == ("passes", (), None)


def test_plain_results_hold_texts_only() -> None:
    plain = changes_of(prepared=TECH_SME, view=firm(TECH_SME, TECH, rd_staff=9))
    assert plain["cost"] == "1"
    changes = plain["changes"]
    assert isinstance(changes, list)
    assert (changes[0]["name"], changes[0]["before"], changes[0]["after"]) == ("rd_staff", "9", "10")


def _drawn(random: Random, prepared: Prepared, base: dict[str, object]) -> View:
    """Return a firm whose numbers are drawn near the bands."""
    changed: dict[str, object] = {}
    for name, value in base.items():
        if isinstance(value, int) and not isinstance(value, bool) and random.random() < 0.5:
            factor = random.choice([2, 3, 5, 9, 10, 11, 20])
            changed[name] = max(0, value * factor // 10 + random.choice([-1, 0, 0, 1]))
    if random.random() < 0.8:  # too little R&D, as most that fail have
        changed["rd_expense"] = 3_000_000 // random.choice([3, 4, 5])
    if random.random() < 0.1:
        changed[random.choice([name for name, value in base.items() if value is False])] = None
    return firm(prepared, base, **changed)


def _grid(random: Random, prepared: Prepared, view: View) -> tuple[Costs, Grid]:
    """Return prices of some facts and every value that those allow, with its cost."""
    version = prepared.scheme.versions[-1]
    names = [name for name in read_now(prepared, version) if variables()[name].dtype in ("money", "count")]
    known = [name for name in names if isinstance(value_of(view, name), Fraction)]
    prices, grid = {}, Grid()
    for name in dict.fromkeys(["rd_expense", *random.sample(known, min(len(known), random.randint(1, 3)))]):
        start = Fraction(str(value_of(view, name)))
        step = Fraction(1 if variables()[name].dtype == "count" else random.choice([300_000, 333_333, 700_000]))
        up, down = (Fraction(random.randint(0, 9), 7) / step if random.random() < 0.8 else None for _ in range(2))
        fixed = Fraction(random.choice([0, 0, 3]))
        steps = (random.randint(0, 6), min(random.randint(0, 4), max(0, int(start / step) - 1)))
        prices[name] = Price(up, down, fixed, step, start - steps[1] * step, start + steps[0] * step, "")
        grid[name] = [(start, Fraction(0))]
        for way, count, cost in ((1, steps[0], up), (-1, steps[1], down)):
            if cost is not None:
                grid[name] += [(start + way * n * step, fixed + cost * n * step) for n in range(1, count + 1)]
    return Costs(prices, {}), grid


def _by_hand(prepared: Prepared, view: View, costs: Costs, grid: Grid) -> Fraction | None:
    """Return the cost of the cheapest point of a grid that passes, found by looking at all of them."""
    names = read_now(prepared, prepared.scheme.versions[-1])
    for point in sorted(product(*grid.values()), key=lambda point: sum(cost for _, cost in point)):
        facts = dict(zip(grid, (value for value, _ in point), strict=True))
        now = {name: facts.get(name, value_of(view, name)) for name in names}
        if any(_exceeds(name, now, view, costs) for name in names):
            continue
        if rate(prepared, with_facts(view, {(name, 0): value for name, value in facts.items()}), 0).outcome == "passed":
            return sum((cost for _, cost in point), Fraction(0))
    return None


def _exceeds(name: str, now: dict[str, object], view: View, costs: Costs) -> bool:
    above = variables()[name].within if name not in costs.changes else ""
    values = now.get(name), now.get(above), value_of(view, name), value_of(view, above) if above else None
    if not above or not all(isinstance(value, Fraction) for value in values):
        return False
    own, other, before, before_other = (Fraction(str(value)) for value in values)
    return before <= before_other and own > other


@pytest.mark.parametrize("seed", range(FIRMS))
def test_nothing_on_a_grid_is_cheaper(seed: int) -> None:
    random = Random(seed)
    prepared, base = (TECH_SME, TECH) if seed % 2 else (INNOVATIVE_SME, INNOVATIVE)
    view = _drawn(random, prepared, base)
    costs, grid = _grid(random, prepared, view)
    result = cheapest_changes(prepared, view, costs=costs)
    if result.found == "passes":
        return
    best = _by_hand(prepared, view, costs, grid)
    assert result.is_exact
    assert (result.found == "blocked") is (best is None)
    assert result.cost == best


@pytest.mark.parametrize("seed", range(FIRMS // 2))
def test_what_is_given_passes_and_not_a_step_of_it_can_be_spared(seed: int) -> None:
    random = Random(1_000 + seed)
    prepared, base = (TECH_SME, TECH) if seed % 2 else (INNOVATIVE_SME, INNOVATIVE)
    view = _drawn(random, prepared, base)
    result = cheapest_changes(prepared, view)
    if result.found != "changes":
        return
    assert rate(prepared, after(view, result), 0).outcome == "passed"
    assert sum(change.cost for change in result.changes) == result.cost
    for change in result.changes:
        variable = variables()[change.name]
        assert variable.changeable in ("both", "up", "down")
        start, end = Fraction(change.before), Fraction(change.after)
        nearer = with_facts(after(view, result), {(change.name, 0): end - (1 if end > start else -1)})
        if rate(prepared, nearer, 0).outcome == "passed":  # only where another fact may not rise above it
            assert any(variables()[other.name].within == change.name for other in result.changes)
