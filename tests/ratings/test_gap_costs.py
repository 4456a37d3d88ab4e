"""Cost files: read strictly, every mistake with file and line."""

from fractions import Fraction
from pathlib import Path

import pytest

from huoju.core.errors import DocumentError
from huoju.ratings.gap import Costs, default_costs, read_costs

GOOD = """
changes:
  rd_expense: {cost: 1}
  rd_staff: {cost: {up: 15万}, at_most: 60}
  operating_revenue: {cost: {up: 0.2}, step: 1万, fixed: 5万, within: total_assets}
  management_system_certified: {cost: 8万}
  rd_institution_level: {labels: {municipal: 20万, provincial: 100万}}
  staff: {cost: 1, changeable: false}
obtains:
  costs_and_expenses: 3
"""


def read(tmp_path: Path, text: str) -> Costs:
    path = tmp_path / "costs.yaml"
    path.write_text(text, encoding="utf-8")
    return read_costs(path)


def test_a_cost_file_says_what_may_change_and_how(tmp_path: Path) -> None:
    costs = read(tmp_path, GOOD)
    assert set(costs.changes) == {
        *("rd_expense", "rd_staff", "operating_revenue", "management_system_certified", "rd_institution_level")
    }
    staff, revenue = costs.changes["rd_staff"], costs.changes["operating_revenue"]
    assert (staff.up, staff.down, staff.step, staff.at_most, staff.within) == (150_000, None, 1, 60, "staff")
    assert (revenue.up, revenue.step, revenue.fixed, revenue.within) == (
        *(Fraction(1, 5), 10_000, 50_000, "total_assets"),
    )
    assert costs.changes["rd_institution_level"].labels == {"municipal": 200_000, "provincial": 1_000_000}
    assert (costs.of_obtaining("costs_and_expenses"), costs.of_obtaining("staff")) == (3, 1)


def test_json_is_read_too(tmp_path: Path) -> None:
    assert read(tmp_path, '{"changes": {"rd_expense": {"cost": 2}}}').changes["rd_expense"].down == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("rd_expence: {cost: 1}", "nearest: rd_expense"),
        ("abnormal_list: {cost: 1}", "can't change"),
        ("founded_on: {cost: 1}", "can't change"),
        ("rd_expense: {price: 1}", "unknown key 'price'"),
        ("rd_expense: {fixed: 1}", "cost is needed"),
        ("rd_expense: {cost: -1}", "must not be negative"),
        ("rd_expense: {cost: {}}", "up and down"),
        ("rd_expense: {cost: {sideways: 1}}", "unknown key 'sideways'"),
        ("rd_expense: {cost: 1, step: 0}", "step must be"),
        ("rd_expense: {cost: 1, step: 0.001}", "step must be"),
        ("rd_staff: {cost: 1, step: 0.5}", "step must be"),
        ("rd_expense: {cost: 1, at_least: 2, at_most: 1}", "lies above"),
        ("rd_expense: {cost: 1, within: staff}", "another kind"),
        ("rd_expense: {cost: 1, labels: {a: 1}}", "is no text"),
        ("rd_institution_level: {cost: 1}", "unknown key 'cost'"),
        ("rd_institution_level: {labels: {}}", "state labels"),
        ("rd_expense: {cost: many}", "must be a number"),
    ],
)
def test_a_mistake_names_file_and_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read(tmp_path, f"changes:\n  {line}\n")
    assert says in str(raised.value)
    assert "costs.yaml:" in str(raised.value)


def test_without_a_file_history_and_lists_never_change() -> None:
    values = {
        "rd_expense": Fraction(100),
        "abnormal_list": Fraction(1),
        "own_brand": Fraction(0),
        "niche_years": Fraction(2),
    }
    costs = default_costs(values, values)
    assert set(costs.changes) == {"rd_expense", "own_brand"}
    assert costs.changes["rd_expense"].up == Fraction(1, 100)
