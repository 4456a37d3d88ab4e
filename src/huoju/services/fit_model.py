"""Fit: a points table and its challenger on a file of cases with outcomes, saved as a folder with its card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huoju.core.errors import PolicyError
from huoju.models.default_risk.calibrating import anchor, at_tendency, log_odds_of, refuse_tendency, slope_of
from huoju.models.default_risk.challenger import Challenger, fit_challenger
from huoju.models.default_risk.choosing import choose_ridge, fit_challenger_alone, folds_of
from huoju.models.default_risk.measuring import intervals, measures, rehearsed
from huoju.models.default_risk.model import BINS
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.predicting import REFER_ODDS, predict
from huoju.models.default_risk.saving import Model, write_model
from huoju.models.default_risk.table_fit import fit_table
from huoju.models.default_risk.teacher import soft_labels
from huoju.services.case_files import Cases
from huoju.services.invoice_cases import read_any_cases
from huoju.services.model_card import card

Floats = NDArray[np.float64]
LEAST_OUTCOMES = 8  # of each kind
FEW_DEFAULTS = 60  # of fewer, table and challenger are fitted without a teacher
ENOUGH_FOR_SLOPE = 20  # defaults in validation from which it gives the slope


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted and measured, in the numbers that a user reads first; ``measured`` None without validation."""

    layout: str
    enterprises: int
    defaults: int
    tendency: float
    measured: Mapping[str, object] | None
    in_both: int  # enterprises of the validation file that are in the training file too


@dataclass(frozen=True, slots=True)
class Students:
    """The two that are distilled from the teacher, before they are anchored."""

    table: PointsTable
    challenger: Challenger
    soft: Floats


def fit_model(
    *,
    train: Path,
    validation: Path | None,
    output: Path,
    tendency: float | None = None,
    directions: Path | None = None,
    seed: int = 0,
    deep: bool = False,
) -> Fitted:
    """Fit on ``train``, choose the slope and measure on ``validation``, and write the folder ``output``.

    ``tendency`` is the yearly share of defaults to anchor to; without it that of the training file, counted over
    firm-years where it holds statements. Raises ``PolicyError`` where a file has no outcomes or too few.
    """
    cases = known_outcomes(read_any_cases(train, directions=directions), train)
    window = cases.window if cases.layout == "statements" else None
    held = None
    if validation is not None:
        held = known_outcomes(read_any_cases(validation, directions=directions, window=window), validation)
        if held.inputs != cases.inputs:
            told = {"path": validation.name, "layout": held.layout, "wanted": cases.layout}
            raise PolicyError(f"{validation.name} is another layout.", code="cases-other-layout", data=told)
    stated = tendency if tendency is not None else observed_tendency(cases)
    refuse_tendency(stated)
    model = fit_cases(cases, held, stated, seed=seed, deep=deep)
    about = {
        **model.about,
        "tendency_stated": tendency is not None,
        "train": _of(cases, train),
        "validation": None
        if held is None or validation is None
        else {**_of(held, validation), **_figures(model, held)},
    }
    model = replace(model, about=about)
    write_model(model, card(model, cases.names), output)
    same = set() if held is None or cases.layout == "columns" else set(held.entities) & set(cases.entities)
    counts = len(cases.entities), int(outcomes(cases).sum())
    return Fitted(cases.layout, *counts, stated, _told(about["validation"]), len(same))


def fit_cases(cases: Cases, held: Cases | None, tendency: float, *, seed: int = 0, deep: bool = False) -> Model:
    """Return the model of cases with outcomes, anchored to the tendency; ``held`` gives the slope alone."""
    labels = outcomes(cases)
    made = fit_students(cases, seed=seed, deep=deep)
    slopes = (1.0, made.challenger.slope)
    later = held if held is not None and outcomes(held).sum() >= ENOUGH_FOR_SLOPE else cases
    if later is held or labels.sum() >= FEW_DEFAULTS:  # what a teacher taught has not seen the training outcomes
        slopes = (
            slope_of(log_odds_of(made.table, later.values), outcomes(later)),
            slope_of(made.challenger.log_odds(later.values), outcomes(later)),
        )
    weights = at_tendency(labels, tendency)
    table = anchor(made.table, cases.values, tendency, slope=slopes[0], weights=weights)
    challenger = made.challenger.anchored(cases.values, tendency, slope=slopes[1], weights=weights)
    about = {
        "layout": cases.layout,
        "window": cases.window,
        "tendency": tendency,
        "slope": slopes[0],
        "challenger_slope": slopes[1],
        "refer_odds": REFER_ODDS,
        "seed": seed,
        "deep": deep,
        "code": f"huoju {version('huoju')}, {_code()}",
    }
    return Model(table, challenger, about)


def fit_students(cases: Cases, *, seed: int = 0, replicates: int = 20, deep: bool = False) -> Students:
    """Return table and challenger fitted on the teacher's out-of-fold probabilities of the cases.

    With fewer defaults than ``FEW_DEFAULTS`` they are fitted on the outcomes, the ridge chosen out of fold: there a
    teacher has nothing to add (card of ``default_risk``).
    """
    labels = outcomes(cases)
    if labels.sum() < FEW_DEFAULTS:
        return _fit_directly(cases, labels, seed=seed, replicates=replicates)
    soft = soft_labels(cases.values, labels, seed=seed, deep=deep)
    table = fit_table(cases.values, soft, cases.inputs, catalogue=cases.catalogue, replicates=replicates, seed=seed)
    return Students(table, fit_challenger(cases.values, soft, labels, cases.inputs, seed=seed, deep=deep), soft)


def _fit_directly(cases: Cases, labels: Floats, *, seed: int, replicates: int) -> Students:
    rows, given = np.arange(len(labels)), cases.inputs
    chosen = choose_ridge(cases.values, labels, rows, given, catalogue=cases.catalogue, bins=BINS, seed=seed)
    table = fit_table(
        cases.values,
        labels,
        given,
        catalogue=cases.catalogue,
        bins=BINS,
        ridge=chosen.ridge,
        replicates=replicates,
        seed=seed,
    )
    challenger = fit_challenger_alone(cases.values, labels, folds_of(labels, rows, seed), given, seed=seed)
    return Students(table, challenger, labels)


def observed_tendency(cases: Cases) -> float:
    """Return the share of defaults in the sample: over firm-years with statements, else over enterprises."""
    return float(outcomes(cases).sum() / (cases.rows if cases.layout == "statements" else len(cases.entities)))


def outcomes(cases: Cases) -> Floats:
    """Return the outcomes of cases that have them; ``(n,)``."""
    assert cases.labels is not None
    return cases.labels


def known_outcomes(cases: Cases, path: Path) -> Cases:
    """Return the cases whose outcome is known. Raises ``PolicyError`` where there are too few of a kind."""
    if cases.labels is None:
        raise PolicyError(f"{path.name} has no outcomes.", code="cases-no-outcomes", data={"path": path.name})
    known = ~np.isnan(cases.labels)
    labels = cases.labels[known]
    bad = int(labels.sum())
    if min(bad, len(labels) - bad) < LEAST_OUTCOMES:
        told = {"path": path.name, "defaults": bad, "others": len(labels) - bad, "least": LEAST_OUTCOMES}
        raise PolicyError(f"{path.name}: too few outcomes.", code="cases-few-outcomes", data=told)
    entities = tuple(name for name, is_known in zip(cases.entities, known, strict=True) if is_known)
    return replace(cases, entities=entities, values=cases.values[known], labels=labels)


def _figures(model: Model, held: Cases) -> Mapping[str, object]:
    """Return what was measured on the validation file, each with its 95 % interval, and who is referred."""
    said, labels = predict(model, held.values), outcomes(held)
    named = {"points_table": said.probability, "challenger": said.challenger}
    return {
        "figures": {name: measures(labels, each) for name, each in named.items()},
        "intervals": {name: intervals(labels, each) for name, each in named.items()},
        "rehearsed": {name: rehearsed(labels, each, _share(model)) for name, each in named.items()},
        "referred": float(said.referred.mean()),
    }


def _share(model: Model) -> float:
    return float(str(model.about["tendency"]))


def _told(validation: object) -> Mapping[str, object] | None:
    """Return what is said first of the validation: counts and AUC with its interval."""
    if not isinstance(validation, Mapping):
        return None
    low, high = validation["intervals"]["points_table"]["auc"]
    figures = {name: f"{found['auc']:.3f}" for name, found in validation["figures"].items()}
    counts = {name: validation[name] for name in ("file", "enterprises", "defaults")}
    said = {"auc": figures["points_table"], "challenger": figures["challenger"]}
    return {**counts, **said, "low": f"{low:.3f}", "high": f"{high:.3f}"}


def _of(cases: Cases, path: Path) -> Mapping[str, object]:
    labels = outcomes(cases)
    return {
        "file": path.name,
        "sha256": cases.sha256,
        "enterprises": len(labels),
        "defaults": int(labels.sum()),
        "rows": cases.rows,
        "from": cases.spoken_of[0],
        "to": cases.spoken_of[1],
    }


def _code() -> str:
    """Return the hash of the code that fits: the files of ``models/default_risk``."""
    folder = Path(__file__).parents[1] / "models" / "default_risk"
    texts = b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in (".py", ".yaml"))
    return hashlib.sha256(texts).hexdigest()[:12]
