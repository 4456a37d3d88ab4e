"""Reading a scheme: a malformed one raises with file, line, what was expected and what to do, and nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar, cast

from huoju.core.document import Document
from huoju.core.errors import malformed
from huoju.core.nearest import nearest
from huoju.core.rule import Number, Parameter
from huoju.core.rule_reading import Names, read_number, read_truth
from huoju.core.variable import variables
from huoju.ratings import scheme
from huoju.ratings.reading_basis import BASIS, read_basis, read_day, read_imported, read_source
from huoju.ratings.reading_points import (
    COMPARISONS,
    READERS,
    read_limit,
    read_points,
    stated,
    stated_item,
)
from huoju.ratings.scheme import Basis, Scheme, Version

T = TypeVar("T")
_VERSION = (
    *("id", "document", "effective", "expiry", "note", "parameters", "judgements", "values", "stages", "gates"),
    *("vetoes", "parts", "items", "total", "routes", "grades", "checks", "transitions", "ranking", "omitted"),
    "imported",
)


def read_scheme(document: Document, overlays: tuple[str, ...] = ()) -> Scheme:
    """Return the scheme that a document states. Raises ``DocumentError`` at its first mistake."""
    try:
        return _scheme(document, overlays)
    except RecursionError:
        raise malformed(f"{document.path}:1", "too-deep", "nested too deep, or in itself; write it flatter.") from None


def _scheme(document: Document, overlays: tuple[str, ...]) -> Scheme:
    document.allow("id", "entity", "label", "versions")
    entity = document.choice("entity", sorted({variable.entity for variable in variables().values()}))
    name = document.text("id")
    versions = tuple(_version(block, name) for block in document.children("versions"))
    if not versions:
        raise malformed(document.at("versions"), "version-absent", "a scheme needs at least one version.")
    _refuse_twice([(version.id, block) for version, block in zip(versions, document.children("versions"), strict=True)])
    found = Scheme(name, entity, document.languages("label"), versions, str(document.path), overlays)
    for version, block in zip(versions, document.children("versions"), strict=True):
        for transition in version.transitions:
            if transition.use not in {other.id for other in versions}:
                message = f"there is no version {transition.use} to judge by."
                raise malformed(block.at("transitions"), "version-unknown", message, what=transition.use)
    return found


def _version(block: Document, name: str) -> Version:
    block.allow(*_VERSION)
    source = read_source(block.child("document"))
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
        effective=read_day(block, "effective"),
        expiry=read_day(block, "expiry"),
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
        imported=tuple(read_imported(part) for part in block.children("imported")),
    )
    if version.effective and version.expiry and version.expiry < version.effective:
        message = "the version ends before it begins; correct one of the days."
        raise malformed(block.at("expiry"), "ends-before", message)
    return version


def _list(block: Document, key: str, read: Callable[[Document], T]) -> tuple[T, ...]:
    found = [(part.text("id"), part) for part in block.children(key)]
    _refuse_twice(found)
    return tuple(read(part) for _, part in found)


def _refuse_twice(found: list[tuple[str, Document]]) -> None:
    for place, (name, part) in enumerate(found):
        if name in [other for other, _ in found[:place]]:
            message = f"id {name} stands twice; give one of them another."
            raise malformed(part.at("id"), "id-twice", message, what=name)


def _parameters(block: Document, basis: Basis) -> Mapping[str, scheme.ParameterDefinition]:
    found = {}
    for name in block.child("parameters").keys():
        part = block.child("parameters").child(name)
        part.allow("label", "value", *BASIS)
        if name in variables():
            message = f"{name} is a fact of the vocabulary; give the parameter another name."
            raise malformed(f"{part.path}:{part.line}", "name-is-a-fact", message, what=name)
        own = read_basis(part, basis)
        found[name] = scheme.ParameterDefinition(name, part.languages("label"), stated(part, "value"), own)
    return found


def _values(block: Document, names: Names) -> Names:
    values: dict[str, Number] = {}
    part = block.child("values")
    for key in part.keys():
        if key in variables():
            message = f"{key} is a fact of the vocabulary; give the value another name."
            raise malformed(part.at(key), "name-is-a-fact", message, what=key)
        values[key] = read_number(part.item(key), replace(names, values=values))
    return replace(names, values=values)


def _judgement(part: Document) -> Mapping[str, str]:
    part.allow("label", *BASIS)
    return part.languages("label")


def _stage(part: Document, names: Names) -> scheme.Stage:
    part.allow("id", "label", "when", "else")
    when = None if "else" in part else read_truth(part.item("when"), names)
    return scheme.Stage(part.text("id"), part.languages("label"), when)


def _part(part: Document, basis: Basis) -> scheme.Part:
    part.allow("id", "label", "cap", "floor", *BASIS)
    cap, floor = (part.optional_number(key) if key in part else None for key in ("cap", "floor"))
    return scheme.Part(part.text("id"), part.languages("label"), cap, floor, read_basis(part, basis))


def _item(
    part: Document, names: Names, basis: Basis, parts: tuple[scheme.Part, ...], stages: tuple[scheme.Stage, ...]
) -> scheme.Item:
    part.allow("id", "label", "part", "weight", "applies_if", "otherwise", "missing", *READERS, *BASIS)
    own = part.text("part", default="")
    known = {other.id for other in parts}
    if own not in known and (own or known):
        near = ", ".join(nearest(own, known)) or "—"
        message = f"part {own or 'none'} is not declared under parts; nearest: {near}."
        raise malformed(part.at("part"), "part-unknown", message, what=own or "—", nearest=near)
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
        basis=read_basis(part, basis),
    )


def _weight(part: Document, stages: tuple[scheme.Stage, ...]) -> scheme.Stated | Mapping[str, scheme.Stated]:
    if "weight" not in part:
        return Fraction(1)
    item = part.item("weight")
    if item.is_text or item.is_null:
        return stated_item(item)
    table = item.mapping()
    known = [stage.id for stage in stages]
    if not known or sorted(table.keys()) != sorted(known):
        told, code = ", ".join(known), "weights-of-stages" if known else "stages-absent"
        message = f"weights by stage must name every stage once: {told or 'there are no stages'}."
        raise malformed(item.place, code, message, known=told)
    return {stage: stated(table, stage) for stage in known}


def _gate(part: Document, names: Names, basis: Basis) -> scheme.Gate:
    part.allow("id", "label", "require", "unless", *BASIS)
    unless = read_truth(part.item("unless"), names) if "unless" in part else None
    require = read_truth(part.item("require"), names)
    return scheme.Gate(part.text("id"), part.languages("label"), require, unless, read_basis(part, basis))


def _condition(part: Document, names: Names, basis: Basis) -> scheme.Condition:
    part.allow("id", "label", "when", *BASIS)
    when = read_truth(part.item("when"), names)
    return scheme.Condition(part.text("id"), part.languages("label"), when, read_basis(part, basis))


def _total(block: Document) -> scheme.Total:
    block.allow("combine", "cap", "floor", "round")
    combine = block.choice("combine", ("sum", "worst", "best"), "sum")
    cap, floor, to = (block.optional_number(key) if key in block else None for key in ("cap", "floor", "round"))
    if to is not None and to <= 0:
        raise malformed(block.at("round"), "not-above-0", "round must be above 0, e.g. 0.1.", key="round")
    return scheme.Total(cast("object", combine), cap, floor, to)  # type: ignore[arg-type]


def _route(part: Document, names: Names, basis: Basis, parts: tuple[scheme.Part, ...]) -> scheme.Route:
    part.allow("id", "label", "when", "total", "parts", *BASIS)
    if not any(key in part for key in ("when", "total", "parts")):
        raise malformed(part.at("id"), "route-empty", "a route needs when, total or parts.")
    limits = part.child("parts")
    limits.allow(*(other.id for other in parts))
    return scheme.Route(
        id=part.text("id"),
        label=part.languages("label"),
        when=read_truth(part.item("when"), names) if "when" in part else None,
        total=_only_limit(part.child("total"), names) if "total" in part else None,
        parts={name: _only_limit(limits.child(name), names) for name in limits.keys()},
        basis=read_basis(part, basis),
    )


def _only_limit(block: Document, names: Names) -> scheme.Limit:
    block.allow(*COMPARISONS)
    for operation in COMPARISONS:
        if operation in block and block.item(operation).is_mapping:
            number = read_number(block.item(operation), names)
            if not isinstance(number, Parameter):
                message = "a limit is a number or {parameter: name}."
                raise malformed(block.at(operation), "limit-malformed", message)
            return scheme.Limit(operation, None, number.name)
    return read_limit(block)


def _grade(part: Document, names: Names) -> scheme.Grade:
    part.allow("id", "total", "else")
    if "else" not in part and "total" not in part:
        raise part.absent("total")
    return scheme.Grade(part.text("id"), _only_limit(part.child("total"), names) if "total" in part else None)


def _transition(part: Document, names: Names, basis: Basis) -> scheme.Transition:
    part.allow("when", "from", "to", "use", *BASIS)
    when = read_truth(part.item("when"), names)
    return scheme.Transition(
        when, read_day(part, "from"), read_day(part, "to"), part.text("use"), read_basis(part, basis)
    )


def _ranking(block: Document) -> scheme.Ranking:
    block.allow("within", "top", "removal", "years")
    return scheme.Ranking(
        within=cast("object", block.choice("within", ("all", "stage"), "all")),  # type: ignore[arg-type]
        top=block.integer("top") if "top" in block else None,
        removal=block.number("removal") if "removal" in block else None,
        years=block.integer("years") if "years" in block else 1,
    )


def _omitted(part: Document) -> scheme.Omitted:
    part.allow("id", "label", "reason", *BASIS)
    return scheme.Omitted(part.text("id"), part.languages("label"), part.languages("reason", required=False))
