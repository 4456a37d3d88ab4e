"""Rating through the command line: what a newcomer types, sees, and is told when it is wrong."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huoju.cli.main import app

FACTS = {
    "is_resident": True,
    "staff": 100,
    "rd_staff": 25,
    "operating_revenue": "50000000",
    "total_assets": "60000000",
    "costs_and_expenses": "45000000",
    "rd_expense": [{"period": "2025", "value": "3000000"}],
    "class1_ip": 0,
    "class2_ip": 3,
    "banned_product": False,
    "major_accident_since_last_year": False,
    "serious_environmental_violation_since_last_year": False,
    "research_dishonesty_since_last_year": False,
    "abnormal_list": False,
    "serious_dishonesty_list": False,
    "status_high_tech_enterprise": False,
    "national_science_award_first_three_5_years": False,
    "led_standard_5_years": False,
    "provincial_rd_institution": False,
}
DAY = "2026-06-01"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"facts": FACTS}), encoding="utf-8")
    return path


def changed(path: Path, **facts: object) -> Path:
    path.write_text(json.dumps({"facts": {**FACTS, **facts}}), encoding="utf-8")
    return path


def test_one_enterprise_is_rated_from_a_file_with_its_whole_trace(facts: Path) -> None:
    code, out, _ = run("rate", "tech_sme", "--facts", str(facts), "--as-of", DAY, "--json")
    told = json.loads(out)
    assert (code, told["outcome"], told["route"], told["score"]) == (0, "passed", "score", "84")
    assert told["evaluated_for"] == {"as_of": DAY, "period": "2025"}
    items = {item["id"]: item for item in told["trace"] if item["kind"] == "item"}
    assert {name: item["points"] for name, item in items.items()} == {
        "tech_staff_share": "16",
        "rd_input": "50",
        "tech_results": "18",
    }
    spent = next(one for one in items["rd_input"]["inputs"] if one["name"] == "rd_expense")
    assert (spent["value"], spent["period"], spent["record"]) == ("3000000.00", "2025", "facts:rd_expense")
    assert all(one["clause"] for one in told["trace"])


def test_an_open_outcome_says_what_is_missing(facts: Path) -> None:
    path = str(changed(facts, rd_expense="1000000", costs_and_expenses=None))
    told = json.loads(run("rate", "tech_sme", "--facts", path, "--as-of", DAY, "--json")[1])
    assert (told["outcome"], told["score"], told["bounds"]) == ("unknown", None, ["44", "84"])
    assert next(one["name"] for one in told["missing"]) == "costs_and_expenses"


def test_the_screen_speaks_both_of_clause_and_certainty(facts: Path) -> None:
    code, out, err = run("rate", "tech_sme", "--facts", str(facts), "--as-of", DAY)
    assert code == 0
    for words in ("科技型中小企业", "国科发政〔2017〕115号", "通过", "84", "第六条（二）", "转述"):
        assert words in out.replace("\n", "")
    assert "不等于认定" in err


def test_a_draft_refuses_to_score_and_names_the_source(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text('{"facts": {"rd_expense": 1}}', encoding="utf-8")
    code, out, err = run("rate", "innovation_points", "--facts", str(path), "--as-of", "2024-09-01", "--json")
    told = json.loads(out)
    assert (code, told["score"], told["bounds"]) == (3, None, None)
    assert told["unstated"]
    assert all(one["source_needed"] for one in told["unstated"])
    assert "没有出处" in err


def test_a_facts_file_that_is_wrong_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    for text, told in (
        ('{"facts": {"staf": 1}}', "staff"),
        ('{"facts": {"staff": 1, "staff": 2}}', "staff"),
        ('{"facts": ', "JSON"),
        ("[1]", "JSON"),
        ('{"facts": {"staff": "many"}}', "many"),
    ):
        path.write_text(text, encoding="utf-8")
        code, out, err = run("rate", "tech_sme", "--facts", str(path))
        assert (code, out) == (2, ""), text
        assert told in err
        assert "Traceback" not in err
    assert run("rate", "tech_sme", "--facts", str(tmp_path / "none.json"))[0] == 4
    code, _, err = run("rate", "tech_sm", "--facts", str(path))
    assert (code, "tech_sme" in err) == (4, True)


def test_every_scheme_lists_its_facts_with_both_labels() -> None:
    listed = json.loads(run("schemes", "--json")[1])
    assert len(listed) >= 13
    for scheme in listed:
        code, out, _ = run("rate", scheme["id"], "--list-facts", "--json")
        asked = json.loads(out)
        assert code == 0
        assert asked or scheme["version"] == "2.0"  # its indicators are known by number only
        assert all(one["label"]["zh"] and one["label"]["en"] for one in asked), scheme["id"]


def test_check_runs_the_cases_and_diff_shows_the_versions() -> None:
    code, out, _ = run("scheme", "check", "tech_sme")
    assert (code, "0 处不符" in out) == (0, True)
    code, out, _ = run("scheme", "diff", "specialised_sme", "--versions", "63", "2")
    assert code == 0
    assert "gates" in out
    code, _, err = run("scheme", "diff", "specialised_sme")
    assert (code, "ratings" in err) == (4, True)


@pytest.mark.slow  # cuts a panel of a zone
@pytest.mark.xdist_group("zone")
def test_all_of_a_home_are_rated_and_one_of_them_alike(zone_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "rated.csv"
    code, shown, _ = run("rate", "tech_sme", "--home", str(zone_home), "-o", str(out))
    assert code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:8] == ["enterprise", "id", "name", "as_of", "period", "scheme", "version", "outcome"]
    assert "最需要补齐的事实" in shown
    told = json.loads(run("rate", "tech_sme", "--home", str(zone_home), "--json")[1])
    one = told["enterprises"][0]
    alone = json.loads(
        run("rate", "tech_sme", "--home", str(zone_home), "--enterprise", one["enterprise"], "--json")[1]
    )
    assert alone["outcome"] == one["outcome"]
    assert alone["bounds"] == [one["score_low"], one["score_high"]]
    assert {row["rank"] for row in told["enterprises"]} == {None}  # totals are open, so no place is told
    assert sum(told["counts"].values()) == len(told["enterprises"]) == len(rows) - 1
