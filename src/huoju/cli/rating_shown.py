"""How ratings look on a screen of text: one enterprise with its trace, a zone, a list of facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from huoju.cli.speaking import heads, language, say, sentence, show_table, tell, words

if TYPE_CHECKING:
    from huoju.services.rate_enterprise import Rated
    from huoju.services.rate_zone import ZoneRating
    from huoju.services.schemes import AskedFact

_LEADING = 20  # rows of a long table
_MARKS = {"met": "✓", "unmet": "✗", "unknown": "?", "manual_review": "☐", "not_applicable": "—"}


def show_rating(rated: Rated, content: Mapping[str, object]) -> None:
    """Print what a scheme says of one enterprise: outcome, score, parts, trace, what is missing."""
    rating, spoken = rated.rating, language()
    version = rating.version
    number = version.document.number or version.document.title if version is not None else "—"
    typer.echo(f"{rating.label[spoken]}  {number}  {rated.name or rating.entity}")
    typer.echo(say("cli.rated-for", as_of=rating.as_of, year=rating.year))
    if version is None:
        typer.echo(say("cli.not-in-force", as_of=rating.as_of))
        return
    outcome = say(f"term.outcome.{rating.outcome}") if rating.outcome else "—"
    routes = rating.of("route")
    route = routes[rating.route].label[spoken] if rating.route else "—"
    typer.echo(say("cli.outcome-line", outcome=outcome, route=route, score=_score(content), grade=rating.grade or "—"))
    if version.omitted:
        tell("cli.partial", count=len(version.omitted))
    parts = [
        [part.label[spoken], _points({"bounds": told["bounds"], "points": told["points"]})]
        for part, told in zip(rating.parts, _list(content, "parts"), strict=True)
    ]
    if parts:
        show_table(say("cli.parts-title"), heads("part", "points"), parts, numeric=[1])
    show_table(say("cli.trace-of-rating"), heads("criterion", "state", "points", "inputs", "clause"), _trace(content))
    missing = [_missing(one) for one in _list(content, "missing") if one["kind"] not in ("parameter", "population")]
    if missing:
        typer.echo(say("cli.missing-facts", what=_joined(missing)))
    adds = [[str(one["member"]), str(one["adds"])] for one in _list(content, "contributions") if one["adds"]]
    if adds:
        show_table(say("cli.contributions"), heads("member", "adds"), adds[:_LEADING], numeric=[1])
    for one in _list(content, "unstated"):
        label = _label(one)
        typer.echo(say("cli.source-needed", what=label, document=one["source_needed"]))
    for finding in rating.findings:
        tell("cli.finding-line", what=sentence(finding))
    tell("cli.not-a-certificate")


def _score(content: Mapping[str, object]) -> str:
    return _points({"points": content["score"], "bounds": content["bounds"]})


def _points(told: Mapping[str, object]) -> str:
    if told["points"] is not None:
        return str(told["points"])
    bounds = told["bounds"]
    if not isinstance(bounds, list):
        return say("term.refused")
    return f"{_end(bounds[0], '−∞')}–{_end(bounds[1], '∞')}"


def _end(bound: object, infinite: str) -> str:
    return infinite if bound is None else str(bound)


def _trace(content: Mapping[str, object]) -> list[list[str]]:
    rows = []
    for told in _list(content, "trace"):
        points = _points(told) if told["kind"] == "item" and told["state"] != "not_applicable" else ""
        if points == say("term.refused") and told.get("share") is not None:
            points = say("cli.share-of-full", share=told["share"])
        name = say(f"term.criterion.{told['kind']}.{told['state']}")
        state = f"{_MARKS[str(told['state'])]} {name}"
        inputs = _joined(_input(one) for one in _list(told, "inputs"))
        sure = say(f"term.certainty.{told['certainty']}")
        rows.append([_label(told), state, points, inputs, f"{told['clause']} [{sure}]".strip()])
    return rows


def _joined(texts: Iterable[str]) -> str:
    return ("；" if language() == "zh" else "; ").join(texts)


def _input(told: Mapping[str, object]) -> str:
    value = told["value"]
    shown = say("term.unknown") if value is None else str(value)
    period = told.get("period")
    return f"{_label(told)}{f' {period}' if period and len(str(period)) == 4 else ''} = {shown}"


def _missing(told: Mapping[str, object]) -> str:
    period = str(told["period"])
    label = f"{_label(told)} {period}" if len(period) == 4 else _label(told)
    return say("cli.from-supplier", what=label, supplier=told["supplier"]) if told["supplier"] else label


def _label(told: Mapping[str, object]) -> str:
    label = told["label"]
    return str(label.get(language()) or "") if isinstance(label, Mapping) else ""


def _list(content: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    found = content[key]
    return found if isinstance(found, list) else []


def show_facts(asked: Sequence[AskedFact], *, as_json: bool) -> None:
    """Print everything that a scheme reads, with both labels."""
    if as_json:
        listed = [{name: _plain(getattr(one, name)) for name in one.__dataclass_fields__} for one in asked]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    if not asked:
        tell("cli.reads-nothing")
        return
    rows = []
    for one in asked:
        unit = say(f"cli.unit.{one.unit}") if f"cli.unit.{one.unit}" in words() else one.unit
        years = ", ".join("0" if lag == 0 else f"−{lag}" for lag in one.lags)
        told = [
            say(f"term.asked.{one.kind}") + (f": {' | '.join(one.labels)}" if one.labels else ""),
            unit if one.kind in ("number", "count") else "",
            say("cli.of-years", years=years) if one.rhythm == "year" else "",
            one.supplier,
        ]
        rows.append([one.name, f"{one.label['zh']} · {one.label['en']}\n{' · '.join(part for part in told if part)}"])
    show_table("", heads("word", "meaning"), rows, whole=[0])


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value


def show_zone(zone: ZoneRating, *, as_json: bool) -> None:
    """Print how many pass, fail or are open, the rows, and the most wanted missing facts."""
    spoken = language()
    if as_json:
        typer.echo(json.dumps(zone.content(), ensure_ascii=False, indent=1))
        return
    number = zone.version.document.number or zone.version.document.title if zone.version is not None else "—"
    typer.echo(say("cli.zone-rated", scheme=zone.label[spoken], number=number, as_of=zone.as_of, year=zone.year))
    typer.echo(say("cli.zone-outcomes", **{str(k): v for k, v in zone.counts.items()}))
    if zone.table.num_rows:
        shown = [_zone_row(row) for row in zone.leading(_LEADING)]
        show_table("", heads("enterprise", "outcome", "total", "grade", "missing-count"), shown, numeric=[2, 4])
    wanted = [[say_label(w.label), w.supplier, str(w.count), str(w.alone)] for w in zone.wanted[:10]]
    if wanted:
        show_table(
            say("cli.most-wanted"), heads("fact", "supplier", "enterprises", "decides-alone"), wanted, numeric=[2, 3]
        )
    tell("cli.not-a-certificate")


def say_label(label: Mapping[str, str]) -> str:
    """Return a label in the language spoken."""
    return label[language()]


def _zone_row(row: Mapping[str, object]) -> list[str]:
    outcome = say(f"term.outcome.{row['outcome']}") if row["outcome"] else "—"
    score = row["score"] if row["score"] is not None else _range(row)
    missing = str(row["missing"] or "").count(";") + 1 if row["missing"] else 0
    return [str(row["name"] or row["enterprise"]), outcome, str(score), str(row["grade"] or "—"), str(missing)]


def _range(row: Mapping[str, object]) -> str:
    if row["score_low"] is None and row["score_high"] is None:
        return "—"
    return f"{_end(row['score_low'], '−∞')}–{_end(row['score_high'], '∞')}"
