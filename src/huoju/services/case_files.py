"""Case files: statements, monthly rows or ready inputs with their outcomes, told apart by their columns."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from huoju.core.document import Document, read_document
from huoju.core.errors import NothingFound, PolicyError
from huoju.models.default_risk import months as monthly
from huoju.models.default_risk import statements as annual
from huoju.models.default_risk.inputs import Input, read_inputs, read_labels

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
ENTITY = ("cik", "enterprise", "entity", "企业", "企业代号")
OUTCOME = ("status", "default", "是否违约")
YEAR = ("fyear", "year", "年度")
MONTH = ("month", "月份")
MONTHS = 24  # that the inputs of monthly rows read
_UNKNOWN = ("", "nan", "none", "?", "<na>")
_YES = {"1": 1.0, "1.0": 1.0, "true": 1.0, "是": 1.0, "failed": 1.0}
_NO = {"0": 0.0, "0.0": 0.0, "false": 0.0, "否": 0.0, "alive": 0.0}


@dataclass(frozen=True, slots=True)
class Cases:
    """One row an enterprise: inputs ``(n, k)``, NaN where unknown, and outcomes ``(n,)`` where the file has them.

    ``rows`` counts the file's data rows: with statements the firm-years, on which a yearly share of defaults rests;
    ``window`` is how many years or months the inputs read.
    """

    layout: str  # statements, months, columns, panel
    entities: tuple[str, ...]
    values: Floats
    labels: Floats | None
    inputs: tuple[Input, ...]
    names: Mapping[str, Mapping[str, str]]
    window: int
    rows: int
    spoken_of: tuple[str, str]  # the first and last year or month that an enterprise's inputs are as of
    sha256: str

    @property
    def catalogue(self) -> str:
        """Where the inputs are computed, as a points table says it."""
        return self.layout if self.layout in ("statements", "panel") else "columns"


def read_cases(path: Path, *, directions: Path | None = None, window: int | None = None) -> Cases:
    """Return the cases of a CSV (perhaps gzipped) or Parquet file.

    Rows with a year are annual statements, rows with a month are monthly; otherwise ``directions``, a YAML, says which
    columns are inputs. ``window`` cuts or fills statements to as many years as a model was fitted on. Raises
    ``HuojuError`` where the file can't be read, holds no enterprise, or says two outcomes of one.
    """
    table = _read(path)
    if directions is not None:
        return _columns(table, path, read_document(directions))
    if _one_of(table, YEAR) and "total_assets" in _items_in(table):
        return _statements(table, path, window)
    if _one_of(table, MONTH) and "sales" in table:
        return _monthly(table, path)
    told = {"path": path.name, "columns": ", ".join(list(table.columns)[:12])}
    raise PolicyError(f"{path.name}: neither statements nor months.", code="cases-unknown-layout", data=told)


def read_outcomes(path: Path) -> Mapping[str, float]:
    """Return the outcome of each enterprise that a file names, 1 where it defaulted, NaN where that is unknown.

    Raises ``PolicyError`` where it names no enterprise or no outcome, or says two outcomes of one.
    """
    table = _read(path)
    named, outcome = _one_of(table, ENTITY), _one_of(table, OUTCOME)
    if not named or not outcome:
        told = {"path": path.name, "columns": ", ".join((*ENTITY, *OUTCOME))}
        raise PolicyError(f"{path.name} names no enterprise or no outcome.", code="cases-no-entity", data=told)
    entities, whose = np.unique(table[named].astype(str).to_numpy(dtype=str), return_inverse=True)
    labels = _labels(_flags(table[outcome], path), whose, entities, path)
    return dict(zip(map(str, entities), labels.tolist(), strict=True))


def _statements(table: pd.DataFrame, path: Path, window: int | None) -> Cases:
    grid = _grid(table, path, _numbers(table, _one_of(table, YEAR), path))
    years = window or int(grid.behind.max() + 1)
    items = {item: grid.spread(_numbers(table, column, path), years) for item, column in _items_in(table).items()}
    return Cases(
        layout="statements",
        entities=grid.entities,
        values=annual.statement_values(annual.Statements(items, years)),
        labels=grid.labels,
        inputs=annual.statement_inputs(),
        names=read_labels(annual.declared().child("inputs")),
        window=years,
        rows=len(table),
        spoken_of=(f"{grid.ends.min():.0f}", f"{grid.ends.max():.0f}"),
        sha256=_hash(path),
    )


def _monthly(table: pd.DataFrame, path: Path) -> Cases:
    month = _one_of(table, MONTH)
    dates = pd.to_datetime(table[month].astype(str).str.slice(0, 7), format="%Y-%m", errors="coerce")
    if dates.isna().any():
        told = {"path": path.name, "column": month, "value": table[month][dates.isna()].iloc[0]}
        raise PolicyError(f"{month} holds what is no month.", code="cases-no-month", data=told)
    grid = _grid(table, path, (dates.dt.year * 12 + dates.dt.month).to_numpy(dtype=float), together=True)
    sums = [
        grid.spread(_numbers(table, name, path), MONTHS) if name in table else grid.nothing(MONTHS)
        for name in ("sales", "purchases")
    ]
    return Cases(
        layout="months",
        entities=grid.entities,
        values=monthly.month_values(monthly.Months(*sums)),
        labels=grid.labels,
        inputs=monthly.month_inputs(),
        names=read_labels(monthly.declared()),
        window=MONTHS,
        rows=len(table),
        spoken_of=(f"{dates.max():%Y-%m}", f"{dates.max():%Y-%m}"),
        sha256=_hash(path),
    )


def _columns(table: pd.DataFrame, path: Path, document: Document) -> Cases:
    document.allow("entity", "outcome", "inputs")
    declared = document.child("inputs")
    inputs = read_inputs(declared)
    absent = [each.name for each in inputs if each.name not in table]
    if absent:
        told = {"path": path.name, "columns": ", ".join(absent)}
        raise PolicyError(f"{path.name} lacks {absent}.", code="cases-columns-absent", data=told)
    entity, outcome = document.optional_text("entity"), document.text("outcome", "default")
    return Cases(
        layout="columns",
        entities=tuple(str(each) for each in (table[entity] if entity else range(1, len(table) + 1))),
        values=np.stack([_numbers(table, each.name, path) for each in inputs], axis=1),
        labels=_flags(table[outcome], path) if outcome in table else None,
        inputs=inputs,
        names=read_labels(declared),
        window=1,
        rows=len(table),
        spoken_of=("", ""),
        sha256=_hash(path),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where each row of a file stands: whose it is ``(rows,)`` and how many periods before the last ``(rows,)``."""

    entities: tuple[str, ...]
    whose: Whole
    behind: Whole
    ends: Floats
    labels: Floats | None

    def spread(self, values: Floats, periods: int) -> Floats:
        """Return values ``(rows,)`` as ``(n, periods)``, the last period last, NaN where there is no row."""
        found = self.nothing(periods)
        inside = self.behind < periods
        found[self.whose[inside], periods - 1 - self.behind[inside]] = values[inside]
        return found

    def nothing(self, periods: int) -> Floats:
        """Return ``(n, periods)`` of what is unknown."""
        return np.full((len(self.entities), periods), np.nan)


def _grid(table: pd.DataFrame, path: Path, when: Floats, *, together: bool = False) -> _Grid:
    """Return where each row stands: behind its enterprise's own last period, or the file's where ``together``."""
    column = _one_of(table, ENTITY)
    if not column:
        told = {"path": path.name, "columns": ", ".join(ENTITY)}
        raise PolicyError(f"{path.name} names no enterprise.", code="cases-no-entity", data=told)
    entities, whose = np.unique(table[column].astype(str).to_numpy(dtype=str), return_inverse=True)
    twice = pd.DataFrame({"whose": whose, "when": when}).duplicated()
    if twice.any():
        told = {"path": path.name, "entity": entities[whose[twice][0]]}
        raise PolicyError(f"{told['entity']} has one period twice.", code="cases-twice", data=told)
    ends = np.full(len(entities), -np.inf)
    np.maximum.at(ends, whose, when)
    last = np.full(len(table), ends.max()) if together else ends[whose]
    outcome = _one_of(table, OUTCOME)
    labels = _labels(_flags(table[outcome], path), whose, entities, path) if outcome else None
    return _Grid(tuple(map(str, entities)), whose, (last - when).astype(np.int64), ends, labels)


def _labels(flags: Floats, whose: Whole, entities: NDArray[np.str_], path: Path) -> Floats:
    """Return one outcome an enterprise; the same on each of its rows."""
    labels = np.full(len(entities), np.nan)
    labels[whose] = flags
    other = labels[whose] != flags
    other &= ~(np.isnan(labels[whose]) & np.isnan(flags))
    if other.any():
        told = {"path": path.name, "entity": entities[whose[other][0]]}
        raise PolicyError(f"{told['entity']} has two outcomes.", code="cases-two-outcomes", data=told)
    return labels


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise NothingFound(f"{path} is not there.", code="file-absent", data={"path": path})
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError, EOFError) as error:
        raise PolicyError(f"{path}: {error}", code="cases-unreadable", data={"path": path.name}) from None
    if not len(table):
        raise PolicyError(f"{path.name} has no rows.", code="cases-empty", data={"path": path.name})
    return table


def _one_of(columns: Container[str], known: Sequence[str]) -> str:
    """Return the first known name that is among the columns, or nothing."""
    return next((name for name in known if name in columns), "")


def _items_in(columns: Container[str]) -> Mapping[str, str]:
    """Return the column of each item of ``statements.yaml`` that is there."""
    items = annual.declared().child("items")
    found = {item: _one_of(columns, items.texts(item)) for item in items.keys()}
    return {item: column for item, column in found.items() if column}


def _numbers(table: pd.DataFrame, column: str, path: Path) -> Floats:
    """Return a column as numbers, NaN where a cell is empty or says that it is unknown."""
    given = table[column]
    found = pd.to_numeric(given, errors="coerce")
    text = given.astype(str).str.strip()
    wrong = found.isna() & given.notna() & ~text.str.lower().isin(_UNKNOWN)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        told = {"path": path.name, "column": column, "row": at + 2, "value": text.iloc[at]}
        raise PolicyError(f"{column}, row {at + 2}: no number.", code="cases-no-number", data=told)
    values = found.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _flags(given: pd.Series[str], path: Path) -> Floats:
    """Return outcomes as 1 and 0, NaN where unknown."""
    text = given.astype(str).str.strip().str.lower()
    wrong = ~text.isin([*_YES, *_NO, *_UNKNOWN])
    if wrong.any():
        told = {"path": path.name, "column": given.name, "value": text[wrong].iloc[0]}
        raise PolicyError(f"{given.name} says {told['value']}.", code="cases-no-outcome", data=told)
    return np.asarray(text.map({**_YES, **_NO}), dtype=np.float64)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
