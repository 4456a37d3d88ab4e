"""Fitting and predicting from files: three layouts, the same bytes again, and errors that say what to do."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from huoju.core.errors import HuojuError
from huoju.models.default_risk import challenger, measuring, teacher
from huoju.models.default_risk.predicting import predict
from huoju.models.default_risk.saving import read_model
from huoju.services.case_files import read_cases
from huoju.services.fit_model import Fitted, fit_cases, fit_model
from huoju.services.predict_file import predict_file
from huoju.services.words import words_in

DIRECTIONS = """
entity: firm
outcome: gone
inputs:
  margin: {direction: "-", group: repayment, label: {zh: 利润率, en: Margin}}
  debt: {direction: "+", group: repayment}
"""


@pytest.fixture(autouse=True)
def _few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((teacher, "TREES"), (teacher, "ROUNDS"), (challenger, "ROUNDS"), (measuring, "DRAWS")):
        monkeypatch.setattr(module, name, 20)


def ready(path: Path, seed: int, count: int = 160) -> Path:
    draws = np.random.default_rng(seed)
    margin, debt = draws.normal(size=count), draws.normal(size=count)
    gone = draws.random(count) < 1 / (1 + np.exp(1 + margin - debt))
    cells = [f"{value:.4f}" if draws.random() > 0.1 else "" for value in debt]
    rows = zip([f"F{seed}-{at}" for at in range(count)], margin, cells, gone.astype(int), strict=True)
    pd.DataFrame(rows, columns=["firm", "margin", "debt", "gone"]).to_csv(path, index=False)
    return path


def statements(path: Path, seed: int, count: int = 120) -> Path:
    draws = np.random.default_rng(seed)
    rows = []
    for firm in range(count):
        failed = firm % 5 == 0
        for year in (2019, 2020, 2021):
            assets = draws.lognormal(8, 1)
            debt = assets * draws.uniform(0.6, 1.1) if failed else assets * draws.uniform(0.1, 0.7)
            rows.append((f"{seed}{firm:03}", year, assets, debt, assets * 0.4, assets * 1.2, int(failed)))
    columns = [
        "enterprise",
        "year",
        "total_assets",
        "total_liabilities",
        "current_assets",
        "operating_revenue",
        "default",
    ]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False, compression="infer")
    return path


def months(path: Path, seed: int, count: int = 80) -> Path:
    draws = np.random.default_rng(seed)
    rows = []
    for firm in range(count):
        failed, level = firm % 4 == 0, draws.lognormal(12, 1)
        for at in range(24):
            fade = 0.9**at if failed else 1.0
            sales = level * fade * draws.uniform(0.7, 1.3)
            rows.append((f"M{firm}", f"{2021 + at // 12}-{at % 12 + 1:02}", sales, sales * 0.8, int(failed)))
    pd.DataFrame(rows, columns=["enterprise", "month", "sales", "purchases", "default"]).to_csv(path, index=False)
    return path


def directions(tmp_path: Path) -> Path:
    file = tmp_path / "directions.yaml"
    file.write_text(DIRECTIONS, encoding="utf-8")
    return file


def fit(tmp_path: Path, make: Callable[[Path, int], Path], **options: object) -> Fitted:
    train, held = (
        make(tmp_path / "train.csv.gz" if make is statements else tmp_path / "train.csv", 1),
        make(tmp_path / "held.csv", 2),
    )
    return fit_model(train=train, validation=held, output=tmp_path / "model", tendency=0.05, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [statements, months])
def test_a_layout_is_told_by_its_columns_and_predicts_again(tmp_path: Path, make: Callable[[Path, int], Path]) -> None:
    said = fit(tmp_path, make)
    assert said.layout == make.__name__
    assert said.measured is not None
    assert float(str(said.measured["auc"])) > 0.8
    done = predict_file(model=tmp_path / "model", cases=tmp_path / "held.csv", output=tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert done.enterprises == len(rows) == said.measured["enterprises"]
    for row in rows:
        assert float(row["low"]) < float(row["default_probability"]) < float(row["high"])


def test_ready_inputs_come_with_directions_and_points_add_up(tmp_path: Path) -> None:
    file = directions(tmp_path)
    fit(tmp_path, ready, directions=file)
    model, out = tmp_path / "model", tmp_path / "out.csv"
    predict_file(model=model, cases=tmp_path / "held.csv", output=out, directions=file, all_points=True)
    table = pd.read_csv(out)
    assert (table["base"] + table["points.margin"] + table["points.debt"] == table["score"]).all()
    assert set(table["missing"].dropna()) == {"debt"}
    text = (model / "card.md").read_text(encoding="utf-8")
    assert "利润率" in text
    assert "Margin" in text
    assert "{" not in text
    assert "?" not in text


def test_the_same_files_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    file = directions(tmp_path)
    fit(tmp_path, ready, directions=file)
    first = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    fit(tmp_path, ready, directions=file)
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    fit(tmp_path, ready, directions=file, seed=1)
    assert first["points_table.json"] != (tmp_path / "model" / "points_table.json").read_bytes()


def test_one_enterprise_gets_what_it_gets_in_the_batch(tmp_path: Path) -> None:
    fit(tmp_path, statements)
    whole, one = tmp_path / "held.csv", tmp_path / "one.csv"
    frame = pd.read_csv(whole, dtype=str)
    frame[frame["enterprise"] == frame["enterprise"].iloc[7]].to_csv(one, index=False)
    for cases, out in ((whole, "a.csv"), (one, "b.csv")):
        predict_file(model=tmp_path / "model", cases=cases, output=tmp_path / out)
    a, b = pd.read_csv(tmp_path / "a.csv"), pd.read_csv(tmp_path / "b.csv")
    mine = a[a["enterprise"] == b["enterprise"].iloc[0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, b, check_dtype=False, rtol=1e-12)


def test_anchoring_to_a_file_gives_its_mean(tmp_path: Path) -> None:
    fit(tmp_path, statements)
    done = predict_file(
        model=tmp_path / "model", cases=tmp_path / "held.csv", output=tmp_path / "out.csv", tendency=0.02
    )
    assert done.mean == pytest.approx(0.02, rel=0.05)


def test_the_model_says_what_it_rests_on(tmp_path: Path) -> None:
    fit(tmp_path, statements)
    about = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert about["train"]["enterprises"] == 120
    assert about["train"]["rows"] == 360
    assert len(about["train"]["sha256"]) == 64
    assert about["window"] == 3
    assert read_model(tmp_path / "model").table.catalogue == "statements"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda f: f.assign(total_assets="many"), "cases-no-number"),
        (lambda f: f.assign(default="perhaps"), "cases-no-outcome"),
        (lambda f: f.drop(columns="default"), "cases-no-outcomes"),
        (lambda f: f.assign(default="0"), "cases-few-outcomes"),
        (lambda f: f.drop(columns="enterprise"), "cases-no-entity"),
        (lambda f: f.drop(columns="year"), "cases-unknown-layout"),
        (lambda f: pd.concat([f, f.head(1)]), "cases-twice"),
        (lambda f: f.assign(default=["1", *["0"] * (len(f) - 1)]), "cases-two-outcomes"),
        (lambda f: f.head(0), "cases-empty"),
    ],
)
def test_a_bad_file_is_told_in_both_languages(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame], code: str
) -> None:
    file = statements(tmp_path / "train.csv", 1)
    change(pd.read_csv(file, dtype=str)).to_csv(file, index=False)
    with pytest.raises(HuojuError) as caught:
        fit_model(train=file, validation=None, output=tmp_path / "model")
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert "?" not in words_in(language).say(f"error.{code}", caught.value.data)
    assert not (tmp_path / "model").exists()


def test_a_file_of_another_layout_is_refused_by_a_model(tmp_path: Path) -> None:
    fit(tmp_path, statements)
    months(tmp_path / "months.csv", 1)
    with pytest.raises(HuojuError) as caught:
        predict_file(model=tmp_path / "model", cases=tmp_path / "months.csv", output=tmp_path / "out.csv")
    assert caught.value.code == "cases-other-layout"


@pytest.mark.real
def test_the_public_statements_are_windows_and_their_tickers_no_input(real_data: Path) -> None:
    cases = read_cases(real_data / "us_bankruptcy" / "3_validation.csv.gz")
    assert (cases.layout, len(cases.entities), cases.window) == ("statements", 615, 3)
    assert cases.labels is not None
    assert cases.labels.sum() == 74
    assert not {"tic", "cik", "fyear", "company_name"} & {each.name for each in cases.inputs}


@pytest.mark.real
def test_no_sweep_over_public_statements_breaks_a_direction_and_any_unknowns_answer(
    real_data: Path, deep: bool
) -> None:
    cases = read_cases(real_data / "us_bankruptcy" / "3_validation.csv.gz")
    model = fit_cases(cases, None, 0.04)
    firms = 300 if deep else 30  # of the 300 of credit.md 3.4
    draws = np.random.default_rng(0)
    rows = cases.values[draws.choice(len(cases.entities), firms, replace=False)]
    for place, given in enumerate(cases.inputs):
        if given.sign:
            grid = np.linspace(*np.nanquantile(cases.values[:, place], (0.01, 0.99)), 25)
            swept = np.repeat(rows, 25, axis=0)
            swept[:, place] = np.tile(grid, firms)
            said = predict(model, swept)
            assert (given.sign * np.diff(said.score.reshape(firms, 25), axis=1) <= 0).all()
            assert (given.sign * np.diff(said.challenger.reshape(firms, 25), axis=1) >= 0).all()
    holed = np.where(draws.random(rows.shape) < draws.random((firms, 1)), np.nan, rows)
    said = predict(model, holed)
    assert ((said.low < said.probability) & (said.probability < said.high)).all()
    assert (said.unknown == np.isnan(holed)).all()
