"""Solving: every plan of small instances is tried beside it, and its bound holds for all of them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.decisions.lending import small_problem

from huoju.core.errors import PolicyError
from huoju.decisions.lending.problem import Plan, Prices, Problem, aim_of, bound_at, valued
from huoju.decisions.lending.solving import solve


def best_of_all(problem: Problem) -> float:
    """Return the best aim among all plans that keep every bound, one by one; -inf where there is none."""
    options = [
        [(-1, 0)] + [(k, a) for k in range(problem.cap.shape[1]) for a in range(problem.least, problem.cap[row, k] + 1)]
        for row in range(len(problem.cap))
    ]
    best = -np.inf
    for choice in itertools.product(*options):
        rate, amount = np.array(choice, dtype=np.int64).T
        plan = Plan(rate, amount)
        aim = problem.aim(plan)
        if aim > best and not problem.broken(plan):
            best = aim
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_all_is_better(seed: int) -> None:
    problem = small_problem(seed)
    solved = solve(problem)
    assert problem.broken(solved.plan) == ()
    best = best_of_all(problem)
    assert solved.value == pytest.approx(best, rel=1e-4, abs=1e-9)
    assert solved.bound >= best - 1e-9
    assert solved.gap <= 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_the_worst_tail_is_the_best_of_all_too(seed: int) -> None:
    problem = small_problem(seed, scenarios=3)
    solved = solve(problem)
    best = best_of_all(problem)
    assert solved.value == pytest.approx(best, rel=1e-4, abs=1e-9)
    assert solved.bound >= best - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_a_floor_on_grants_is_kept_or_said_to_be_impossible(seed: int) -> None:
    problem = small_problem(seed, grants=3)
    best = best_of_all(problem)
    if np.isinf(best):
        with pytest.raises(PolicyError) as error:
            solve(problem)
        assert error.value.data["asked"] == 3
        assert int(str(error.value.data["most"])) < 3
    else:
        solved = solve(problem)
        assert len(solved.plan.rows) >= 3
        assert solved.value == pytest.approx(best, rel=1e-4, abs=1e-9)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 3))
def test_any_prices_bound_every_plan(seed: int, budget: float, group: float, loss: float) -> None:
    """Weak duality, the proof behind the certificate: it asks nothing of the solver."""
    problem = small_problem(seed, count=3, rates=2)
    prices = Prices(np.array([budget, group]), loss, 0.0, problem.weight)
    assert bound_at(problem, prices, valued(problem, prices)[0]) >= best_of_all(problem) - 1e-9


@pytest.mark.parametrize("grants", [0, 2])
def test_where_nothing_may_be_lent_nobody_gets_anything(grants: int) -> None:
    problem = small_problem(0, grants=grants)
    problem.cap[:] = 1
    if grants:
        with pytest.raises(PolicyError, match="2 grants are asked for, 0 are open"):
            solve(problem)
    else:
        assert (solve(problem).value, solve(problem).bound) == (0.0, 0.0)


def test_the_mean_of_a_tail() -> None:
    outcomes, weight = np.array([1.0, -3.0, 5.0]), np.array([0.5, 0.1, 0.4])
    assert aim_of(outcomes, weight, None) == pytest.approx(0.5 - 0.3 + 2.0)
    assert aim_of(outcomes, weight, 0.1) == pytest.approx(-3.0)
    assert aim_of(outcomes, weight, 0.3) == pytest.approx((-3.0 * 0.1 + 1.0 * 0.2) / 0.3)


def test_the_same_problem_gives_the_same_plan() -> None:
    first, again = (solve(small_problem(5, count=40, rates=20)) for _ in range(2))
    assert first.plan.amount.tobytes() == again.plan.amount.tobytes()
    assert first.plan.rate.tobytes() == again.plan.rate.tobytes()
