"""Reading a scheme: a malformed one raises with file, line, what was expected and what to do, and nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar, cast

from huoju.core.document import Document
from huoju.core.errors import DocumentError
from huoju.core.nearest import nearest
from huoju.core.rule import Number, Parameter
from huoju.core.rule_reading import Names, read_number, read_truth
from huoju.core.variable import variables
from huoju.ratings import scheme
from huoju.ratings.reading_points import (
    COMPARISONS,
    READERS,
    certainty,
    read_limit,
    read_points,
    stated,
    stated_item,
)
from huoju.ratings.scheme import Basis, Scheme, Version

T = TypeVar("T")
_BASIS = ("basis", "marks", "evidence")
_VERSION = (
    *("id", "document", "effective", "expiry", "note", "parameters", "judgements", "values", "stages", "gates"),
    *("vetoes", "parts", "items", "total", "routes", "grades", "checks", "transitions", "ranking", "omitted"),
)


def read_scheme(document: Document, overlays: tuple[str, ...] = ()) -> Scheme:
    """Return the scheme that a document states. Raises ``DocumentError`` at its first mistake."""
    document.allow("id", "entity", "label", "versions")
    entity = document.choice("entity", sorted({variable.entity for variable in variables().values()}))
    name = document.text("id")
    versions = tuple(_version(block, name) for block in document.children("versions"))
    if not versions:
        raise DocumentError(f"{document.at('versions')}: a scheme needs at least one version.")
    _refuse_twice([(version.id, block) for version, block in zip(versions, document.children("versions"), strict=True)])
    found = Scheme(name, entity, document.languages("label"), versions, str(document.path), overlays)
    for version, block in zip(versions, document.children("versions"), strict=True):
        for transition in version.transitions:
            if transition.use not in {other.id for other in versions}:
                raise DocumentError(f"{block.at('transitions')}: there is no version {transition.use} to judge by.")
    return found


def _version(block: Document, name: str) -> Version:
    block.allow(*_VERSION)
    source = _source(block.child("document"))
    basis = Basis(certainty=source.certainty)
    judged = block.child("judgements")
    judgements = {key: _judgement(judged.child(key)) for key in judged.keys()}
    parameters = _parameters(block, basis)
    names = _values(block, Names({}, frozenset(parameters), frozenset(judgements)))
    stages = tuple(_stage(part, names) for part in block.children("stages"))
    parts = _list(block, "parts", lambda part: _part(part, basis))
    items = _list(block, "items", lambda part: _item(part, names, basis, parts, stages))
    version = Version(
        scheme=name,
        id=block.text("id"),
        document=source,
        effective=_day(block, "effective"),
        expiry=_day(block, "expiry"),
        note=block.languages("note", required=False),
        parameters=parameters,
        judgements=judgements,
        values=names.values,
        stages=stages,
        gates=_list(block, "gates", lambda part: _gate(part, names, basis)),
        vetoes=_list(block, "vetoes", lambda part: _condition(part, names, basis)),
        parts=parts,
        items=items,
        total=_total(block.child("total")),
        routes=_list(block, "routes", lambda part: _route(part, names, basis, parts)),
        grades=tuple(_grade(part, names) for part in block.children("grades")),
        checks=_list(block, "checks", lambda part: _condition(part, names, basis)),
        transitions=tuple(_transition(part, names, basis) for part in block.children("transitions")),
        ranking=_ranking(block.child("ranking")) if "ranking" in block else None,
        omitted=tuple(_omitted(part) for part in block.children("omitted")),
    )
    if version.effective and version.expiry and version.expiry < version.effective:
        raise DocumentError(f"{block.at('expiry')}: the version ends before it begins; correct one of the days.")
    return version


def _list(block: Document, key: str, read: Callable[[Document], T]) -> tuple[T, ...]:
    found = [(part.text("id"), part) for part in block.children(key)]
    _refuse_twice(found)
    return tuple(read(part) for _, part in found)


def _refuse_twice(found: list[tuple[str, Document]]) -> None:
    for place, (name, part) in enumerate(found):
        if name in [other for other, _ in found[:place]]:
            raise DocumentError(f"{part.at('id')}: id {name} stands twice; give one of them another.")


def _source(block: Document) -> scheme.Source:
    block.allow("number", "title", "office", "issued", "address", "certainty", "checked", "supersedes")
    return scheme.Source(
        number=block.text("number", default=""),
        title=block.text("title", default=""),
        office=block.text("office", default=""),
        issued=_day(block, "issued"),
        address=block.text("address", default=""),
        certainty=certainty(block, "certainty", "unverified"),
        checked=_day(block, "checked"),
    )


def _day(block: Document, key: str) -> date | None:
    written = block.optional_text(key) if key in block else None
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise DocumentError(f"{block.at(key)}: {key} must be a day such as 2026-04-01, got {written!r}.") from None


def _basis(block: Document, default: Basis) -> Basis:
    part = block.child("basis")
    part.allow("clause", "text", "source", "certainty", "marks")
    marks = part.child("marks") if "marks" in part else block.child("marks")
    sure = certainty(part, "certainty", default.certainty)
    return Basis(
        clause=part.text("clause", default=""),
        text=part.text("text", default=""),
        source=part.text("source", default=""),
        certainty=sure,
        marks={key: certainty(marks, key, sure) for key in marks.keys()},
        evidence=block.languages("evidence", required=False),
    )


def _parameters(block: Document, basis: Basis) -> Mapping[str, scheme.ParameterDefinition]:
    found = {}
    for name in block.child("parameters").keys():
        part = block.child("parameters").child(name)
        part.allow("label", "value", *_BASIS)
        if name in variables():
            raise DocumentError(
                f"{part.path}:{part.line}: {name} is a fact of the vocabulary; give the parameter another name."
            )
        own = _basis(part, basis)
        found[name] = scheme.ParameterDefinition(name, part.languages("label"), stated(part, "value"), own)
    return found


def _values(block: Document, names: Names) -> Names:
    values: dict[str, Number] = {}
    part = block.child("values")
    for key in part.keys():
        if key in variables():
            raise DocumentError(f"{part.at(key)}: {key} is a fact of the vocabulary; give the value another name.")
        values[key] = read_number(part.item(key), replace(names, values=values))
    return replace(names, values=values)


def _judgement(part: Document) -> Mapping[str, str]:
    part.allow("label", *_BASIS)
    return part.languages("label")


def _stage(part: Document, names: Names) -> scheme.Stage:
    part.allow("id", "label", "when", "else")
    when = read_truth(part.item("when"), names) if "when" in part else None
    return scheme.Stage(part.text("id"), part.languages("label"), when)


def _part(part: Document, basis: Basis) -> scheme.Part:
    part.allow("id", "label", "cap", "floor", *_BASIS)
    cap, floor = (part.optional_number(key) if key in part else None for key in ("cap", "floor"))
    return scheme.Part(part.text("id"), part.languages("label"), cap, floor, _basis(part, basis))


def _item(
    part: Document, names: Names, basis: Basis, parts: tuple[scheme.Part, ...], stages: tuple[scheme.Stage, ...]
) -> scheme.Item:
    part.allow("id", "label", "part", "weight", "applies_if", "otherwise", "missing", *READERS, *_BASIS)
    own = part.text("part", default="")
    known = {other.id for other in parts}
    if own not in known and (own or known):
        near = ", ".join(nearest(own, known))
        raise DocumentError(f"{part.at('part')}: part {own or 'none'} is not declared under parts; nearest: {near}.")
    name = part.text("id")
    applies = read_truth(part.item("applies_if"), names) if "applies_if" in part else None
    redistribution = None
    if applies is not None and not part.item("otherwise").is_null:
        redistribution = part.choice("otherwise", ("drop", "zero", "rescale"))
    return scheme.Item(
        id=name,
        label=part.languages("label"),
        part=own,
        points=read_points(part, name, names),
        weight=_weight(part, stages),
        applies_if=applies,
        not_applicable=cast("object", redistribution),  # type: ignore[arg-type]
        missing=cast("object", part.choice("missing", ("unknown", "zero", "last"), "unknown")),  # type: ignore[arg-type]
        basis=_basis(part, basis),
    )


def _weight(part: Document, stages: tuple[scheme.Stage, ...]) -> scheme.Stated | Mapping[str, scheme.Stated]:
    if "weight" not in part:
        return Fraction(1)
    item = part.item("weight")
    if item.is_text or item.is_null:
        return stated_item(item)
    table = item.mapping()
    known = [stage.id for stage in stages]
    if sorted(table.keys()) != sorted(known):
        raise DocumentError(f"{item.place}: weights by stage must name every stage once: {', '.join(known) or 'none'}.")
    return {stage: stated(table, stage) for stage in known}


def _gate(part: Document, names: Names, basis: Basis) -> scheme.Gate:
    part.allow("id", "label", "require", "unless", *_BASIS)
    unless = read_truth(part.item("unless"), names) if "unless" in part else None
    require = read_truth(part.item("require"), names)
    return scheme.Gate(part.text("id"), part.languages("label"), require, unless, _basis(part, basis))


def _condition(part: Document, names: Names, basis: Basis) -> scheme.Condition:
    part.allow("id", "label", "when", *_BASIS)
    when = read_truth(part.item("when"), names)
    return scheme.Condition(part.text("id"), part.languages("label"), when, _basis(part, basis))


def _total(block: Document) -> scheme.Total:
    block.allow("combine", "cap", "floor", "round")
    combine = block.choice("combine", ("sum", "worst", "best"), "sum")
    cap, floor, to = (block.optional_number(key) if key in block else None for key in ("cap", "floor", "round"))
    return scheme.Total(cast("object", combine), cap, floor, to)  # type: ignore[arg-type]


def _route(part: Document, names: Names, basis: Basis, parts: tuple[scheme.Part, ...]) -> scheme.Route:
    part.allow("id", "label", "when", "total", "parts", *_BASIS)
    if not any(key in part for key in ("when", "total", "parts")):
        raise DocumentError(f"{part.at('id')}: a route needs when, total or parts.")
    limits = part.child("parts")
    limits.allow(*(other.id for other in parts))
    return scheme.Route(
        id=part.text("id"),
        label=part.languages("label"),
        when=read_truth(part.item("when"), names) if "when" in part else None,
        total=_only_limit(part.child("total"), names) if "total" in part else None,
        parts={name: _only_limit(limits.child(name), names) for name in limits.keys()},
        basis=_basis(part, basis),
    )


def _only_limit(block: Document, names: Names) -> scheme.Limit:
    block.allow(*COMPARISONS)
    for operation in COMPARISONS:
        if operation in block and block.item(operation).is_mapping:
            number = read_number(block.item(operation), names)
            if not isinstance(number, Parameter):
                raise DocumentError(f"{block.at(operation)}: a limit is a number or {{parameter: name}}.")
            return scheme.Limit(operation, None, number.name)
    return read_limit(block)


def _grade(part: Document, names: Names) -> scheme.Grade:
    part.allow("id", "total", "else")
    return scheme.Grade(part.text("id"), _only_limit(part.child("total"), names) if "total" in part else None)


def _transition(part: Document, names: Names, basis: Basis) -> scheme.Transition:
    part.allow("when", "from", "to", "use", *_BASIS)
    when = read_truth(part.item("when"), names)
    return scheme.Transition(when, _day(part, "from"), _day(part, "to"), part.text("use"), _basis(part, basis))


def _ranking(block: Document) -> scheme.Ranking:
    block.allow("within", "top", "removal", "years")
    return scheme.Ranking(
        within=cast("object", block.choice("within", ("all", "stage"), "all")),  # type: ignore[arg-type]
        top=block.integer("top") if "top" in block else None,
        removal=block.number("removal") if "removal" in block else None,
        years=block.integer("years") if "years" in block else 1,
    )


def _omitted(part: Document) -> scheme.Omitted:
    part.allow("id", "label", "reason", *_BASIS)
    return scheme.Omitted(part.text("id"), part.languages("label"), part.languages("reason", required=False))
