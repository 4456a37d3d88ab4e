"""Advise: the cheapest changes within what can change that bring one enterprise's score to a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from huoju.core.document import exact_number
from huoju.core.errors import NothingFound, PolicyError
from huoju.core.money import wan_yuan_text
from huoju.core.nearest import nearest
from huoju.core.panel import Panel
from huoju.core.variable import variables
from huoju.models.default_risk.features import Feature, features, matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.scale import HIGHEST, LOWEST
from huoju.models.torch_score.advice import Advice, advise
from huoju.models.torch_score.changes import DEFAULT, SCALES, Change, Changes, read_changes
from huoju.services.assessing import learned
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import names, short_ids
from huoju.services.words import words_in


@dataclass(frozen=True, slots=True)
class Unknown:
    """An input that is unknown: who supplies it, and what the points could become once it is known."""

    name: str
    supplier: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice for one enterprise, with the changes that were allowed and what is unknown of it."""

    enterprise: str
    name: str | None
    as_of: date
    advice: Advice
    changes: Changes
    unknown: tuple[Unknown, ...]


def advise_enterprise(
    *,
    home: Home,
    who: Who,
    enterprise: str,
    target: int,
    as_of: date | None = None,
    changes: Path | None = None,
    supplied: tuple[str, ...] = (),
) -> Advised:
    """Return the cheapest changes that bring an enterprise to ``target`` points, everything else staying as it is.

    ``changes`` is a file in place of the shipped one. ``supplied`` are texts as ``cash_cover=3``: what the document of
    an unknown input shows, in the quantity that people know. Raises ``NothingFound`` for an unknown enterprise,
    ``PolicyError`` where the target is off the scale, no table could be fitted, or what is supplied is no such input.
    """
    allowed = read_changes(changes or DEFAULT, tuple(feature.name for feature in features()))
    given = _supplied(supplied, allowed)
    _check_target(target)
    store = store_of(home)
    panel, risk = learned(store, day_or_latest(store, as_of))
    return advice_of(panel, risk, enterprise=enterprise, target=target, changes=allowed, supplied=given)


def advice_of(
    panel: Panel,
    risk: DefaultRisk | None,
    *,
    enterprise: str,
    target: int,
    changes: Changes,
    supplied: Mapping[str, float],
) -> Advised:
    """Return the advice for an enterprise of a panel; ``supplied`` as the model holds it, by input."""
    place = find_enterprise(panel, enterprise)
    if risk is None:
        raise NothingFound("No table could be fitted.", code="advice-without-table")
    values = matrix(panel)[place]
    known = [
        one.name
        for one in features()
        if one.name in supplied and not np.isnan(values[risk.table.names.index(one.name)])
    ]
    if known:
        raise PolicyError(f"{known[0]} is known.", code="supply-known", data={"name": known[0]})
    documents = {name: (held, changes.document) for name, held in supplied.items()}
    advice = advise(risk.table, values, changes.by_input, target, documents)
    low, high = risk.table.span(values[None])
    unknown = tuple(
        Unknown(feature.name, variables()[feature.variables[0]].supplier, int(low[0, at]), int(high[0, at]))
        for at, feature in enumerate(features())
        if low[0, at] or high[0, at]
    )
    return Advised(short_ids(panel)[place], names(panel)[place], panel.as_of, advice, changes, unknown)


def told(change: Change, held: float, language: str) -> str:
    """Return an input's value as people write it, with its unit; the word for unknown where it is."""
    if np.isnan(held):
        return words_in(language).say("term.unknown")
    value = change.told(held)
    if change.scale in {"amount", "amount_month"}:
        return f"{wan_yuan_text(round(value * 100))} {words_in(language).say('advice.wan')}"
    if SCALES[change.scale].is_share:
        return f"{value:.1%}".replace("-", "−")
    return f"{value:.4g} {change.unit.get(language, '')}".strip().replace("-", "−")


def label(name: str, language: str) -> str:
    """Return what an input is called."""
    return _by_name()[name].label[language]


def advice_content(advised: Advised) -> Mapping[str, object]:
    """Return the advice as plain values, for JSON."""
    advice = advised.advice
    return {
        "enterprise": advised.enterprise,
        "name": advised.name,
        "as_of": advised.as_of.isoformat(),
        "found": advice.found,
        "score": advice.score,
        "target": advice.target,
        "reached": advice.reached,
        "cost": float(advice.cost),
        "cost_unit": dict(advised.changes.cost_unit),
        "cheaper_reaches_at_most": advice.cheaper,
        "source": advised.changes.source,
        "steps": [
            {
                "input": step.name,
                "label": {spoken: label(step.name, spoken) for spoken in ("zh", "en")},
                "from": _plain(advised, step.name, step.before),
                "to": _plain(advised, step.name, step.after),
                "points": step.points,
                "cost": float(step.cost),
            }
            for step in advice.steps
        ],
        "left": [{"input": left.name, "points": left.points, "why": left.why} for left in advice.left],
        "unknown": [
            {"input": one.name, "supplier": one.supplier, "points_low": one.low, "points_high": one.high}
            for one in advised.unknown
        ],
    }


def _plain(advised: Advised, name: str, held: float) -> float | None:
    return None if np.isnan(held) else advised.changes.by_input[name].told(held)


def _by_name() -> Mapping[str, Feature]:
    return {feature.name: feature for feature in features()}


def _check_target(target: int) -> None:
    if not LOWEST <= target <= HIGHEST:
        told = {"target": target, "low": LOWEST, "high": HIGHEST}
        raise PolicyError(f"{target} is off the scale.", code="target-off-scale", data=told)


def _supplied(written: tuple[str, ...], changes: Changes) -> Mapping[str, float]:
    """Return what documents show, as the model holds it, by input."""
    known, found = changes.by_input, {}
    for text in written:
        name, _, number = text.partition("=")
        value = exact_number(number.strip())
        if name not in known:
            near = "、".join(nearest(name, known)) or "—"
            raise PolicyError(f"No input {name}.", code="supply-unknown", data={"name": name, "nearest": near})
        if value is None:
            raise PolicyError(f"{text} is no number.", code="supply-no-number", data={"text": text, "name": name})
        found[name] = SCALES[known[name].scale].held(float(value))
    return found
