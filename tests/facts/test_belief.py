"""The order of belief is data: legal source, freshness, completeness; what differs too far is said."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from tests.facts.made import AS_OF, Made, Shelf, claim, named, shelf

from huoju.core import Fact, Period, variables
from huoju.core.errors import DocumentError
from huoju.facts.believing import Belief
from huoju.facts.conflicts import conflicts
from huoju.facts.cutting import cut_panel
from huoju.facts.explaining import explain
from huoju.fusion import belief_order, preferences
from huoju.fusion.belief import CRITERIA
from huoju.sources import find_sources

LINKS = Belief.plain().links
FIRST = ("register", "report")


def believing(variable: str, *criteria: str) -> Belief:
    return Belief(LINKS, {variable: FIRST}, {variable: criteria})


def holding(number: int, known: date, source: str, row: int = 1) -> Fact:
    return claim("uscc:A", "registered_capital", number, Period.day(known), known, source=source, row=row)


def believed(here: Shelf, belief: Belief, variable: str = "registered_capital") -> int:
    column = cut_panel(here.store(), AS_OF, belief).latest(variable)
    assert column.known[0]
    return int(column.values[0])


def why(here: Shelf, belief: Belief, variable: str = "registered_capital") -> Mapping[int, str]:
    store = here.store()
    panel = cut_panel(store, AS_OF, belief)
    found = explain(store, panel, belief, "uscc:A", variable)
    won = {row["number"] for row in found.claims.to_pylist() if row["won"]}
    assert won == set(found.believed["number"].to_pylist())
    return {row["number"]: row["why"] for row in found.claims.to_pylist()}


def test_a_legal_source_outweighs_fresher_claims_of_what_holds(tmp_path: Path) -> None:
    early, late, other = (
        holding(100, date(2023, 1, 1), "register"),
        holding(300, date(2024, 5, 1), "report"),
        holding(500, date(2024, 6, 1), "rumour"),
    )
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), early, late, other)))
    legal = believing("registered_capital", "legal_source", "freshness")
    assert believed(here, legal) == 100
    assert why(here, legal) == {100: "legal-source", 300: "not-heard", 500: "not-heard"}
    assert believed(here, believing("registered_capital", "freshness", "legal_source")) == 500
    assert believed(here, Belief.plain()) == 500


def test_a_later_claim_of_the_legal_source_itself_counts(tmp_path: Path) -> None:
    told = (holding(100, date(2023, 1, 1), "register"), holding(200, date(2024, 1, 1), "register", 2))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told, holding(300, date(2024, 5, 1), "report"))))
    assert believed(here, believing("registered_capital", "legal_source", "freshness")) == 200


def test_before_a_legal_source_has_spoken_the_others_are_heard(tmp_path: Path) -> None:
    told = (holding(300, date(2023, 5, 1), "report"), holding(100, date(2024, 8, 1), "register"))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    assert believed(here, believing("registered_capital", "legal_source", "freshness")) == 300


def test_of_a_year_the_legal_source_wins_within_the_year_only(tmp_path: Path) -> None:
    def year(number: int, of: int, known: date, source: str) -> Fact:
        return claim("uscc:A", "staff", number, Period.year(of), known, source=source)

    told = (
        year(10, 2022, date(2023, 3, 1), "register"),
        year(20, 2022, date(2024, 3, 1), "report"),
        year(30, 2023, date(2024, 3, 2), "report"),
    )
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    legal = believing("staff", "legal_source", "freshness")
    assert why(here, legal, "staff") == {10: "legal-source", 20: "not-legal-source", 30: "only-claim"}
    assert believed(here, legal, "staff") == 30


def test_of_equal_claims_the_record_that_says_more_is_believed(tmp_path: Path) -> None:
    day, year = date(2024, 2, 1), Period.year(2023)
    sparse = claim("uscc:A", "staff", 10, year, day, source="a_list", row=1)
    full = claim("uscc:A", "staff", 20, year, day, source="b_list", row=2)
    beside = claim("uscc:A", "cash", 1, year, day, source="b_list", row=2)
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), sparse, full, beside)))
    complete = Belief(LINKS, {}, {"staff": ("freshness", "legal_source", "completeness")})
    assert why(here, complete, "staff") == {20: "more-complete", 10: "less-complete"}
    assert why(here, Belief.plain(), "staff") == {10: "file-order", 20: "file-after"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_deliveries_is_no_matter_to_belief(tmp_path: Path, order: tuple[int, ...]) -> None:
    made = [
        Made("one", (*named("uscc:A"), holding(100, date(2023, 1, 1), "register"))),
        Made("two", (holding(300, date(2024, 5, 1), "report"),)),
        Made("three", (holding(500, date(2024, 6, 1), "rumour"),)),
    ]
    here = shelf(tmp_path / "s", *(made[place] for place in order))
    assert believed(here, believing("registered_capital", "legal_source", "freshness")) == 100


@pytest.mark.parametrize(
    ("other", "tolerance", "is_told"),
    [(101, "1/100", False), (102, "1/100", True), (99, "1/100", False), (100, "0", False), (101, "0", True)],
)
def test_what_differs_more_than_tolerated_is_said(tmp_path: Path, other: int, tolerance: str, is_told: bool) -> None:
    told = (holding(100, date(2023, 1, 1), "register"), holding(other, date(2024, 5, 1), "report"))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    belief = believing("registered_capital", "legal_source", "freshness")
    found = conflicts(here.store(), AS_OF, belief, {"registered_capital": Fraction(tolerance)})
    assert [finding.code for finding in found] == (["claims-conflict"] if is_told else [])
    if is_told:
        assert (found[0].where, found[0].data["believed"], found[0].data["other"]) == (
            "uscc:A",
            "1.00",
            f"{other / 100:.2f}",
        )
        assert found[0].data["other_record"] == "report.csv:1"
    assert conflicts(here.store(), date(2024, 4, 30), belief, {"registered_capital": Fraction(0)}) == ()


def test_a_source_that_corrects_itself_does_not_contradict_itself(tmp_path: Path) -> None:
    told = (holding(100, date(2023, 1, 1), "register"), holding(900, date(2024, 5, 1), "register"))
    here = shelf(tmp_path / "s", Made("one", (*named("uscc:A"), *told)))
    assert conflicts(here.store(), AS_OF, Belief.plain(), {"registered_capital": Fraction(0)}) == ()


def test_what_is_shipped_names_sources_and_variables_that_exist() -> None:
    for name, preference in preferences().items():
        assert name in variables()
        assert set(preference.criteria) <= set(CRITERIA)
        assert set(preference.sources) <= set(find_sources())
        assert preference.criteria
    assert belief_order()["rd_expense"] == ("rd_ledger", "annual_report")


def test_a_home_may_say_otherwise_and_mistakes_name_the_line(tmp_path: Path) -> None:
    own = tmp_path / "belief.yaml"
    own.write_text("staff: {order: [legal_source], sources: [my_list], tolerance: 50%}\n", encoding="utf-8")
    assert preferences(own)["staff"].sources == ("my_list",)
    assert preferences(own)["rd_expense"] == preferences()["rd_expense"]
    for wrong in ("rumour: {sources: [a]}", "staff: {order: [loudness]}", "staff: {order: [freshness, freshness]}"):
        own.write_text(wrong + "\n", encoding="utf-8")
        with pytest.raises(DocumentError, match=r"belief\.yaml:1"):
            preferences(own)
