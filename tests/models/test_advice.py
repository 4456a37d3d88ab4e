"""Advice is the cheapest that reaches: every combination of steps is tried beside it, and nothing gets worse."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.models.made_tables import made_table, made_values

from huoju.core.errors import DocumentError
from huoju.models.default_risk.features import features
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.torch_score.advice import Advice, advise
from huoju.models.torch_score.changes import DEFAULT, SCALES, Change, read_changes
from huoju.services import cells


def made_changes(table: PointsTable, seed: int) -> dict[str, Change]:
    """Return changes of all inputs but one, at random costs; two of them rest on the same facts."""
    random = np.random.default_rng(seed)
    found = {}
    for place, part in enumerate(table.inputs[:-1]):
        cost, fixed = (Fraction(int(random.integers(1, 9)), 2) for _ in range(2))
        facts = "shared" if place in {0, 4} else ""
        found[part.name] = Change(part.name, "plain", Fraction(3, 4), Fraction(3), cost, fixed, facts=facts)
    return found


def all_plans(table: PointsTable, values: np.ndarray, changes: dict[str, Change]) -> list[tuple[Fraction, int]]:
    """Return cost and score of every combination of every step, the facts minded."""
    ways: list[list[tuple[float, Fraction]]] = []
    for part, value in zip(table.inputs, values, strict=True):
        own = [(float(value), Fraction(0))]
        if part.name in changes and part.sign and np.isfinite(value):
            own += changes[part.name].options(float(value), upwards=part.sign < 0)
        ways.append(own)
    shared = [place for place, part in enumerate(table.inputs) if part.name in changes and changes[part.name].facts]
    found = []
    rows = []
    for plan in itertools.product(*(range(len(own)) for own in ways)):
        if sum(plan[place] > 0 for place in shared) <= 1:
            found.append(sum((own[number][1] for own, number in zip(ways, plan, strict=True)), Fraction(0)))
            rows.append([own[number][0] for own, number in zip(ways, plan, strict=True)])
    return list(zip(found, table.score(np.array(rows)).tolist(), strict=True))


def told(table: PointsTable, values: np.ndarray, advice: Advice) -> np.ndarray:
    after = values.copy()
    for step in advice.steps:
        after[table.names.index(step.name)] = step.after
    return after


@settings(max_examples=60)
@given(some.integers(0, 100_000), some.integers(0, 200))
def test_nothing_cheaper_reaches_the_target(seed: int, more: int) -> None:
    table = made_table(seed, inputs=8, bins=6, pairs=seed % 5)
    values, changes = made_values(table, 1, seed)[0], made_changes(table, seed)
    score = int(table.score(values[None])[0])
    advice = advise(table, values, changes, score + more)
    plans = all_plans(table, values, changes)
    reaching = [cost for cost, reached in plans if reached >= score + more]
    assert advice.score == score
    assert (advice.found == "unreachable") == (not reaching)
    if reaching:
        assert advice.cost == min(reaching)
    else:
        highest = max(reached for _, reached in plans)
        assert advice.reached == highest
        assert advice.cost == min(cost for cost, reached in plans if reached == highest)
    cheaper = [reached for cost, reached in plans if cost < advice.cost]
    assert advice.cheaper == max(cheaper, default=None)


@settings(max_examples=60)
@given(some.integers(0, 100_000), some.integers(1, 400))
def test_steps_add_up_and_only_lower_risk(seed: int, more: int) -> None:
    table = made_table(seed, inputs=8, bins=7, pairs=seed % 5)
    values, changes = made_values(table, 1, seed)[0], made_changes(table, seed)
    advice = advise(table, values, changes, int(table.score(values[None])[0]) + more)
    after = told(table, values, advice)
    assert int(table.score(after[None])[0]) == advice.reached
    assert sum((step.cost for step in advice.steps), Fraction(0)) == advice.cost
    gained = sum(step.points for step in advice.steps)
    assert int(table.unbounded(after[None])[0]) - int(table.unbounded(values[None])[0]) == gained
    for step in advice.steps:
        part = table.inputs[table.names.index(step.name)]
        assert part.sign
        assert (step.after - step.before) * part.sign < 0
        assert step.points >= 0
    moved = {changes[step.name].facts for step in advice.steps if changes[step.name].facts}
    assert len(moved) == len([step for step in advice.steps if changes[step.name].facts])


def test_what_is_there_already_needs_nothing() -> None:
    table = made_table(3)
    values = made_values(table, 1)[0]
    advice = advise(table, values, made_changes(table, 3), int(table.score(values[None])[0]))
    assert (advice.found, advice.steps, advice.cost, advice.cheaper) == ("already", (), 0, None)


def test_an_unknown_input_stays_until_its_document_is_supplied() -> None:
    table = made_table(0, inputs=2, bins=6, pairs=0)
    changes = made_changes(table, 1)
    values = np.array([np.nan, np.nan])
    best = float(table.inputs[0].edges[0])
    nothing = advise(table, values, changes, 1000)
    assert nothing.steps == ()
    assert "unknown" in {left.why for left in nothing.left}
    shown = advise(table, values, changes, 1000, {"input_0": (best, Fraction(1))})
    gained = int(table.unbounded(np.array([[best, np.nan]]))[0] - table.unbounded(values[None])[0])
    assert gained > 0
    assert [(step.name, step.after, step.cost, step.points) for step in shown.steps] == [("input_0", best, 1, gained)]


def test_the_shipped_changes_are_of_inputs_that_exist() -> None:
    changes, known = read_changes(), {feature.name: feature for feature in features()}
    assert changes.source == "huoju design default"
    assert all(change.source == "huoju design default" for change in changes.by_input.values())
    names = {*changes.by_input, *changes.held}
    assert names == known.keys(), "every input is changed or held, with a reason"
    assert not [name for name in changes.by_input if not known[name].sign], "what is free never changes"


@pytest.mark.parametrize(("name", "held", "upwards"), [("overdue", 1.5, False), ("patents", np.log1p(3), True)])
def test_steps_are_in_the_quantity_that_people_know(name: str, held: float, upwards: bool) -> None:
    change = read_changes().by_input[name]
    options = change.options(float(held), upwards)
    known = [change.told(value) for value, _ in options]
    if name == "patents":
        assert known == [4, 5]
        assert [cost for _, cost in options] == [60, 120]
    else:
        assert known == list(range(44, -1, -1))
        assert options[-1] == (0.0, 1 + Fraction(1, 5) * 45)


def test_what_changes_is_told_as_everywhere_else() -> None:
    """A value reads the same as in an explanation, and goes back to what the model holds."""
    random = np.random.default_rng(4)
    for name, change in read_changes().by_input.items():
        for _ in range(20):
            value = (
                float(random.integers(1, 40))
                if change.scale in {"count", "days", "plain"}
                else random.uniform(0.01, 0.9)
            )
            value *= 1e7 if change.scale.startswith("amount") else 1
            held = SCALES[change.scale].held(value)
            assert change.told(held) == pytest.approx(value)
            shown = float(cells.shown(name, held).rstrip("%").replace(",", "").replace("−", "-"))
            scale = 1e-4 if change.scale.startswith("amount") else 100 if SCALES[change.scale].is_share else 1
            if name != "debt_load":  # written as a ratio there
                assert shown == pytest.approx(value * scale, abs=0.51)


BAD = {
    "scale: days": ("scale: weeks", "choice"),
    "step: 5%": ("step: 0", "not-above-0"),
    "cost: 60": ("cost: -1", "below-0"),
    "  history:": ("  growth:", "id-twice"),
    "how: {zh: 补缴社保, en: Pay contributions in arrears}": ("hows: {}", "key-unknown"),
}


def test_a_file_may_not_speak_of_what_is_no_input(tmp_path: Path) -> None:
    path = tmp_path / "changes.yaml"
    path.write_text(DEFAULT.read_text(encoding="utf-8").replace("  arrears:", "  arears:"), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"changes\.yaml:\d+.*nearest: arrears"):
        read_changes(path, [feature.name for feature in features()])


@pytest.mark.parametrize("right", BAD)
def test_a_file_of_changes_is_read_strictly(right: str, tmp_path: Path) -> None:
    wrong, code = BAD[right]
    text = DEFAULT.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "changes.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_changes(path)
    assert caught.value.code == f"document-{code}"
    assert "changes.yaml:" in str(caught.value)
