"""Cases from invoice files alone: the inputs of a panel, outcomes by the files' own identifiers, a model that answers."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from huoju.models.default_risk.features import features, matrix
from huoju.services.fit_model import fit_model
from huoju.services.invoice_cases import OUTCOMES, invoice_panel, read_invoice_cases
from huoju.services.predict_file import predict_file

pytestmark = pytest.mark.xdist_group("zone")


@pytest.fixture(scope="module")
def folder(zone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the zone's invoice files, and outcomes made up by size: the smallest third fell."""
    place = tmp_path_factory.mktemp("invoices")
    for file in (zone / "deliveries" / "vat_invoice").iterdir():
        shutil.copy(file, place)
    panel = invoice_panel(sorted(place.iterdir()))
    size = matrix(panel)[:, [feature.name for feature in features()].index("log_sales")]
    with (place / OUTCOMES).open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["enterprise", "default"])
        for entity, sold in zip(panel.entities, size, strict=True):
            if not np.isnan(sold):
                rows.writerow([entity.split(":", 1)[1], int(sold < np.nanquantile(size, 1 / 3))])
    return place


def test_invoice_files_give_the_inputs_of_a_panel_and_their_outcomes(folder: Path) -> None:
    cases = read_invoice_cases(folder)
    assert (cases.layout, cases.catalogue) == ("panel", "panel")
    assert cases.labels is not None
    assert cases.values.shape == (len(cases.entities), len(features()))
    assert np.nansum(cases.labels) >= 8
    last_sale = [feature.name for feature in features()].index("last_sale")
    assert np.isnan(cases.values[:, last_sale]).all()


def test_a_model_of_invoices_is_fitted_saved_and_answers_for_a_folder(folder: Path, tmp_path: Path) -> None:
    fitted = fit_model(train=folder, validation=None, output=tmp_path / "model", tendency=0.05)
    assert fitted.layout == "panel"
    said = predict_file(model=tmp_path / "model", cases=folder, output=tmp_path / "out.parquet")
    table, cases = pq.read_table(tmp_path / "out.parquet"), read_invoice_cases(folder)
    assert said.enterprises == len(cases.entities)
    assert cases.labels is not None
    known = ~np.isnan(cases.labels)
    score = table["score"].to_numpy()[known]
    assert score[cases.labels[known] == 1].mean() < score[cases.labels[known] == 0].mean() - 50
