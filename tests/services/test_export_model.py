"""A model's points table leaves as workbook, SQL or JSON, and what it gives is what the table gives."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from tests.models.made_tables import made_table, made_values

from huoju.core.errors import DocumentError, NothingFound, PolicyError
from huoju.models.default_risk.saving import TABLE
from huoju.models.default_risk.table_json import to_json
from huoju.models.default_risk.table_scoring import Scorer
from huoju.services.export_model import export_model, read_table


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / TABLE).write_text(to_json(made_table(4)), encoding="utf-8")
    return tmp_path / "model"


def test_batch_single_and_exported_are_the_same(model: Path, tmp_path: Path) -> None:
    table = read_table(model)
    values = made_values(table, 300)
    batch = Scorer.of(table).batch(values)
    again = Scorer.of(read_table(export_model(model=model, output=tmp_path / "again.json")))
    assert [again.one(row.tolist()).score for row in values] == batch.score.tolist()
    sql = export_model(model=model, output=tmp_path / "card.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        columns = [pa.array(np.arange(300)), *(pa.array(column) for column in values.T)]
        connection.register("inputs", pa.table(columns, names=["id", *table.names]))
        connection.execute(sql)
        rows = connection.execute("SELECT score, default_probability FROM scores ORDER BY id").fetchall()
    assert [score for score, _ in rows] == batch.score.tolist()
    assert [chance for _, chance in rows] == pytest.approx(batch.probability.tolist(), abs=1e-9)


@pytest.mark.parametrize("ending", ["xlsx", "sql", "json"])
def test_the_same_model_gives_the_same_bytes(model: Path, tmp_path: Path, ending: str) -> None:
    first, second = (export_model(model=model, output=tmp_path / f"{name}.{ending}") for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_what_can_not_be_exported_is_said(model: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as ending:
        export_model(model=model, output=tmp_path / "card.pmml")
    assert ending.value.code == "format-unknown"
    with pytest.raises(NothingFound) as absent:
        export_model(model=tmp_path, output=tmp_path / "card.sql")
    assert absent.value.code == "model-absent"
    (model / TABLE).write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match=r"points_table\.json"):
        export_model(model=model, output=tmp_path / "card.sql")
    assert not (tmp_path / "card.sql").exists()
