"""Lending on a made-up zone: whole files in every format, reasons in both languages, the same bytes twice."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import load_workbook

from huoju.core.errors import NothingFound, PolicyError
from huoju.decisions.lending.terms import ROOM
from huoju.services.home import Home, opened, owner
from huoju.services.lend_portfolio import Lending, Wanted, lend_portfolio
from huoju.services.lending_tables import lending_tables
from huoju.services.write_lending import write_lending

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zone")]
BUDGET = 1_500 * 10**6


@pytest.fixture(scope="module")
def lending(zone_home: Path) -> Lending:
    with opened(zone_home, create=False) as home:
        wanted = Wanted(budget=BUDGET, is_stressed=True)
        return lend_portfolio(home=home, who=owner(), wanted=wanted)


def test_everyone_has_a_verdict_and_a_reason_in_both_languages(lending: Lending) -> None:
    loans = lending_tables(lending)["loans"].to_pylist()
    assert len(loans) == len(lending.names) > 50
    assert {row["verdict"] for row in loans} >= {"lend", "refuse"}
    for row in loans:
        assert row["reason_zh"]
        assert row["reason_en"]
        assert "?" not in row["reason_zh"] + row["reason_en"]
        assert any("一" <= letter <= "鿿" for letter in row["reason_zh"])
        assert not any("一" <= letter <= "鿿" for letter in row["reason_en"])
        assert (row["verdict"] == "lend") == (row["limit_yuan"] > 0) == (row["yearly_rate"] is not None)


def test_sums_of_the_file_are_those_of_the_proof(lending: Lending) -> None:
    tables = lending_tables(lending)
    loans = [row for row in tables["loans"].to_pylist() if row["verdict"] == "lend"]
    summary = dict(zip(*tables["summary"].to_pydict().values(), strict=True))
    assert int(summary["loans"]) == len(loans) >= 10
    assert Decimal(summary["limit_yuan"]) == sum(row["limit_yuan"] for row in loans) <= BUDGET / 100
    profit = sum(row["expected_profit_yuan"] for row in loans)
    assert float(summary["expected_profit_yuan"]) == pytest.approx(float(profit), abs=len(loans) * 0.01)
    assert float(summary["gap"]) <= 1e-3
    assert Decimal(summary["profit_bound_yuan"]) >= Decimal(summary["expected_profit_yuan"])
    best = max(row["expected_profit_yuan"] for row in tables["simple"].to_pylist())
    assert float(best) <= float(summary["expected_profit_yuan"]) * (1 + 1e-3)


def test_who_has_a_default_on_record_gets_nothing(lending: Lending) -> None:
    rows = lending_tables(lending)["loans"].to_pylist()
    marked = [row for row in rows if "default-on-record" in row["codes"].split(";")]
    assert marked
    assert {row["verdict"] for row in marked} == {"refuse"}


def test_every_change_under_the_event_is_told(lending: Lending) -> None:
    assert lending.stressed is not None
    changes = lending_tables(lending)["changes"].to_pylist()
    assert {row["aim"] for row in changes} == {"mean", "tail"}
    for row in changes:
        assert (row["limit_before_yuan"], row["yearly_rate_before"]) != (
            row["limit_after_yuan"],
            row["yearly_rate_after"],
        )
        assert row["reason_zh"]
        assert row["reason_en"]


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet"])
def test_every_format_holds_everyone(lending: Lending, ending: str, tmp_path: Path) -> None:
    files = write_lending(lending, tmp_path / f"plan.{ending}")
    count = len(lending.names)
    if ending == "json":
        document = json.loads(files[0].read_text(encoding="utf-8"))
        assert len(document["loans"]) == count
        assert document["budget_yuan"] == "15000000.00"
    elif ending == "xlsx":
        book = load_workbook(str(files[0]))
        assert book.sheet_names == list(lending_tables(lending))
        assert len(book.get_sheet_by_name("loans").to_python()) == count + 1
    else:
        assert {file.name for file in files} >= {f"plan.{ending}", f"plan.bounds.{ending}", f"plan.changes.{ending}"}
        if ending == "parquet":
            assert pq.read_table(files[0]).num_rows == count


def test_the_same_home_gives_the_same_bytes(lending: Lending, zone_home: Path, tmp_path: Path) -> None:
    with opened(zone_home, create=False) as home:
        again = lend_portfolio(home=home, who=owner(), wanted=Wanted(budget=BUDGET, is_stressed=True))
    for name, one in (("a", lending), ("b", again)):
        write_lending(one, tmp_path / name / "plan.json")
    assert (tmp_path / "a" / "plan.json").read_bytes() == (tmp_path / "b" / "plan.json").read_bytes()


def test_a_buyer_whom_many_sell_to_is_watched(lending: Lending) -> None:
    buyers = lending.portfolio.offers.applicants.buyers
    assert (buyers.share.sum(axis=1) * 100 > lending.terms.bounds.buyer * BUDGET / 10**6).all()
    assert np.isfinite(buyers.share).all()
    assert len(buyers.names) == len(buyers.share)


def test_before_anything_is_known_of_defaults_everyone_is_referred(zone_home: Path, tmp_path: Path) -> None:
    """Without outcomes no default probability is known: nobody gets anything, and nothing is taken for zero."""
    text = (ROOM / "portfolio.yaml").read_text(encoding="utf-8").replace("grants_at_least: 10", "grants_at_least: 0")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    wanted = Wanted(policy=tmp_path / "own.yaml", budget=BUDGET)
    with opened(zone_home, create=False) as home:
        early = lend_portfolio(home=home, who=owner(), wanted=wanted, as_of=date(2023, 6, 30))
        assert early.fitted_on.code == "no-outcomes"
        assert set(early.portfolio.verdict) <= {"refer", "refuse"}
        assert early.portfolio.limit.sum() == 0
        with pytest.raises(PolicyError) as error:
            lend_portfolio(home=home, who=owner(), wanted=replace(wanted, policy=None), as_of=date(2023, 6, 30))
    assert error.value.code == "lend-too-few-open"


def test_an_empty_home_is_said_so(home: Home) -> None:
    with pytest.raises(NothingFound):
        lend_portfolio(home=home, who=owner(), wanted=Wanted())
