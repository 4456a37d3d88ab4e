"""Predict: what a fitted model says of every enterprise of a file, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from huoju.core.errors import PolicyError
from huoju.models.default_risk.calibrating import anchor
from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.default_risk.predicting import Prediction, predict
from huoju.models.default_risk.saving import Model, read_model
from huoju.services.case_files import Cases
from huoju.services.invoice_cases import read_any_cases
from huoju.services.write_scores import write_table


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was written, of how many enterprises, how many are referred, and how many inputs nobody knows."""

    path: Path
    enterprises: int
    referred: int
    mean: float
    unknown: tuple[str, ...]


def predict_file(
    *,
    model: Path,
    cases: Path,
    output: Path,
    directions: Path | None = None,
    tendency: float | None = None,
    all_points: bool = False,
) -> Predicted:
    """Write what the model says of each enterprise of ``cases`` to a CSV or Parquet file.

    Without ``tendency`` probabilities stand as they were anchored at the fit, so that one row is the same as a batch;
    with it they are anchored anew over this file, which then is the population they belong to. Raises ``PolicyError``
    where the file is of another layout or has other inputs than the model.
    """
    if output.suffix.lower() not in (".csv", ".parquet"):
        told = {"path": output.name, "known": ".csv, .parquet"}
        raise PolicyError(f"{output.suffix} is no format.", code="format-unknown", data=told)
    fitted = read_model(model)
    found = read_any_cases(cases, directions=directions, window=window_of(fitted))
    refuse_other_layout(fitted, found, cases)
    if tendency is not None:
        table = anchor(fitted.table, found.values, tendency)
        challenger = fitted.challenger.anchored(found.values, tendency, slope=fitted.challenger.slope)
        fitted = Model(table, challenger, fitted.about)
    said = predict(fitted, found.values)
    output.parent.mkdir(parents=True, exist_ok=True)
    write_table(as_table(fitted.table, found, said, all_points=all_points), output)
    blank = np.flatnonzero(np.isnan(found.values).all(axis=0))
    return Predicted(
        path=output,
        enterprises=len(found.entities),
        referred=int(said.referred.sum()),
        mean=float(said.probability.mean()),
        unknown=tuple(fitted.table.names[place] for place in blank),
    )


def window_of(model: Model) -> int | None:
    """Return how many years of statements a model reads, None for other layouts."""
    return int(str(model.about["window"])) if model.about["layout"] == "statements" else None


def refuse_other_layout(model: Model, cases: Cases, path: Path) -> None:
    """Raise ``PolicyError`` where cases are not what the model was fitted on."""
    names = tuple(each.name for each in cases.inputs)
    if cases.layout != model.about["layout"] or names != model.table.names:
        told = {"path": path.name, "layout": cases.layout, "wanted": model.about["layout"]}
        raise PolicyError(f"{path.name} is {cases.layout}.", code="cases-other-layout", data=told)


def as_table(table: PointsTable, cases: Cases, said: Prediction, *, all_points: bool) -> pa.Table:
    """Return one row an enterprise; reasons and what is missing by the names of the inputs."""
    names = np.array([*(_name(part, table) for part in table.parts), ""])
    rows = np.arange(len(said.score))
    columns: dict[str, object] = {
        "enterprise": cases.entities,
        "score": said.score,
        "default_probability": said.probability,
        "low": said.low,
        "high": said.high,
        "base": np.full(len(rows), table.base_points),
    }
    for place in range(said.reasons.shape[1]):
        at = said.reasons[:, place]
        columns[f"reason_{place + 1}"] = pa.array(names[at], mask=at < 0)
        columns[f"points_{place + 1}"] = pa.array(said.points[rows, at], mask=at < 0)
    columns["missing"] = [";".join(names[:-1][row]) for row in said.unknown]
    columns["challenger_probability"] = said.challenger
    columns["referred"] = said.referred.astype(np.int64)
    if all_points:
        columns |= {f"points.{name}": said.points[:, place] for place, name in enumerate(names[:-1])}
    return pa.table(columns)


def _name(part: Binned | Pair, table: PointsTable) -> str:
    """Return the name of an input, or of both inputs of a pair."""
    return part.name if isinstance(part, Binned) else f"{table.names[part.first]}×{table.names[part.second]}"
