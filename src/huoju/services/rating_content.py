"""A rating as plain JSON values: every number exact as text, every input with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from huoju.core.money import MICRO, yuan_text
from huoju.core.rule import Reading
from huoju.core.rule_row import Bound, Span
from huoju.core.variable import variables
from huoju.ratings.points import shown
from huoju.ratings.rating import Criterion
from huoju.services.rate_enterprise import Rated
from huoju.services.schemes import label_of

Json = Mapping[str, object]


def rating_content(rated: Rated) -> Json:
    """Return a rating with parts, trace, what is missing, and the version and documents behind it."""
    rating = rated.rating
    return {
        "scheme": _scheme(rated),
        "enterprise": rating.entity,
        "name": rated.name,
        "evaluated_for": {"as_of": rating.as_of.isoformat(), "period": str(rating.year)},
        "outcome": rating.outcome,
        "route": rating.route,
        "score": None if rating.score is None else shown(rating.score),
        "bounds": _bounds(rating.total),
        "grade": rating.grade or None,
        "grades": [grade for grade in rating.grades if grade],
        "stage": rating.stages[0] if len(rating.stages) == 1 else None,
        "stages": list(rating.stages),
        "parts": [{"id": part.id, "label": dict(part.label), **_points(part.points)} for part in rating.parts],
        "trace": [criterion_content(criterion, rated) for criterion in rating.criteria],
        "checks": [check.id for check in rating.of("check").values() if check.state == "met"],
        "judgements": _judgements(rated),
        "missing": [missing_content(reading, rated) for reading in rating.missing],
        "unstated": [
            {"kind": one.sort, "id": one.id, "label": dict(one.label), "source_needed": one.document}
            for one in rating.unstated
        ],
        "contributions": [
            {"member": one.member, "adds": _exact(one.adds), "without": _bounds(one.without)}
            for one in rated.contributions
        ],
        "findings": [{"code": finding.code, **finding.data} for finding in rating.findings],
        "note": {
            "zh": "本结果为测算的预评价，不等于认定；以主管部门的认定为准。",
            "en": "A computed pre-assessment, not a certificate; what the competent office certifies is what counts.",
        },
    }


def _scheme(rated: Rated) -> Json:
    rating, version = rated.rating, rated.rating.version
    told: dict[str, object] = {"id": rating.scheme, "label": dict(rating.label), "overlays": list(rating.overlays)}
    if version is None:
        return {**told, "version": None}
    source = version.document
    return {
        **told,
        "version": version.id,
        "document": {
            "number": source.number,
            "title": source.title,
            "office": source.office,
            "address": source.address,
            "certainty": source.certainty,
            "checked": _day(source.checked),
        },
        "effective": _day(version.effective),
        "expiry": _day(version.expiry),
        "omitted": [{"id": one.id, "label": dict(one.label)} for one in version.omitted],
    }


def criterion_content(criterion: Criterion, rated: Rated) -> Json:
    """Return a gate, veto, item, route or check with its state, points, clause and inputs."""
    told: dict[str, object] = {
        "kind": criterion.sort,
        "id": criterion.id,
        "label": dict(criterion.label),
        "state": criterion.state,
    }
    if criterion.sort == "item":
        share = {"share": _exact(criterion.share), "share_bounds": _bounds(criterion.share)}
        told |= {"part": criterion.part, **_points(criterion.points), **share, "refused": criterion.is_refused}
    basis = criterion.basis
    told |= {"clause": basis.clause, "certainty": basis.certainty, "marks": dict(basis.marks)}
    if basis.text:
        told["text"] = basis.text
    if basis.evidence:
        told["evidence"] = dict(basis.evidence)
    told["inputs"] = [input_content(reading, rated) for reading in criterion.readings]
    return told


def _points(span: Span | None) -> dict[str, object]:
    return {"points": _exact(span), "bounds": _bounds(span)}


def _exact(span: Span | None) -> str | None:
    return shown(span.low) if span is not None and span.is_known else None


def _bounds(span: Span | None) -> list[str | None] | None:
    return None if span is None else [end_text(span.low), end_text(span.high)]


def end_text(bound: Bound) -> str | None:
    """Return an end of a span as exact text; None where it is without end."""
    return None if isinstance(bound, float) else shown(bound)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def missing_content(reading: Reading, rated: Rated) -> Json:
    """Return something that is missing, of which year or day, with who supplies it."""
    version = rated.rating.version
    told: dict[str, object] = {"kind": reading.sort, "name": reading.name, "lag": reading.lag}
    told["label"] = dict(label_of(reading, version)) if version is not None else {}
    told["period"] = _asked_period(reading, rated) if reading.sort == "fact" else ""
    told["supplier"] = variables()[reading.name].supplier if reading.sort == "fact" else ""
    return told


def input_content(reading: Reading, rated: Rated) -> Json:
    """Return one input of a criterion: its value as text with period, source and record, or null where unknown."""
    version = rated.rating.version
    told: dict[str, object] = {
        "kind": reading.sort,
        "name": reading.name,
        "label": dict(label_of(reading, version)) if version is not None else {},
        "value": None,
    }
    if reading.sort == "fact":
        column = rated.view.column(reading.name, reading.lag)
        period = rated.view.period(reading.name, reading.lag, rated.row)
        told["period"] = str(period) if period is not None else _asked_period(reading, rated)
        if column.known[rated.row]:
            told["value"] = value_text(reading.name, column.values[rated.row])
            fact = int(column.facts[rated.row])
            if fact >= 0:
                row = rated.view.panel.facts.slice(fact, 1).to_pylist()[0]
                told |= {"known": str(row["known"]), "source": row["source"], "record": row["record"]}
    elif reading.sort == "judgement":
        judged = rated.view.judgements.get(reading.name)
        if judged is not None and judged.known[rated.row]:
            told["value"] = shown(Fraction(int(judged.values[rated.row]), MICRO))
    elif reading.sort == "population":
        members = [len(values) for values in rated.view.populations.get(reading.name, {}).values()]
        told["value"] = str(max(members)) if members else None
    elif reading.sort == "parameter":
        stated = rated.view.parameters.get(reading.name)
        if version is not None and stated is None:
            stated = version.parameters[reading.name].value
        told["value"] = None if stated is None else shown(stated)
    return told


def _asked_period(reading: Reading, rated: Rated) -> str:
    rhythm = variables()[reading.name].rhythm
    return str(rated.view.year - reading.lag) if rhythm in ("year", "month") else str(rated.view.day(reading.lag))


def value_text(name: str, value: object) -> str:
    """Return a value of the store as files carry it: yuan, shares of 1, days, true or false."""
    dtype = variables()[name].dtype
    if dtype == "text":
        return str(value)
    number = int(str(value))
    if dtype == "money":
        return yuan_text(number)
    if dtype == "date":
        return (date(1970, 1, 1) + timedelta(days=number)).isoformat()
    if dtype == "flag":
        return "true" if number else "false"
    return str(number) if dtype == "count" else shown(Fraction(number, MICRO))


def _judgements(rated: Rated) -> list[Json]:
    found: list[Json] = []
    for name, column in rated.view.judgements.items():
        if column.known[rated.row]:
            found.append({"id": name, "value": shown(Fraction(int(column.values[rated.row]), MICRO))})
    return found
