"""The made-up zone: the same seed gives the same bytes, cash adds up, mechanisms do what they say."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from huoju.core.uscc import are_valid
from huoju.sandbox import make_zone
from huoju.sandbox.economy import simulate
from huoju.sandbox.plan import read_plan
from huoju.sandbox.shocks import festival_loss

SOURCE = Path(__file__).parents[2] / "src" / "huoju"


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_zone(enterprises=12, months=15, seed=seed, folder=tmp_path / name)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    assert digest(tmp_path / "a") != digest(tmp_path / "c")


def test_every_file_says_that_it_is_synthetic(zone: Path) -> None:
    assert "Synthetic" in (zone / "README.txt").read_text(encoding="utf-8")
    for name in ("truth", "truth_months", "truth_identity"):
        assert b"synthetic" in (pq.read_schema(zone / f"{name}.parquet").metadata or {})


def test_true_codes_are_valid_and_no_two_are_alike(zone: Path) -> None:
    codes = pq.read_table(zone / "truth.parquet")["uscc"].to_pylist()
    assert are_valid(codes).all()
    assert len(set(codes)) == len(codes)


def test_default_comes_only_when_debt_stayed_unpaid() -> None:
    economy = simulate(read_plan(), 200, 48, np.random.default_rng(3))
    fallen = np.flatnonzero(economy.defaulted >= 0)
    assert len(fallen) > 3
    for firm in fallen:
        month = economy.defaulted[firm]
        owed = np.cumsum(economy.debt_service[firm]) - np.cumsum(economy.paid[firm])
        assert (owed[month - 2 : month + 1] > 1).all()


def test_what_is_sold_inside_is_bought_inside() -> None:
    economy = simulate(read_plan(), 80, 24, np.random.default_rng(1))
    for month, (seller, buyer, amount) in economy.flows.items():
        assert (amount > 0).all()
        assert (seller != buyer).all()
        sold = np.bincount(seller, weights=amount, minlength=80)
        assert (sold <= economy.sales[:, month] + 1e-6).all()
        bought = np.bincount(buyer, weights=amount, minlength=80)
        assert (bought <= economy.purchases[:, month] + 1e-6).all()


def test_the_spring_festival_moves_with_the_moon() -> None:
    lost = festival_loss(read_plan(), 36)
    assert lost[0] > lost[1]  # 2023-01-22
    assert lost[13] > lost[12]  # 2024-02-10
    assert lost[24 + 1] > 0  # 2025
    assert (lost[[5, 17, 29]] == 0).all()


def test_more_research_grows_faster_a_year_later() -> None:
    plan = read_plan()
    economy = simulate(plan, 1500, 48, np.random.default_rng(8))
    typical = np.array([i.rd for i in plan.industries])[economy.industry]
    alive = (economy.founded < 0) & (economy.closed < 0)
    growth = np.log(economy.sales[:, 36:48].sum(axis=1) + 1) - np.log(economy.sales[:, 12:24].sum(axis=1) + 1)
    more = alive & (economy.rd_intensity > typical * 1.5)
    less = alive & (economy.rd_intensity < typical * 0.7)
    assert growth[more].mean() > growth[less].mean() + 0.02


def test_a_zone_too_small_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 10 enterprises"):
        make_zone(enterprises=3, months=36, seed=1, folder=tmp_path)


def test_nothing_outside_the_sandbox_knows_the_truth() -> None:
    for path in SOURCE.rglob("*.py"):
        if "sandbox" not in path.relative_to(SOURCE).parts:
            text = path.read_text(encoding="utf-8")
            assert "truth.parquet" not in text, path
            assert "truth_" not in text, path


@pytest.mark.slow
@pytest.mark.xdist_group("zone")
def test_the_months_of_the_truth_are_what_the_deliveries_add_up_to(zone: Path, zone_home: Path) -> None:
    from huoju.services.home import opened, store_of
    from huoju.services.panels import panel_at

    with opened(zone_home, create=False) as home:
        store = store_of(home)
        day = store.latest_known()
        assert day is not None
        panel = panel_at(store, day)
    grid = panel.months("net_inflow", 30)
    code = {f"uscc:{row['uscc']}": row["enterprise"] for row in pq.read_table(zone / "truth.parquet").to_pylist()}
    months = pq.read_table(zone / "truth_months.parquet").to_pylist()
    true = {(row["enterprise"], row["month"]): row["net_inflow"] for row in months}
    compared = 0
    for row, entity in enumerate(panel.entities):
        for place, period in enumerate(grid.periods):
            if grid.known[row, place]:
                assert grid.values[row, place] == true[code[entity], period.start]
                compared += 1
    assert compared > 1000


def test_an_economy_changes_the_zone_and_the_usual_one_nothing(tmp_path: Path) -> None:
    for name, economy in (("a", "usual"), ("b", "boom")):
        make_zone(enterprises=12, months=15, seed=1, folder=tmp_path / name, economy=economy)
    make_zone(enterprises=12, months=15, seed=1, folder=tmp_path / "c")
    assert digest(tmp_path / "a") == digest(tmp_path / "c")
    assert digest(tmp_path / "a") != digest(tmp_path / "b")
    assert "economy boom" in (tmp_path / "b" / "README.txt").read_text(encoding="utf-8")


def test_defaults_rise_from_boom_over_flat_to_shock() -> None:
    shares = []
    for economy in ("boom", "flat", "shock"):
        found = simulate(read_plan(economy), 1500, 48, np.random.default_rng(5))
        borrowed = len({loan.firm for loan in found.loans})
        shares.append((found.defaulted >= 36).sum() / borrowed)
    assert shares[0] < shares[1] < shares[2]


def test_an_economy_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="bubble"):
        read_plan("bubble")
